"""What orders and deliveries add to a document's chain."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from closing_site.companies.models import Membership
from closing_site.desk.documents.chain import Link, Station
from orders.models import Delivery, Order
from orders.tables import DELIVERY_STATES


def delivery_link(delivery: Delivery, *, is_held_back: bool = False) -> Link:
    state = "confirmed" if delivery.period_id else "held_back" if is_held_back else "waiting"
    note = str(DELIVERY_STATES[state])
    if delivery.period_id:
        note = _("confirmed in %(month)s") % {"month": delivery.period.code}
    return Link(
        Station.DELIVERY,
        "delivery",
        str(delivery.pk),
        delivery.delivered_on,
        delivery.gross,
        delivery.order.currency,
        note=note,
        text=_("whole order") if delivery.is_whole else _("part"),
    )


def order_link(order: Order) -> Link:
    return Link(Station.ORDER, "order", order.number, order.order_date, order.gross, order.currency)


def deliveries_of_order(membership: Membership, order: Order) -> Iterator[Link]:
    found = Delivery.objects.seen_by(membership).filter(order=order.pk).with_deferral()
    for delivery in (
        found.with_amount().select_related("period", "order").order_by("delivered_on", "pk")
    ):
        yield delivery_link(delivery, is_held_back=delivery.is_held_back)


def order_of_delivery(membership: Membership, delivery: Delivery) -> Iterator[Link]:
    yield order_link(delivery.order)


CHAIN = {"order": deliveries_of_order, "delivery": order_of_delivery}
