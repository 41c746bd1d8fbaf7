from closing_site.companies.errors import WrongUsage
from closing_site.refusals import Refusal


class NeedsAFile(WrongUsage):
    """A report as %(format)s is written to a file: say --output."""


class NotLockedYet(Refusal):
    """Period %(period)s is not locked: its pack comes with the lock."""


class PackIsPdf(WrongUsage):
    """The pack is a PDF: say --format pdf, not %(format)s."""
