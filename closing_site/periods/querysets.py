"""Named questions about many periods."""

from collections.abc import Iterable

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import RowNumber

from closing_site.companies.models import Company
from closing_site.periods.models import Period, PeriodStatus, Seal


def month_before(period: Period) -> Period | None:
    """With its company; None before the first."""
    earlier = Period.objects.filter(company=period.company_id, starts_on__lt=period.starts_on)
    return earlier.select_related("company").order_by("-starts_on").first()


def newest_periods(companies: Iterable[Company], most: int | None) -> QuerySet[Period]:
    """Of each company the newest months, up to ``most``, newest first; with ``seal_digest``, the
    digest of the seal that a locked one is under, "" for an open one."""
    seals = Seal.objects.filter(company=OuterRef("company"), period=OuterRef("pk"))
    digest = Subquery(seals.order_by("-position").values("digest")[:1])
    place = Window(RowNumber(), partition_by=F("company"), order_by=F("starts_on").desc())
    found = Period.objects.filter(company__in=companies).annotate(
        seal_digest=Case(When(status=PeriodStatus.LOCKED, then=digest), default=Value(""))
    )
    if most is not None:
        found = found.annotate(place=place).filter(place__lte=most)
    return found.order_by("company_id", "-starts_on")
