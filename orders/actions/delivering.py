"""Deliveries by form: whole or by line, their acceptance, and taking one back."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext, gettext_noop

from closing_site.companies.models import User
from closing_site.desk.errors import ChangedSinceSeen
from closing_site.periods.models import PeriodStatus
from closing_site.recording import refuse, require_confirmed
from closing_site.staged import make_table
from orders.actions.checking_lines import beyond_ordered
from orders.actions.deferring import release_of_delivery
from orders.actions.entitled import require_order
from orders.actions.taking import (
    as_it_is,
    changing_order,
    require_not_cancelled,
    take_in,
)
from orders.completion import complete_orders
from orders.errors import (
    DayTaken,
    DeliveredAlready,
    DeliveredByLine,
    DeliveryConfirmed,
    NoLineDelivered,
    OnSealedList,
)
from orders.kinds import ORDERS
from orders.models import Delivery, Order, Unbilled
from orders.recording.delivered import forget_delivered, note_delivered
from orders.recording.releasing import release_order

ACCEPTED_BEFORE = gettext_noop("It cannot be accepted before it is delivered.")


def deliver_order(*, order: Order, delivered_on: date, accepted_on: date | None, by: User) -> Order:
    """All of it was handed over on that day.

    Raises NotTaken, OrderCancelled, DeliveredAlready, DeliveryConfirmed, DeliveredByLine,
    NotYourOrder, CutOffPassed.
    """
    with changing_order(order, by):
        whole = _require_deliverable(order, by, delivered_on)
        if whole and whole.period:
            raise DeliveryConfirmed(number=order.number, period=whole.period.code)
        if whole:
            raise DeliveredAlready(number=order.number, day=whole.delivered_on)
        if order.deliveries.exists():
            raise DeliveredByLine(number=order.number)
        _deliver_whole(order, delivered_on, accepted_on)
        return order


def _deliver_whole(order: Order, delivered_on: date, accepted_on: date | None) -> None:
    """A delivery as a whole that is there takes these days."""
    _require_accepted_later(delivered_on, accepted_on)
    row = {
        **as_it_is(order),
        "delivered_on": delivered_on.isoformat(),
        "accepted_on": _text(accepted_on),
    }
    take_in(order.company, orders=[row])
    order.refresh_from_db()


def deliver_lines(
    *,
    order: Order,
    delivered_on: date,
    accepted_on: date | None,
    quantities: Mapping[int, str],
    answer: str | None = None,
    by: User,
) -> Order:
    """Line number → how much of it was handed over on that day; blank lines are passed over.

    ``answer``: see require_confirmed. Raises Unconfirmed, NotTaken (``line`` counts the lines that
    are given), OrderCancelled, DayTaken, NoLineDelivered, NotYourOrder, CutOffPassed.
    """
    with changing_order(order, by):
        _require_deliverable(order, by, delivered_on)
        _require_accepted_later(delivered_on, accepted_on)
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
        given = [int(row["line_number"]) for row in rows]
        require_confirmed(beyond_ordered(order, given), answer)
        order.refresh_from_db()
        return order


def accept_delivery(*, delivery: Delivery, accepted_on: date, by: User) -> None:
    """Raises OrderCancelled, DeliveryConfirmed, ChangedSinceSeen, NotTaken, NotYourOrder,
    CutOffPassed.
    """
    order = delivery.order
    with changing_order(order, by):
        delivery = _unconfirmed(delivery)
        require_order(order, by, delivery.delivered_on)
        if delivery.is_whole:
            require_not_cancelled(order)
            _deliver_whole(order, delivery.delivered_on, accepted_on)
            return
        _require_accepted_later(delivery.delivered_on, accepted_on)
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

    Raises OrderCancelled, DeliveryConfirmed, ChangedSinceSeen, OnSealedList, NotYourOrder,
    CutOffPassed.
    """
    order = delivery.order
    with changing_order(order, by):
        delivery = _unconfirmed(delivery)
        require_order(order, by, delivery.delivered_on)
        require_not_cancelled(order)
        _require_unsealed(order, delivery)
        release_of_delivery(delivery, by=by)
        if delivery.is_whole:
            row = {**as_it_is(order), "delivered_on": "", "accepted_on": ""}
            take_in(order.company, orders=[row])
        else:
            release_order(order.pk)
            products = {part.order_line.product_id for part in delivery.lines.all()} - {None}
            delivery.lines.all().delete()
            delivery.delete()
            forget_delivered(products)
        make_table("changed_orders", "SELECT %(order)s::bigint AS order_id", {"order": order.pk})
        note_delivered("changed_orders")
        # A line without a rate of its own follows its product again.
        complete_orders(order.company, "changed_orders")


def _require_deliverable(order: Order, by: User, day: date) -> Delivery | None:
    """The delivery as a whole that is there."""
    whole: Delivery | None = order.deliveries.select_related("period").filter(is_whole=True).first()
    require_order(order, by, day, whole.delivered_on if whole else None)
    require_not_cancelled(order)
    return whole


def _require_accepted_later(delivered_on: date, accepted_on: date | None) -> None:
    if accepted_on and accepted_on < delivered_on:
        raise refuse(ORDERS, "accepted_on", gettext(ACCEPTED_BEFORE), accepted_on.isoformat())


def _unconfirmed(delivery: Delivery) -> Delivery:
    """As it is now: someone may have confirmed it meanwhile, divided it, or taken it back."""
    found = Delivery.objects.select_related("period", "order").filter(pk=delivery.pk).first()
    seen = (delivery.delivered_on, delivery.is_whole)
    if found is None or (found.delivered_on, found.is_whole) != seen:
        raise ChangedSinceSeen()
    if found.period:
        raise DeliveryConfirmed(number=found.order.number, period=found.period.code)
    return found


def _require_unsealed(order: Order, delivery: Delivery) -> None:
    held = Unbilled.objects.filter(company=order.company_id, delivery=delivery.pk)
    sealed = held.filter(period__status=PeriodStatus.LOCKED).select_related("period")
    if first := sealed.order_by("period__starts_on").first():
        raise OnSealedList(number=order.number, period=first.period.code)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
