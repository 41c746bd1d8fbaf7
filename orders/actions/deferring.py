"""Deferring one order, or one delivery of it, and releasing it again."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from closing_site.acting import because
from closing_site.companies.errors import NotAMember, RoleMayNot
from closing_site.companies.members import PREPARERS, membership_of
from closing_site.companies.models import Company, Role, User
from closing_site.money import currency_digits, round_half_away
from closing_site.periods.reasons import reason_given
from orders.actions.taking import changing_order, require_not_cancelled
from orders.errors import (
    AlreadyDeferred,
    AlreadyReleased,
    DeliveryConfirmed,
    NegativeEstimate,
    NothingToDefer,
    NotYourDeferral,
    NotYourOrder,
)
from orders.models import Deferral, DeferralKind, DeferralOrigin, Delivery, Order


def open_deferrals(order: Order) -> QuerySet[Deferral]:
    """The oldest first."""
    found = Deferral.objects.filter(company=order.company_id, order=order, released_at=None)
    return found.select_related("deferred_by", "delivery").order_by("deferred_at", "pk")


def defer_order(
    *,
    order: Order,
    reason: str,
    by: User,
    delivery: Delivery | None = None,
    kind: str = DeferralKind.BILLING,
    estimate: Decimal | None = None,
    expected_on: date | None = None,
) -> Deferral:
    """Keeps the order, or one delivery of it, from being confirmed until a person releases it.

    ``estimate``: net in the order's currency, of an unknown amount. Whoever defers it again gives a
    new reason; what another person deferred stays theirs. Raises ReasonNeeded, OrderCancelled,
    NothingToDefer, DeliveryConfirmed, AlreadyDeferred, NegativeEstimate, NotYourOrder, RoleMayNot.
    """
    reason = reason_given(reason)
    _require_may_defer(order, by)
    if estimate is not None:
        if estimate < 0:
            raise NegativeEstimate()
        estimate = round_half_away(estimate, currency_digits(order.currency))
    with changing_order(order, by):
        require_not_cancelled(order)
        _require_something_to_defer(order, delivery)
        for open_one in open_deferrals(order).filter(delivery=delivery):
            is_own = open_one.deferred_by == by
            if open_one.origin == DeferralOrigin.PERSON and not is_own:
                raise AlreadyDeferred(
                    number=order.number, user=open_one.deferred_by.username, reason=open_one.reason
                )
            _release(open_one, reason, by)
        return Deferral.objects.create(
            company=order.company,
            order=order,
            delivery=delivery,
            origin=DeferralOrigin.PERSON,
            kind=kind,
            reason=reason,
            estimate=estimate if kind == DeferralKind.AMOUNT_UNKNOWN else None,
            expected_on=expected_on,
            deferred_by=by,
        )


def release_deferral(*, deferral: Deferral, reason: str = "", by: User) -> None:
    """Lets the order be confirmed again, in an open month: the list of a locked one stays.

    A sales rep releases what they deferred themselves, finance everything. Raises NotYourDeferral,
    AlreadyReleased, NotYourOrder, RoleMayNot.
    """
    reason = reason_given(reason, is_needed=False)
    order = deferral.order
    require_may_release(deferral, by)
    with changing_order(order, by), because(reason):
        found = Deferral.objects.select_for_update(of=("self",)).get(pk=deferral.pk)
        if found.released_at:
            raise AlreadyReleased(
                number=order.number, user=found.released_by.username if found.released_by else "–"
            )
        _release(found, reason, by)


def release_of_delivery(delivery: Delivery, *, by: User) -> None:
    """The delivery is taken back, and what was deferred of it with it."""
    for deferral in Deferral.objects.filter(
        company=delivery.company_id, order=delivery.order_id, delivery=delivery, released_at=None
    ):
        _release(deferral, "", by)


def require_may_release(deferral: Deferral, by: User) -> None:
    """Raises NotYourDeferral, NotYourOrder, NotAMember, RoleMayNot."""
    role = _require_may_defer(deferral.order, by)
    if role == Role.SALES_REP and deferral.deferred_by_id != by.pk:
        raise NotYourDeferral(number=deferral.order.number, user=deferral.deferred_by.username)


def _release(deferral: Deferral, reason: str, by: User) -> None:
    deferral.released_by, deferral.released_at = by, timezone.now()
    deferral.release_reason = reason
    deferral.save(update_fields=["released_by", "released_at", "release_reason"])


def _require_may_defer(order: Order, by: User) -> Role:
    """Who prepares the close, and a sales rep their own orders, also after the entry deadline."""
    company: Company = order.company
    member = membership_of(company, by)
    if member is None:
        raise NotAMember(user=by.username, company=company.code)
    role = Role(member.role)
    if role == Role.SALES_REP:
        if order.sales_rep is None or order.sales_rep.user_id != by.pk:
            raise NotYourOrder(number=order.number)
    elif role not in PREPARERS:
        raise RoleMayNot(user=by.username, role=role.label, company=company.code)
    return role


def _require_something_to_defer(order: Order, delivery: Delivery | None) -> None:
    if delivery is not None:
        found = order.deliveries.select_related("period").filter(pk=delivery.pk).first()
        if found is None:
            raise NothingToDefer(number=order.number)
        if found.period:
            raise DeliveryConfirmed(number=order.number, period=found.period.code)
        return
    if order.delivered_on and not order.deliveries.filter(period=None).exists():
        raise NothingToDefer(number=order.number)
