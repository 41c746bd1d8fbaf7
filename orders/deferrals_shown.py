"""Deferrals as pages show them: who, since when, why, how much, and who may release them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closing_site import sql
from closing_site.companies.access import CompanyRequest
from closing_site.companies.members import PREPARERS
from closing_site.companies.models import Membership, Role
from closing_site.desk.documents.sections import Section
from closing_site.money import currency_digits, round_half_away
from closing_site.pages.formats import number_text
from orders.models import Deferral, DeferralKind, DeferralOrigin, Delivery, Order

#: A page shows so many.
MOST = 50

#: The newest unbilled amount of a deferral, or what its unconfirmed deliveries would bill: the
#: order's own where all of it is deferred and nothing of it confirmed.
AMOUNTS = """
    SELECT f.id, o.currency, c.currency AS base,
        exchange_rate_on(f.company_id, o.currency, c.currency, current_date) AS rate,
        coalesce(listed.net, CASE WHEN f.delivery_id IS NULL AND NOT EXISTS (
            SELECT FROM orders_delivery AS d WHERE d.company_id = f.company_id
                AND d.order_id = f.order_id AND d.period_id IS NOT NULL) THEN o.net END) AS net
    FROM orders_deferral AS f
    JOIN orders_order AS o ON o.id = f.order_id
    JOIN companies_company AS c ON c.id = f.company_id
    LEFT JOIN LATERAL (
        SELECT CASE WHEN count(*) = count(u.net) THEN sum(u.net) END AS net
        FROM orders_unbilled AS u
        WHERE u.company_id = f.company_id AND u.deferral_id = f.id AND u.period_id = (
            SELECT max(last.period_id) FROM orders_unbilled AS last
            WHERE last.company_id = f.company_id AND last.deferral_id = f.id)
        HAVING count(*) > 0
    ) AS listed ON true
    WHERE f.company_id = %(company)s AND f.id = ANY (%(ids)s)
"""


@dataclass(frozen=True)
class ShownDeferral:
    """``net``: in the order's currency, where it is known; ``base_net``: in the company's, at
    today's rate; ``days``: its age."""

    deferral: Deferral
    net: Decimal | None
    days: int
    may_release: bool
    base_net: Decimal | None = None
    base: str = ""

    @property
    def age(self) -> str:
        return age_text(self.days)

    @property
    def kind_word(self) -> str:
        return str(DeferralKind(self.deferral.kind).label)

    @property
    def is_by_person(self) -> bool:
        return self.deferral.origin == DeferralOrigin.PERSON


def age_text(days: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": number_text(days)}


def shown_deferrals(membership: Membership, found: Sequence[Deferral]) -> list[ShownDeferral]:
    """``found`` with their order and who deferred them. One statement."""
    if not found:
        return []
    parameters = {"company": membership.company_id, "ids": [one.pk for one in found]}
    amounts = {row["id"]: row for row in sql.rows(AMOUNTS, parameters)}
    today = timezone.localdate()
    return [
        ShownDeferral(
            one,
            amounts[one.pk]["net"],
            _age(one, today),
            _may_release(membership, one),
            _in_base(**amounts[one.pk]),
            amounts[one.pk]["base"],
        )
        for one in found
    ]


@dataclass(frozen=True)
class DeferredTotal:
    """Of what is known, in one currency; ``in_base``: of all of them in the company's."""

    currency: str
    count: int
    net: Decimal
    in_base: bool = False


def deferred_totals(shown: Sequence[ShownDeferral]) -> list[DeferredTotal]:
    """Below a list of open deferrals: by currency, and where there are others than the company's
    in that too, unless a rate is missing."""
    by_currency: dict[str, list[Decimal]] = {}
    for one in shown:
        if one.net is not None:
            by_currency.setdefault(one.deferral.order.currency, []).append(one.net)
    totals = [
        DeferredTotal(currency, len(amounts), sum(amounts, Decimal(0)))
        for currency, amounts in sorted(by_currency.items())
    ]
    known = [one for one in shown if one.net is not None]
    in_base = [one.base_net for one in known if one.base_net is not None]
    if len(in_base) < len(known) or not known or [*by_currency] == [known[0].base]:
        return totals
    whole = DeferredTotal(known[0].base, len(known), sum(in_base, Decimal(0)), in_base=True)
    return [*totals, whole]


def _in_base(net: Decimal | None, rate: Decimal | None, base: str, **_more: Any) -> Decimal | None:
    if net is None or rate is None:
        return None
    return round_half_away(net * rate, currency_digits(base))


def _age(deferral: Deferral, today: date) -> int:
    return (today - timezone.localdate(deferral.deferred_at)).days


def _may_release(membership: Membership, deferral: Deferral) -> bool:
    if deferral.released_at:
        return False
    if membership.role == Role.SALES_REP:
        return deferral.deferred_by_id == membership.user_id
    return membership.role in PREPARERS


def deferral_of(delivery: Delivery) -> Deferral | None:
    """The open deferral that covers it, a person's first."""
    covering = Deferral.objects.filter(
        company=delivery.company_id, order=delivery.order_id, released_at=None
    ).select_related("deferred_by")
    found = [one for one in covering if one.delivery_id in (None, delivery.pk)]
    found.sort(key=lambda one: (one.origin != DeferralOrigin.PERSON, one.deferred_at))
    return found[0] if found else None


def deferrals_of_order(request: CompanyRequest, order: Order) -> Section | None:
    """Those that are open first, then what was released."""
    found = Deferral.objects.filter(company=request.company, order=order.pk)
    found = found.select_related("order", "delivery", "deferred_by", "released_by")
    ordered: list[Any] = list(found.order_by("-pk")[:MOST])
    ordered.sort(key=lambda one: one.released_at is not None)
    if not ordered:
        return None
    context = {"deferrals": shown_deferrals(request.membership, ordered)}
    return Section(_("Deferrals"), "orders/deferrals_of_order.html", context)
