"""What the launcher says when it cannot go on."""


class SetupError(Exception):
    """A sentence for the person at the terminal; the launcher prints it and exits with 2."""


class Failed(Exception):
    """A program the launcher started has failed and said why; the launcher exits as it did."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
