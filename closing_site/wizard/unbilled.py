"""What an approver of the lock sees beside the totals: what waits, and what was let stand."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from closing_site.desk import shown
from closing_site.pages.findings import FindingGroup
from closing_site.periods.models import Period
from closing_site.wizard.overview import StepStands
from orders.models import Delivery, HeldBack

#: A page shows so many; their sums are of all.
MOST = 50


def _of(period: Period) -> QuerySet[HeldBack]:
    return HeldBack.objects.filter(company_id=period.company_id, period=period)


def held_back(period: Period) -> Sequence[HeldBack]:
    """The month's unbilled list: recognised, and not invoiced (net; its tax apart)."""
    found = _of(period).select_related("delivery__order", "approval__decided_by")
    return list(found.order_by("delivery__order__sort_key", "id")[:MOST])


def held_back_sums(period: Period) -> list[dict[str, Any]]:
    """By currency: how many deliveries, and the net and tax of those whose amount is known."""
    by_currency = _of(period).values(currency=F("delivery__order__currency"))
    sums = by_currency.annotate(count=Count("id"), net=Sum("net"), tax=Sum("tax"))
    return [dict(row) for row in sums.order_by("currency")]


def acknowledged(period: Period, steps: Sequence[StepStands]) -> list[FindingGroup]:
    """By check, of every step, what stands by a reason; held-back orders have their own list."""
    tally = {
        slug: counted
        for step in steps
        for slug, counted in step.tally.items()
        if counted["severity"] != "block"
    }
    return shown.groups(period, tally, answered=True)


def confirmed_orders(period: Period, groups: Sequence[FindingGroup]) -> set[int]:
    """Of the orders that findings name, those that the month has confirmed: a warning came late."""
    named = {
        finding.extra["document_id"]
        for group in groups
        for finding in group.findings
        if finding.document_kind == "order" and finding.severity == "warn"
    }
    found = Delivery.objects.filter(company_id=period.company_id, period=period, order_id__in=named)
    return set(found.values_list("order_id", flat=True))
