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
from closing_site.companies.models import Membership, Role
from closing_site.desk.documents.sections import Section
from closing_site.pages.formats import number_text
from orders.models import Deferral, DeferralKind, DeferralOrigin, Delivery, Order

#: A page shows so many.
MOST = 50

#: The newest unbilled amount of a deferral, or what its unconfirmed deliveries would bill: the
#: order's own where all of it is deferred and nothing of it confirmed.
AMOUNTS = """
    SELECT f.id, coalesce(listed.net, CASE WHEN f.delivery_id IS NULL AND NOT EXISTS (
            SELECT FROM orders_delivery AS d WHERE d.company_id = f.company_id
                AND d.order_id = f.order_id AND d.period_id IS NOT NULL) THEN o.net END) AS net
    FROM orders_deferral AS f
    JOIN orders_order AS o ON o.id = f.order_id
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
    """``net``: in the order's currency, where it is known; ``days``: its age."""

    deferral: Deferral
    net: Decimal | None
    days: int
    may_release: bool

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
    net = {row["id"]: row["net"] for row in sql.rows(AMOUNTS, parameters)}
    today = timezone.localdate()
    return [
        ShownDeferral(one, net.get(one.pk), _age(one, today), _may_release(membership, one))
        for one in found
    ]


def _age(deferral: Deferral, today: date) -> int:
    return (today - timezone.localdate(deferral.deferred_at)).days


def _may_release(membership: Membership, deferral: Deferral) -> bool:
    if deferral.released_at or membership.role == Role.AUDITOR:
        return False
    return membership.role != Role.SALES_REP or deferral.deferred_by_id == membership.user_id


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
