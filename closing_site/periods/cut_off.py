"""From when sales reps can add nothing to a month; finance still can."""

from datetime import date, datetime

from django.utils import timezone

from closing_site.acting import acting
from closing_site.companies.models import Company
from closing_site.pages.formats import day_text
from closing_site.periods.actions import take_periods
from closing_site.periods.errors import CutOffPassed
from closing_site.periods.models import Period, PeriodCutOff
from closing_site.periods.posting import posting_of


def set_cut_off(*, period: Period, at: datetime | None, by: str) -> None:
    """None lifts it. Raises LawBroken where the month is locked."""
    with acting(by):
        take_periods(period)
        if at is None:
            PeriodCutOff.objects.filter(company=period.company_id, period=period).delete()
        else:
            PeriodCutOff.objects.update_or_create(
                company_id=period.company_id, period=period, defaults={"cut_off_at": at}
            )


def require_before_cut_off(company: Company, *days: date | None) -> None:
    """Facts of these days may still be added by reps. Raises CutOffPassed."""
    for day in days:
        if day is None:
            continue
        posted_on = posting_of(company, day).posted_on
        passed = PeriodCutOff.objects.filter(
            company=company,
            period__starts_on__lte=posted_on,
            period__ends_on__gte=posted_on,
            cut_off_at__lte=timezone.now(),
        ).select_related("period")
        if found := passed.first():
            raise CutOffPassed(period=found.period.code, at=day_text(found.cut_off_at))
