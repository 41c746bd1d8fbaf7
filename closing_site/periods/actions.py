"""Making periods as facts and closes need them, and finding the one to post in."""

from datetime import date, timedelta

from django.db import transaction

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.periods.calendar import first_day_of, last_day_of, month_code, months
from closing_site.periods.errors import BeforeTheBooks, EarlierPeriodOpen, NoSuchPeriod
from closing_site.periods.models import Period, PeriodStatus

#: One maker at a time: both would otherwise make the same next month.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('closing periods', %(company)s))"


@transaction.atomic
def ensure_periods(company: Company, through: date) -> None:
    """See that every month up to that of ``through`` is there, open, without a gap."""
    if Period.objects.filter(company=company, ends_on__gte=through).exists():
        return
    sql.execute(LOCK, {"company": company.pk})
    last = Period.objects.filter(company=company).order_by("-starts_on").first()
    start = last.ends_on + timedelta(days=1) if last else company.first_day
    for _first, end in months(start, last_day_of(through)):
        begin = max(_first, start)
        Period.objects.create(company=company, code=month_code(begin), starts_on=begin, ends_on=end)


def period_by_code(company: Company, code: str) -> Period:
    """The month, made where it is not there yet. Raises NotThePeriod, BeforeTheBooks."""
    day = first_day_of(code)
    if day < company.first_day.replace(day=1):
        raise BeforeTheBooks(day=day, first_day=company.first_day)
    ensure_periods(company, day)
    return Period.objects.get(company=company, code=code)


def existing_period(company: Company, code: str) -> Period:
    """The month, where it is there. Raises NotThePeriod, NoSuchPeriod."""
    first_day_of(code)
    try:
        return Period.objects.select_related("company").get(company=company, code=code)
    except Period.DoesNotExist as error:
        raise NoSuchPeriod(period=code, company=company.code) from error


def period_to_close(company: Company, code: str) -> Period:
    """The month, made where it is the next one. Further on, none is made by asking: they stay.

    Raises NotThePeriod, BeforeTheBooks, EarlierPeriodOpen.
    """
    last = Period.objects.filter(company=company).order_by("-starts_on").first()
    following = last.ends_on + timedelta(days=1) if last else company.first_day
    if first_day_of(code) > following:
        raise EarlierPeriodOpen(earlier=month_code(first_open_day(company)), period=code)
    return period_by_code(company, code)


def first_open_day(company: Company) -> date:
    """The first day that no lock covers: facts of earlier days are posted on it."""
    last_locked = (
        Period.objects.filter(company=company, status=PeriodStatus.LOCKED)
        .order_by("-starts_on")
        .first()
    )
    return last_locked.ends_on + timedelta(days=1) if last_locked else company.first_day


def take_order_of_months(company_id: int) -> None:
    """Whoever locks or reopens comes one by one, before taking the period's row (law 10)."""
    sql.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('closing locks', %(company)s))",
        {"company": company_id},
    )


def take_periods(*periods: Period) -> None:
    """Hold these periods open until the transaction ends (law 8).

    Raises LawBroken where one is locked; waits for one that is being locked.
    """
    sql.execute(
        "SELECT closing_require_open(%(periods)s, '', 'periods_taken')",
        {"periods": [period.pk for period in periods]},
    )


def note_import(company: Company) -> None:
    """Whoever acts has imported files: they prepare the first month that is open."""
    sql.execute(
        "SELECT closing_note_preparation(ARRAY(SELECT id FROM periods_period"
        " WHERE company_id = %(company)s AND status = 'open' ORDER BY starts_on LIMIT 1),"
        " 'import', NULL)",
        {"company": company.pk},
    )
