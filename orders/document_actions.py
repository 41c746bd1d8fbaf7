"""What the page of an order or a product offers to do with it."""

from django.utils.translation import gettext_lazy as _

from closing_site.desk.documents.actions import Action
from orders import offered
from orders.models import Order


def _is_open(order: Order) -> bool:
    return order.cancelled_on is None


def _has_unaccepted(order: Order) -> bool:
    return order.deliveries.filter(period=None, accepted_on=None).exists()


def _has_waiting(order: Order) -> bool:
    return order.deliveries.filter(period=None).exists()


def _is_confirmed(order: Order) -> bool:
    return order.deliveries.filter(period__isnull=False).exists()


def _is_outstanding(order: Order) -> bool:
    return order.cancelled_on is None and order.delivered_on is None


def _is_deferred(order: Order) -> bool:
    return order.cancelled_on is None and order.deferrals.filter(released_at=None).exists()


ACTIONS: dict[str, list[Action]] = {
    "order": [
        Action(
            _("Confirm"),
            "order_confirm",
            shown=lambda order: _is_open(order) and _has_waiting(order),
            refused=offered.why_not_confirmed,
            is_main=True,
        ),
        Action(
            _("Delivered"),
            "order_deliver",
            shown=_is_outstanding,
            refused=offered.why_not_delivered,
            is_main=True,
        ),
        Action(
            _("Accepted"),
            "order_accept",
            shown=lambda order: _is_open(order) and _has_unaccepted(order),
        ),
        Action(_("Release"), "order_release", shown=_is_deferred),
        Action(_("Defer"), "order_defer", shown=_is_open, refused=offered.why_not_deferred),
        Action(_("Change"), "order_change", refused=offered.why_not_changed),
        Action(
            _("Take back a delivery"),
            "order_undeliver",
            shown=lambda order: _is_open(order) and _has_waiting(order),
            refused=offered.why_not_undelivered,
        ),
        Action(
            _("Take the confirmation back"),
            "order_take_back",
            shown=_is_confirmed,
            refused=offered.why_not_taken_back,
        ),
        Action(
            _("Close short"),
            "order_close",
            shown=lambda order: (
                _is_outstanding(order) and order.deliveries.filter(is_whole=False).exists()
            ),
            refused=offered.why_not_closed,
        ),
        Action(
            _("Reopen"),
            "order_reopen",
            shown=lambda order: order.closed_on is not None,
            refused=offered.why_not_reopened,
        ),
        Action(
            _("Cancel"),
            "order_cancel",
            shown=lambda order: _is_open(order) and order.closed_on is None,
            refused=offered.why_not_cancelled,
        ),
    ],
    "order_list": [Action(_("New order"), "order_new", is_main=True)],
    "product": [Action(_("Change"), "product_change")],
    "product_list": [Action(_("New product"), "product_new", is_main=True)],
}
