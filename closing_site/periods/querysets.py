"""Named questions about many periods."""

from collections.abc import Iterable
from functools import cache

from django.db.models import BooleanField, F, OuterRef, QuerySet, Subquery, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import RowNumber
from django.utils import timezone

from closing_site.companies.models import Company
from closing_site.declared import declared
from closing_site.laws import Guarded
from closing_site.periods.models import Period, PeriodStatus, Seal

#: The next to be closed comes before all that are empty.
SHOWN = """(
    periods_period.status = 'locked' OR periods_period.starts_on <= %s
    OR NOT EXISTS (SELECT FROM periods_period AS earlier
        WHERE earlier.company_id = periods_period.company_id AND earlier.status = 'open'
            AND earlier.starts_on < periods_period.starts_on)
    OR {holds}
)"""


def month_before(period: Period) -> Period | None:
    """With its company; None before the first."""
    earlier = Period.objects.filter(company=period.company_id, starts_on__lt=period.starts_on)
    return earlier.select_related("company").order_by("-starts_on").first()


def earliest_open(company_id: int) -> Period | None:
    """The month that is closed next; None where all are locked."""
    opened = Period.objects.filter(company=company_id, status=PeriodStatus.OPEN)
    return opened.order_by("starts_on").first()


def shown_periods(companies: Iterable[Company]) -> QuerySet[Period]:
    """All but the empty months to come: a day far ahead makes all months up to its own, and pages
    show the one that is closed next, those that have begun, and those that hold something."""
    return Period.objects.filter(
        RawSQL(SHOWN.format(holds=_holds()), [timezone.localdate()], BooleanField()),
        company__in=companies,
    )


@cache
def _holds() -> str:
    """Whether a document of any kind is posted in the month."""
    tables = [
        law.table
        for laws in declared("laws", "LAWS")
        for law in laws
        if isinstance(law, Guarded) and law.dated
    ]
    return " OR ".join(
        f"EXISTS (SELECT FROM {table} AS held WHERE held.company_id = periods_period.company_id"
        " AND held.period_id = periods_period.id)"
        for table in tables
    )


def newest_periods(companies: Iterable[Company], most: int | None) -> QuerySet[Period]:
    """Of each company the newest months that are shown, up to ``most``, newest first; with
    ``seal_digest``, the digest of the last seal that was made over it: a locked one is under it."""
    seals = Seal.objects.filter(company=OuterRef("company"), period=OuterRef("pk"))
    digest = Subquery(seals.order_by("-position").values("digest")[:1])
    place = Window(RowNumber(), partition_by=F("company"), order_by=F("starts_on").desc())
    found = shown_periods(companies).annotate(seal_digest=digest)
    if most is not None:
        found = found.annotate(place=place).filter(place__lte=most)
    return found.order_by("company_id", "-starts_on")


def seals_of(period: Period) -> list[Seal]:
    """The newest first; of a month that is open again those it was locked under."""
    people = ("company", "period", "previous", "sealed_by", "approved_by")
    return list(period.seals.select_related(*people).order_by("-position"))
