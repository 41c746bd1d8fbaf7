"""Why something cannot be done with an order now; empty where it can. For buttons and pages."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from closing_site.periods.models import Period, PeriodStatus
from orders.billed import invoices_of_order
from orders.errors import (
    DeliveredAlready,
    NotClosed,
    NothingOutstanding,
    NothingToDefer,
    OrderClosed,
)
from orders.models import Delivery, Order, Unbilled
from orders.recording.deliveries import CANCELLED
from orders.recording.lines import CLOSED
from orders.recording.orders import CONFIRMED, CONFIRMED_LOCKED, HELD_BACK, IN_PARTS


def confirmed_delivery(order: Order) -> Delivery | None:
    """The first that is confirmed."""
    found = order.deliveries.filter(period__isnull=False).select_related("period")
    return found.order_by("period__starts_on").first()


def why_not_changed(order: Order) -> str:
    """Confirmed as a whole it stays; delivered in parts it may still grow."""
    if order.cancelled_on:
        return _(CANCELLED) % {"number": order.number}
    if order.closed_on:
        return _(CLOSED) % {"number": order.number}
    found = confirmed_delivery(order)
    if found is None or not found.is_whole:
        return ""
    return " ".join([_confirmed(order, found), _way_out(order, found)])


def _way_out(order: Order, delivery: Delivery) -> str:
    """Law 3 knows what invoices need; until then nothing is final in an open month."""
    if delivery.period.status == PeriodStatus.OPEN and not invoices_of_order(order):
        return _("Nothing of it is invoiced: finance takes the confirmation back, then change it.")
    return _("Correct it with a credit note and a new order.")


def why_not_cancelled(order: Order) -> str:
    if order.cancelled_on:
        return _(CANCELLED) % {"number": order.number}
    if order.closed_on:
        return OrderClosed(number=order.number, day=order.closed_on).message
    is_in_parts = order.deliveries.filter(is_whole=False).exists()
    if is_in_parts and order.delivered_on is None:
        return _(IN_PARTS) % {"number": order.number}
    if found := confirmed_delivery(order):
        return " ".join([_confirmed(order, found), _way_out(order, found)])
    if is_in_parts:
        said = _("Order %(number)s is delivered in parts: take its deliveries back first.")
        return said % {"number": order.number}
    return ""


def why_not_closed(order: Order) -> str:
    if order.cancelled_on:
        return _(CANCELLED) % {"number": order.number}
    if order.closed_on:
        return OrderClosed(number=order.number, day=order.closed_on).message
    if order.delivered_on or not order.deliveries.filter(is_whole=False).exists():
        return NothingOutstanding(number=order.number).message
    return ""


def why_not_reopened(order: Order) -> str:
    return "" if order.closed_on else NotClosed(number=order.number).message


def why_not_delivered(order: Order) -> str:
    if order.cancelled_on:
        return _(CANCELLED) % {"number": order.number}
    found = confirmed_delivery(order)
    if found is None:
        return ""
    if found.is_whole:
        return _confirmed(order, found)
    if order.closed_on:
        said = _("Order %(number)s is closed short: finance reopens it before more is delivered.")
        return said % {"number": order.number}
    if order.delivered_on:
        return _("Order %(number)s is delivered completely.") % {"number": order.number}
    return ""


def why_not_delivered_whole(order: Order) -> str:
    whole = order.deliveries.filter(is_whole=True).first()
    return DeliveredAlready(number=order.number, day=whole.delivered_on).message if whole else ""


def sealed_lists(order: Order) -> list[str]:
    """The locked months on whose unbilled list it stands."""
    held = Unbilled.objects.filter(
        company=order.company_id,
        delivery__order=order.pk,
        delivery__period=None,
        period__status=PeriodStatus.LOCKED,
    )
    return list(held.order_by("period__starts_on").values_list("period__code", flat=True))


def takeable_deliveries(order: Order) -> QuerySet[Delivery]:
    """What is neither confirmed nor on a locked month's unbilled list."""
    sealed = Unbilled.objects.filter(
        company=order.company_id, delivery__order=order.pk, period__status=PeriodStatus.LOCKED
    )
    waiting = Delivery.objects.filter(company=order.company_id, order=order.pk, period=None)
    return waiting.exclude(pk__in=sealed.values("delivery")).order_by("delivered_on")


def why_not_undelivered(order: Order) -> str:
    if order.cancelled_on:
        return _(CANCELLED) % {"number": order.number}
    if not takeable_deliveries(order).exists() and (months := sealed_lists(order)):
        return _(HELD_BACK) % {"number": order.number, "period": months[0]}
    return ""


def why_not_confirmed(order: Order) -> str:
    if order.cancelled_on:
        return _(CANCELLED) % {"number": order.number}
    waiting = order.deliveries.filter(period=None)
    if order.company.requires_acceptance:
        if not waiting.filter(accepted_on__isnull=False).exists():
            return _("The customer has not accepted a delivery of it that waits.")
    elif not waiting.exists():
        return _("Nothing of it is delivered that waits to be confirmed.")
    return ""


def why_not_deferred(order: Order) -> str:
    if order.cancelled_on:
        return _(CANCELLED) % {"number": order.number}
    if order.delivered_on and not order.deliveries.filter(period=None).exists():
        return NothingToDefer(number=order.number).message
    return ""


def confirmed_months(order: Order) -> QuerySet[Period]:
    """The open months in which something of it is confirmed."""
    confirmed = order.deliveries.filter(period__isnull=False).values("period")
    found = Period.objects.filter(pk__in=confirmed, status=PeriodStatus.OPEN)
    return found.order_by("starts_on")


def why_not_taken_back(order: Order) -> str:
    """Whether it is invoiced is asked when it is done: law 3 knows."""
    if confirmed_months(order).exists():
        return ""
    if found := confirmed_delivery(order):
        return _confirmed(order, found)
    return _("Nothing of it is confirmed.")


def _confirmed(order: Order, delivery: Delivery) -> str:
    reason = CONFIRMED_LOCKED if delivery.period.status == "locked" else CONFIRMED
    return _(reason) % {"number": order.number, "period": delivery.period.code}
