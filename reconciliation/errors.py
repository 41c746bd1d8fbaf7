"""What is refused when a code in use changes; each docstring is the message."""

from closing_site.refusals import Refusal


class NoSuchCode(Refusal):
    """There is no %(kind)s with the code %(code)s in company %(company)s."""


class CodeTaken(Refusal):
    """The code %(code)s is or was used by another row. Choose a code that is free."""


class ChangesBeforeTheOpenMonth(Refusal):
    """The first open day is %(day)s. A code changes from that day on at the earliest."""
