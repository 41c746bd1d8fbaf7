"""Deliveries by form: whole or by line, their acceptance, and taking one back."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from closing_site.companies.models import User
from closing_site.desk.models import FollowUp
from closing_site.periods.models import PeriodStatus
from closing_site.periods.reasons import reason_given
from closing_site.staged import make_table
from orders.actions.entitled import require_order
from orders.actions.taking import as_it_is, changing_order, holding_orders, take_in
from orders.errors import (
    DayTaken,
    DeliveredByLine,
    DeliveryConfirmed,
    NoLineDelivered,
    OnSealedList,
    OrderCancelled,
)
from orders.models import Delivery, HeldBack, Order
from orders.recording.delivered import note_delivered
from orders.recording.releasing import release_order

#: Slug of what a rep says of an order that must wait.
WAITS = "order-waits"


def deliver_order(*, order: Order, delivered_on: date, accepted_on: date | None, by: User) -> Order:
    """All of it was handed over on that day; a delivery as a whole that is there takes these days.

    Raises NotTaken, OrderCancelled, DeliveredByLine, NotYourOrder, CutOffPassed.
    """
    with changing_order(order, by):
        whole = _require_deliverable(order, by, delivered_on)
        if whole is None and order.deliveries.exists():
            raise DeliveredByLine(number=order.number)
        row = {
            **as_it_is(order),
            "delivered_on": delivered_on.isoformat(),
            "accepted_on": _text(accepted_on),
        }
        take_in(order.company, orders=[row])
        _waits_no_more(order)
        order.refresh_from_db()
        return order


def deliver_lines(
    *,
    order: Order,
    delivered_on: date,
    accepted_on: date | None,
    quantities: Mapping[int, str],
    by: User,
) -> Order:
    """Line number → how much of it was handed over on that day; blank lines are passed over.

    Raises NotTaken (``line`` counts the lines that are given), OrderCancelled, DayTaken,
    NoLineDelivered, NotYourOrder, CutOffPassed.
    """
    with changing_order(order, by):
        _require_deliverable(order, by, delivered_on)
        parts = order.deliveries.filter(is_whole=False, delivered_on=delivered_on)
        if parts.exists():
            raise DayTaken(number=order.number, day=delivered_on)
        rows = [
            {
                "order_number": order.number,
                "line_number": str(number),
                "delivered_on": delivered_on.isoformat(),
                "quantity": quantity,
                "accepted_on": _text(accepted_on),
            }
            for number, quantity in quantities.items()
            if quantity.strip()
        ]
        if not rows:
            raise NoLineDelivered()
        take_in(order.company, deliveries=rows)
        _waits_no_more(order)
        order.refresh_from_db()
        return order


def accept_delivery(*, delivery: Delivery, accepted_on: date, by: User) -> None:
    """Raises DeliveryConfirmed, NotTaken, NotYourOrder, CutOffPassed."""
    order = delivery.order
    if delivery.is_whole:
        _require_unconfirmed(delivery)
        day = delivery.delivered_on
        deliver_order(order=order, delivered_on=day, accepted_on=accepted_on, by=by)
        return
    with changing_order(order, by):
        _require_unconfirmed(delivery)
        require_order(order, by, delivery.delivered_on)
        rows = [
            {
                "order_number": order.number,
                "line_number": str(line.order_line.line_number),
                "delivered_on": delivery.delivered_on.isoformat(),
                "quantity": str(line.quantity),
                "accepted_on": accepted_on.isoformat(),
            }
            for line in delivery.lines.select_related("order_line")
        ]
        take_in(order.company, deliveries=rows)


def take_back_delivery(*, delivery: Delivery, by: User) -> None:
    """It did not happen. Off an open month's unbilled list it goes; a locked one's is sealed.

    Raises OrderCancelled, DeliveryConfirmed, OnSealedList, NotYourOrder, CutOffPassed.
    """
    order = delivery.order
    with changing_order(order, by):
        _require_unconfirmed(delivery)
        require_order(order, by, delivery.delivered_on)
        _require_not_cancelled(order)
        _require_unsealed(order, delivery)
        if delivery.is_whole:
            row = {**as_it_is(order), "delivered_on": "", "accepted_on": ""}
            take_in(order.company, orders=[row])
        else:
            release_order(order.pk)
            delivery.lines.all().delete()
            delivery.delete()
        make_table("changed_orders", "SELECT %(order)s::bigint AS order_id", {"order": order.pk})
        note_delivered("changed_orders")


def let_order_wait(*, order: Order, reason: str, expected_on: date | None, by: User) -> FollowUp:
    """Why it is not delivered, or must wait; what was said last stands.

    Raises ReasonNeeded, OrderCancelled, NotYourOrder.
    """
    reason = reason_given(reason)
    with holding_orders(order.company, by):
        require_order(order, by)
        _require_not_cancelled(order)
        _waits_no_more(order)
        return FollowUp.objects.create(
            company=order.company,
            document_kind="order",
            document_id=order.pk,
            document_number=order.number,
            slug=WAITS,
            parameters={"reason": reason, "by": by.username},
            owner=by,
            due_on=expected_on,
        )


def _require_deliverable(order: Order, by: User, day: date) -> Delivery | None:
    """The delivery as a whole that is there."""
    whole: Delivery | None = order.deliveries.filter(is_whole=True).first()
    require_order(order, by, day, whole.delivered_on if whole else None)
    _require_not_cancelled(order)
    return whole


def _require_not_cancelled(order: Order) -> None:
    """Someone may have cancelled it meanwhile."""
    order.refresh_from_db(fields=["cancelled_on"])
    if order.cancelled_on:
        raise OrderCancelled(number=order.number)


def _require_unconfirmed(delivery: Delivery) -> None:
    if delivery.period:
        raise DeliveryConfirmed(number=delivery.order.number, period=delivery.period.code)


def _require_unsealed(order: Order, delivery: Delivery) -> None:
    held = HeldBack.objects.filter(company=order.company_id, delivery=delivery.pk)
    sealed = held.filter(period__status=PeriodStatus.LOCKED).select_related("period")
    if first := sealed.order_by("period__starts_on").first():
        raise OnSealedList(number=order.number, period=first.period.code)


def _waits_no_more(order: Order) -> None:
    FollowUp.objects.filter(
        company=order.company_id,
        document_kind="order",
        document_id=order.pk,
        slug=WAITS,
        done_at=None,
    ).update(done_at=timezone.now())


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
