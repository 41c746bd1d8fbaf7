"""What the launcher says when it cannot go on."""


class SetupError(Exception):
    """A sentence for the person at the terminal; the launcher prints it and exits with 2."""
