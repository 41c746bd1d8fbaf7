"""What an approver of the lock sees beside the totals: what waits, and what was let stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from closing_site import sql
from closing_site.desk import shown
from closing_site.money import currency_digits, round_half_away
from closing_site.pages.findings import FindingGroup
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from closing_site.wizard.overview import StepStands
from orders.deferrals_shown import age_text
from orders.models import Deferral, DeferralKind, Delivery, Unbilled

#: A page shows so many; their sums are of all.
MOST = 50


#: Ages of what is not invoiced, in days from its delivery to the month's end.
AGES: Final = (_("up to 30 days"), _("31 to 60 days"), _("61 to 90 days"), _("over 90 days"))
SUMS = """
    SELECT h.kind, o.currency, count(*) AS how_many, sum(h.net) AS net,
        sum(CASE h.kind WHEN 'billing' THEN h.net WHEN 'amount_unknown' THEN h.estimate END)
            AS accrued,
        sum(h.net) FILTER (WHERE %(ends_on)s::date - d.delivered_on <= 30) AS age_0,
        sum(h.net) FILTER (WHERE %(ends_on)s::date - d.delivered_on BETWEEN 31 AND 60) AS age_1,
        sum(h.net) FILTER (WHERE %(ends_on)s::date - d.delivered_on BETWEEN 61 AND 90) AS age_2,
        sum(h.net) FILTER (WHERE %(ends_on)s::date - d.delivered_on > 90) AS age_3,
        exchange_rate_on(%(company)s, o.currency, c.currency, %(ends_on)s) AS rate
    FROM orders_unbilled AS h
    JOIN orders_delivery AS d ON d.id = h.delivery_id
    JOIN orders_order AS o ON o.id = d.order_id
    JOIN companies_company AS c ON c.id = h.company_id
    WHERE h.company_id = %(company)s AND h.period_id = %(period)s
    GROUP BY h.kind, o.currency, c.currency ORDER BY h.kind, o.currency
"""


@dataclass(frozen=True)
class UnbilledSum:
    """Net of the deliveries of one kind and currency, in all and by age, as far as it is known. A
    total is of all kinds (``kind`` empty), ``in_base``: of all currencies, at ``rate``, which is
    that of the month's last day."""

    kind: str
    currency: str
    count: int
    net: Decimal | None
    accrued: Decimal | None
    by_age: Sequence[Decimal]
    rate: Decimal | None = None
    in_base: bool = False

    @property
    def title(self) -> str:
        return str(DeferralKind(self.kind).label)


def unbilled_of(period: Period) -> Sequence[Unbilled]:
    """The month's unbilled list, the oldest delivery first, each with its ``age``."""
    found = Unbilled.objects.filter(company_id=period.company_id, period=period).select_related(
        "delivery__order", "deferral__deferred_by", "approval__decided_by"
    )
    rows: list[Any] = list(found.order_by("delivery__delivered_on", "id")[:MOST])
    for row in rows:
        row.age = age_text((period.ends_on - row.delivery.delivered_on).days)
    return rows


def unbilled_sums(period: Period) -> list[UnbilledSum]:
    """By kind and currency."""
    return [
        UnbilledSum(
            row["kind"],
            row["currency"],
            row["how_many"],
            row["net"],
            row["accrued"],
            [row[f"age_{place}"] or Decimal(0) for place in range(len(AGES))],
            row["rate"],
        )
        for row in sql.rows(SUMS, period_parameters(period))
    ]


def unbilled_totals(sums: Sequence[UnbilledSum], base: str) -> list[UnbilledSum]:
    """Below the sums: by currency, and where there are others than ``base`` in that, unless a rate
    is missing."""
    currencies = sorted({one.currency for one in sums})
    own = [_total([one for one in sums if one.currency == code], code) for code in currencies]
    if currencies in ([], [base]) or any(one.rate is None for one in own):
        return own
    return [*own, _total([_in_base(one, base) for one in own], base, in_base=True)]


def _in_base(one: UnbilledSum, base: str) -> UnbilledSum:
    """Its net is what its ages come to."""
    digits, rate = currency_digits(base), one.rate or Decimal(0)

    def converted(amount: Decimal) -> Decimal:
        return round_half_away(amount * rate, digits)

    by_age = [converted(amount) for amount in one.by_age]
    accrued = None if one.accrued is None else converted(one.accrued)
    return UnbilledSum("", base, one.count, sum(by_age, Decimal(0)), accrued, by_age)


def _total(sums: Sequence[UnbilledSum], currency: str, *, in_base: bool = False) -> UnbilledSum:
    return UnbilledSum(
        "",
        currency,
        sum(one.count for one in sums),
        _sum_of_known(one.net for one in sums),
        _sum_of_known(one.accrued for one in sums),
        [sum(amounts, Decimal(0)) for amounts in zip(*(one.by_age for one in sums), strict=True)],
        sums[0].rate,
        in_base,
    )


def _sum_of_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def open_deferrals_of(period: Period) -> tuple[list[Deferral], int]:
    """What is deferred now of the orders taken by the month's end, persons' first and the oldest
    first; and how many more there are."""
    found = Deferral.objects.filter(
        company_id=period.company_id,
        released_at=None,
        order__cancelled_on=None,
        order__order_date__lte=period.ends_on,
    )
    newest_first = found.select_related("order", "delivery", "deferred_by")
    shown_first = list(newest_first.order_by("-origin", "deferred_at", "pk")[: MOST + 1])
    more = found.count() - MOST if len(shown_first) > MOST else 0
    return shown_first[:MOST], more


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
