"""In which month something will be posted, said before it is written."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from closing_site.companies.models import Company
from closing_site.periods.actions import first_open_day
from closing_site.periods.calendar import month_code
from closing_site.periods.errors import TooFarAhead
from closing_site.periods.querysets import earliest_open

#: A person may enter what is about to happen.
AHEAD = timedelta(days=31)


@dataclass(frozen=True)
class Posting:
    """``posted_on`` is the later of the day itself and the first day still open."""

    day: date
    posted_on: date

    @property
    def period(self) -> str:
        return month_code(self.posted_on)

    @property
    def is_late(self) -> bool:
        return self.posted_on > self.day

    @property
    def sentence(self) -> str:
        if not self.is_late:
            return _("Belongs to %(period)s.") % {"period": self.period}
        says = {"month": month_code(self.day), "day": self.posted_on, "period": self.period}
        return (
            _("%(month)s is locked: it is posted on %(day)s, the first open day, in %(period)s.")
            % says
        )


def require_not_far_ahead(company: Company, *days: date | str | None) -> None:
    """A year typed wrong makes all months up to it. Days of what has happened, or is about to: up
    to a month after today, or after the first month that is open, where the books are ahead of it.
    What is no day is another's to refuse. Raises TooFarAhead."""
    given = [day for day in map(_day, days) if day]
    if not given or max(given) <= timezone.localdate() + AHEAD:
        return
    opened = earliest_open(company.pk)
    latest = max(timezone.localdate(), opened.ends_on if opened else company.first_day)
    if max(given) > latest + AHEAD:
        raise TooFarAhead(day=max(given), days=AHEAD.days, latest=latest)


def _day(day: date | str | None) -> date | None:
    if day is None or isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day.strip())
    except ValueError:
        return None


def posting_of(company: Company, day: date) -> Posting:
    return Posting(day, max(day, first_open_day(company)))


def usual_day(company: Company, today: date) -> date:
    """What a form for a fact proposes: today, within the first month that is open."""
    opened = earliest_open(company.pk)
    return min(max(today, opened.starts_on), opened.ends_on) if opened else today
