from closing_site.companies.errors import WrongUsage
from closing_site.refusals import Refusal


class NoSuchPath(WrongUsage):
    """There is no file or folder %(path)s."""


class NotReadable(Refusal):
    """%(file)s cannot be read: %(reason)s."""


class NoExchangeFile(WrongUsage):
    """There is no exchange file at %(path)s. They are named: %(names)s (.csv, .xlsx)."""


class TwoOfAKind(WrongUsage):
    """%(first)s and %(second)s are both %(kind)s; keep one of them."""


class BadRowsNotWritten(Refusal):
    """The bad rows could not be written to %(file)s: %(reason)s. Nothing was imported."""
