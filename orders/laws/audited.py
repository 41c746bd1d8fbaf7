"""Law 13: what the audit keeps of orders, deliveries, tax rates and products.

Of what a file brings, a row a statement: see docs/decisions.md.
"""

from closing_site.laws import Audited

ORDER_OF_LINE = "(SELECT number FROM orders_order WHERE id = r.order_id)"
LINE_NUMBER = "(SELECT l.line_number FROM orders_orderline AS l WHERE l.id = r.order_line_id)"
ORDER_OF_DELIVERY = (
    "(SELECT o.number FROM orders_order AS o JOIN orders_delivery AS d ON d.order_id = o.id"
    " WHERE d.id = r.delivery_id)"
)
ORDER_ID_OF_DELIVERY = "(SELECT d.order_id FROM orders_delivery AS d WHERE d.id = r.delivery_id)"

AUDITED = [
    Audited(
        "orders_order",
        kind="order",
        number="r.number",
        columns=(
            *("customer_code", "order_date", "required_on", "currency", "prices_include_tax"),
            *("customer_reference", "stated_total", "satisfaction", "note"),
            *("net", "tax", "gross", "cancelled_on", "cancel_reason"),
            *("closed_on", "close_reason"),
        ),
        lookups=(
            (
                "sales_rep",
                "sales_rep_id",
                "(SELECT code FROM customers_salesrep WHERE id = {row}.sales_rep_id)",
            ),
        ),
        inserted="CASE WHEN r.cancelled_on IS NULL THEN 'recorded' ELSE 'cancelled' END",
        says_why=True,
        updated="CASE WHEN o.closed_on IS NULL AND r.closed_on IS NOT NULL THEN 'closed'"
        " WHEN o.closed_on IS NOT NULL AND r.closed_on IS NULL THEN 'reopened'"
        " WHEN r.cancelled_on IS NOT DISTINCT FROM o.cancelled_on THEN 'changed'"
        " WHEN r.cancelled_on IS NULL THEN 'uncancelled' ELSE 'cancelled' END",
        imported="orders",
        also_when="r.cancelled_on IS NOT NULL",
    ),
    Audited(
        "orders_orderline",
        kind="order",
        number=ORDER_OF_LINE,
        document="r.order_id",
        columns=(
            *("sku", "description", "quantity", "closed_quantity", "unit", "unit_price"),
            *("discount_percent", "supply_kind"),
            *("tax_rate", "net", "tax", "missing_since"),
        ),
        named=(("line_number", "r.line_number"),),
        inserted="line_recorded",
        updated="line_changed",
        deleted="line_deleted",
        imported="order_lines",
    ),
    Audited(
        "orders_delivery",
        kind="order",
        number=ORDER_OF_LINE,
        document="r.order_id",
        columns=("delivered_on", "accepted_on", "is_whole", "period_id", "posted_on"),
        says_why=True,
        inserted="CASE WHEN r.period_id IS NULL THEN 'delivered' ELSE 'confirmed' END",
        updated="CASE WHEN r.period_id IS NOT DISTINCT FROM o.period_id THEN 'delivery_changed'"
        " WHEN r.period_id IS NULL THEN 'unconfirmed' ELSE 'confirmed' END",
        deleted="undelivered",
        imported="deliveries",
        also_when="r.period_id IS NOT NULL",
    ),
    Audited(
        "orders_deliveryline",
        kind="order",
        number=ORDER_OF_DELIVERY,
        document=ORDER_ID_OF_DELIVERY,
        columns=("quantity",),
        named=(("line_number", LINE_NUMBER),),
        inserted="delivered",
        updated="delivery_changed",
        deleted="undelivered",
        imported="deliveries",
    ),
    Audited(
        "orders_deferral",
        kind="order",
        number=ORDER_OF_LINE,
        document="r.order_id",
        columns=("origin", "reason", "estimate", "expected_on", "release_reason"),
        lookups=(
            ("deferral_kind", "kind", "{row}.kind"),
            (
                "delivered_on",
                "delivery_id",
                "(SELECT delivered_on FROM orders_delivery WHERE id = {row}.delivery_id)",
            ),
        ),
        inserted="deferred",
        update_when="r.released_at IS DISTINCT FROM o.released_at",
        updated="deferral_released",
    ),
    Audited(
        "orders_unbilled",
        kind="order",
        number=ORDER_OF_DELIVERY,
        document=ORDER_ID_OF_DELIVERY,
        columns=("reason", "net", "tax", "estimate", "approval_id"),
        lookups=(("deferral_kind", "kind", "{row}.kind"),),
        inserted="held_back",
        updated="CASE WHEN o.approval_id IS NULL AND r.approval_id IS NOT NULL"
        " THEN 'hold_approved' ELSE 'held_back' END",
        deleted="released",
    ),
    Audited(
        "orders_taxrate",
        kind="tax_rate",
        number="r.category || ' ' || trim_scale(r.percent)",
        columns=("category", "percent", "reason", "valid_from", "valid_to", "is_unexpected"),
        inserted="recorded",
        updated="changed",
        deleted="deleted",
    ),
    Audited(
        "orders_product",
        kind="product",
        number="r.sku",
        columns=("name", "category", "kind", "unit", "unit_price", "unit_cost", "tax_rate"),
        inserted="recorded",
        updated="changed",
        deleted="deleted",
        imported="products",
    ),
]
