from closing_site.companies.errors import WrongUsage
from closing_site.refusals import Refusal


class EarlierPeriodOpen(Refusal):
    """Period %(earlier)s is still open; close it before %(period)s."""


class BeforeTheBooks(Refusal):
    """%(day)s lies before the first day of the books, %(first_day)s."""


class NotThePeriod(WrongUsage):
    """%(period)s is no month of the form YYYY-MM."""


class NoSuchPeriod(Refusal):
    """There is no period %(period)s in company %(company)s yet."""


class NotLocked(Refusal):
    """Period %(period)s is not locked."""


class SecondPersonNeeded(Refusal):
    """What %(user)s prepared is approved by another person."""


class ReasonNeeded(Refusal):
    """Say why: a reason is needed."""


class ReasonTooLong(Refusal):
    """The reason has %(length)s characters: write it in %(most)s at most."""


class TooFarAhead(Refusal):
    """%(day)s lies more than %(days)s days ahead of %(latest)s: look at its year and its month. What has not happened yet is entered when it has."""  # noqa: E501


class CutOffPassed(Refusal):
    """Sales representatives could add to %(period)s until %(at)s: please ask finance."""
