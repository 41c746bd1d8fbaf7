"""In which month something will be posted, said before it is written."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from closing_site.companies.models import Company
from closing_site.periods.actions import first_open_day
from closing_site.periods.calendar import month_code
from closing_site.periods.models import Period, PeriodStatus


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


def posting_of(company: Company, day: date) -> Posting:
    return Posting(day, max(day, first_open_day(company)))


def usual_day(company: Company, today: date) -> date:
    """What a form for a fact proposes: today, within the first month that is open."""
    opened = (
        Period.objects.filter(company=company, status=PeriodStatus.OPEN)
        .order_by("starts_on")
        .first()
    )
    return min(max(today, opened.starts_on), opened.ends_on) if opened else today
