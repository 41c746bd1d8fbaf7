"""Confirmations and unbilled lists are guarded; a confirmed order keeps what was agreed."""

from closing_site.laws import Guarded, Law, PartOf, Trigger, no_truncate
from orders.laws.agreed import LINE_ADDED, LINE_GROWN, LINE_UPDATE, ORDER_UPDATE, refuse_confirmed
from orders.laws.audited import AUDITED
from orders.laws.deferrals import DEFERRAL_LAWS
from orders.laws.former_rates import FORMER_RATE_LAWS
from orders.laws.prepared import PREPARED_LAWS
from orders.laws.removed import REMOVED_LAWS
from orders.laws.unbilled import APPROVED, HELD_LAWS

LAWS = [
    # Nothing confirmed is written by an insert; what is, is held to its month all the same.
    Guarded("orders_delivery", dated=True, prepares="confirmation"),
    Guarded("orders_unbilled", dated=True),
    PartOf(
        "orders_deliveryline",
        parent="(SELECT d.id, o.number, d.period_id FROM orders_delivery AS d"
        " JOIN orders_order AS o ON o.id = d.order_id)",
        key="delivery_id",
        is_final="parent.period_id IS NOT NULL",
        says="is confirmed: what was delivered stays",
    ),
    Law(
        "orders_unbilled",
        tuple(
            Trigger(
                f"orders_unbilled_law_11_{event.lower()}", "orders_unbilled", event, body=APPROVED
            )
            for event in ("INSERT", "UPDATE")
        ),
    ),
    Law(
        "orders_orderline",
        (
            Trigger("orders_orderline_law_3_insert", "orders_orderline", "INSERT", body=LINE_ADDED),
            Trigger("orders_orderline_law_3_update", "orders_orderline", "UPDATE", body=LINE_GROWN),
            Trigger(
                "orders_orderline_law_8_insert",
                "orders_orderline",
                "INSERT",
                body=refuse_confirmed("SELECT DISTINCT order_id FROM new_rows", "d.is_whole"),
            ),
            Trigger(
                "orders_orderline_law_8_update", "orders_orderline", "UPDATE", body=LINE_UPDATE
            ),
            Trigger(
                "orders_orderline_law_8_delete",
                "orders_orderline",
                "DELETE",
                body=refuse_confirmed("SELECT DISTINCT order_id FROM old_rows", "true"),
            ),
            no_truncate("orders_orderline"),
        ),
    ),
    Law(
        "orders_order",
        (
            Trigger("orders_order_law_8_update", "orders_order", "UPDATE", body=ORDER_UPDATE),
            no_truncate("orders_order"),
        ),
    ),
    Law("", own=tuple(HELD_LAWS)),
    Law("orders_deferral", own=tuple(DEFERRAL_LAWS)),
    Law("orders_removedline", own=tuple(REMOVED_LAWS)),
    *FORMER_RATE_LAWS,
    *PREPARED_LAWS,
    *AUDITED,
]
