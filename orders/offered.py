"""Why something cannot be done with an order now; empty where it can. For buttons and pages."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from closing_site.periods.models import Period, PeriodStatus
from orders.models import Delivery, Order
from orders.recording.deliveries import CANCELLED
from orders.recording.orders import CONFIRMED, CONFIRMED_LOCKED, IN_PARTS


def confirmed_delivery(order: Order) -> Delivery | None:
    """The first that is confirmed."""
    found = order.deliveries.filter(period__isnull=False).select_related("period")
    return found.order_by("period__starts_on").first()


def why_not_changed(order: Order) -> str:
    """Confirmed as a whole it stays; delivered in parts it may still grow."""
    if order.cancelled_on:
        return _(CANCELLED) % {"number": order.number}
    found = confirmed_delivery(order)
    if found is None or not found.is_whole:
        return ""
    return _confirmed(order, found) + " " + _("Correct it with a credit note and a new order.")


def why_not_cancelled(order: Order) -> str:
    if order.cancelled_on:
        return _(CANCELLED) % {"number": order.number}
    if found := confirmed_delivery(order):
        return _confirmed(order, found)
    if order.deliveries.filter(is_whole=False).exists():
        return _(IN_PARTS) % {"number": order.number}
    return ""


def why_not_delivered(order: Order) -> str:
    if order.cancelled_on:
        return _(CANCELLED) % {"number": order.number}
    found = confirmed_delivery(order)
    if found is None:
        return ""
    if found.is_whole:
        return _confirmed(order, found)
    if order.delivered_on:
        return _("Order %(number)s is delivered completely.") % {"number": order.number}
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
