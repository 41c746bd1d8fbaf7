"""Confirmations and held-back deliveries are guarded; a confirmed order keeps what was agreed."""

from closing_site.laws import Audited, Guarded, Law, PartOf, Trigger, no_truncate
from orders.confirmed_sql import more_to_come

ORDER_OF_LINE = "(SELECT number FROM orders_order WHERE id = r.order_id)"
ORDER_OF_DELIVERY = (
    "(SELECT o.number FROM orders_order AS o JOIN orders_delivery AS d ON d.order_id = o.id"
    " WHERE d.id = r.delivery_id)"
)


def _refuse_confirmed(rows: str, differs: str) -> str:
    return f"""
        DECLARE culprit record;
        BEGIN
            SELECT o.number, p.code, p.status INTO culprit FROM ({rows}) AS n
            JOIN orders_order AS o ON o.id = n.order_id
            JOIN orders_delivery AS d ON d.order_id = n.order_id AND d.period_id IS NOT NULL
            JOIN periods_period AS p ON p.id = d.period_id
            WHERE {differs}
            ORDER BY p.starts_on LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'Order % is confirmed in period % (%): what was agreed stays',
                    culprit.number, culprit.code, culprit.status
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
                    HINT = 'Correct it with a credit note and a new order.';
            END IF;
            RETURN NULL;
        END"""


#: What is delivered in parts may still grow; a new line may be added to it, nothing else.
LINE_UPDATE = _refuse_confirmed(
    """SELECT r.order_id, coalesce(r.quantity, 0) < coalesce(o.quantity, 0) AS shrinks,
        r.quantity IS DISTINCT FROM o.quantity AS is_other,
        ROW(r.order_id, r.line_number, r.sku, r.description, r.unit, r.unit_price,
            r.discount_percent, r.given_tax_rate, r.tax_rate, r.tax_category, r.kind)
        IS DISTINCT FROM ROW(o.order_id, o.line_number, o.sku, o.description, o.unit, o.unit_price,
            o.discount_percent, o.given_tax_rate, o.tax_rate, o.tax_category, o.kind)
        OR (r.quantity IS NOT DISTINCT FROM o.quantity
            AND ROW(r.net, r.tax) IS DISTINCT FROM ROW(o.net, o.tax)) AS differs
        FROM new_rows AS r JOIN old_rows AS o ON o.id = r.id
        WHERE ROW(r.*) IS DISTINCT FROM ROW(o.*)
        UNION ALL SELECT o.order_id, true, true, true
        FROM new_rows AS r JOIN old_rows AS o ON o.id = r.id WHERE o.order_id <> r.order_id""",
    "n.differs OR n.shrinks OR (n.is_other AND d.is_whole)",
)
ORDER_UPDATE = _refuse_confirmed(
    """SELECT r.id AS order_id,
        ROW(r.number, r.customer_id, r.currency, r.prices_include_tax, r.cancelled_on, r.order_date,
            r.satisfaction, r.stated_total, r.sales_rep_id)
        IS DISTINCT FROM
        ROW(o.number, o.customer_id, o.currency, o.prices_include_tax, o.cancelled_on, o.order_date,
            o.satisfaction, o.stated_total, o.sales_rep_id) AS differs
        FROM new_rows AS r JOIN old_rows AS o ON o.id = r.id
        WHERE ROW(r.*) IS DISTINCT FROM ROW(o.*)
            AND ROW(r.net, r.tax, r.gross, r.number, r.customer_id, r.currency,
                r.prices_include_tax, r.cancelled_on, r.order_date, r.satisfaction, r.stated_total,
                r.sales_rep_id)
            IS DISTINCT FROM ROW(o.net, o.tax, o.gross, o.number, o.customer_id, o.currency,
                o.prices_include_tax, o.cancelled_on, o.order_date, o.satisfaction, o.stated_total,
                o.sales_rep_id)""",
    "n.differs OR d.is_whole",
)


def _refuse_beyond_the_end(orders: str) -> str:
    """What is added to an order goes with its next part; where none comes, no one would bill it."""
    return f"""
        DECLARE culprit text;
        BEGIN
            SELECT o.number INTO culprit FROM ({orders}) AS n
            JOIN orders_order AS o ON o.id = n.order_id
            WHERE EXISTS (SELECT FROM orders_delivery AS d WHERE d.company_id = n.company_id
                    AND d.order_id = n.order_id AND d.period_id IS NOT NULL AND NOT d.is_whole)
                AND NOT {more_to_come("n")}
            LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION
                    'Order % is delivered to the end: enter what was added as a new order', culprit
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NULL;
        END"""


LINE_ADDED = _refuse_beyond_the_end("SELECT DISTINCT company_id, order_id FROM new_rows")
#: A line that has deliveries of its own is short of some when it grows.
LINE_GROWN = _refuse_beyond_the_end(
    """SELECT DISTINCT r.company_id, r.order_id FROM new_rows AS r
        JOIN old_rows AS o ON o.id = r.id
        WHERE coalesce(r.quantity, 0) > coalesce(o.quantity, 0) AND NOT EXISTS (
            SELECT FROM orders_deliveryline AS dl WHERE dl.order_line_id = r.id)"""
)

#: Law 11: what was approved is what stands there, and the approval was given.
APPROVED = """
    DECLARE culprit text;
    BEGIN
        SELECT o.number INTO culprit FROM new_rows AS n
        JOIN orders_delivery AS d ON d.id = n.delivery_id
        JOIN orders_order AS o ON o.id = d.order_id
        LEFT JOIN desk_approval AS a ON a.id = n.approval_id
        WHERE n.approval_id IS NOT NULL
            AND ROW(a.company_id, a.kind, a.document_id, a.is_granted, a.digest)
                IS DISTINCT FROM ROW(n.company_id, 'hold_back', n.id, true,
                    md5(ROW(n.delivery_id, n.reason, n.net, n.tax)::text))
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Order %: what is held back is not what was approved', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

LAWS = [
    # Nothing confirmed is written by an insert; what is, is held to its month all the same.
    Guarded("orders_delivery", dated=True),
    Guarded("orders_heldback", dated=True),
    PartOf(
        "orders_deliveryline",
        parent="(SELECT d.id, o.number, d.period_id FROM orders_delivery AS d"
        " JOIN orders_order AS o ON o.id = d.order_id)",
        key="delivery_id",
        is_final="parent.period_id IS NOT NULL",
        says="is confirmed: what was delivered stays",
    ),
    Law(
        "orders_heldback",
        tuple(
            Trigger(
                f"orders_heldback_law_11_{event.lower()}", "orders_heldback", event, body=APPROVED
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
                body=_refuse_confirmed("SELECT DISTINCT order_id FROM new_rows", "d.is_whole"),
            ),
            Trigger(
                "orders_orderline_law_8_update", "orders_orderline", "UPDATE", body=LINE_UPDATE
            ),
            Trigger(
                "orders_orderline_law_8_delete",
                "orders_orderline",
                "DELETE",
                body=_refuse_confirmed("SELECT DISTINCT order_id FROM old_rows", "true"),
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
    Audited(
        "orders_order",
        kind="order",
        number="r.number",
        columns=("cancelled_on", "cancel_reason"),
        inserted="cancelled",
        insert_when="r.cancelled_on IS NOT NULL",
        updated="CASE WHEN r.cancelled_on IS NULL THEN 'uncancelled' ELSE 'cancelled' END",
    ),
    Audited(
        "orders_delivery",
        kind="order",
        number=ORDER_OF_LINE,
        columns=("delivered_on", "period_id", "posted_on"),
        says_why=True,
        inserted="confirmed",
        insert_when="r.period_id IS NOT NULL",
        updated="CASE WHEN r.period_id IS NULL THEN 'unconfirmed' ELSE 'confirmed' END",
        update_when="r.period_id IS DISTINCT FROM o.period_id",
    ),
    Audited(
        "orders_heldback",
        kind="order",
        number=ORDER_OF_DELIVERY,
        columns=("reason", "net", "tax", "approval_id"),
        inserted="held_back",
        updated="held_back",
        deleted="released",
    ),
    Audited(
        "orders_taxrate",
        kind="tax_rate",
        number="r.category || ' ' || trim_scale(r.percent)",
        columns=("reason",),
        inserted="recorded",
        updated="changed",
    ),
]
