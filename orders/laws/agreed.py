"""What was agreed of a confirmed order stays; nothing is added that no part bills (laws 8, 3)."""

from orders.confirmed_sql import more_to_come


def refuse_confirmed(rows: str, differs: str) -> str:
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
LINE_UPDATE = refuse_confirmed(
    """SELECT r.order_id, coalesce(r.quantity, 0) < coalesce(o.quantity, 0) AS shrinks,
        r.quantity IS DISTINCT FROM o.quantity AS is_other,
        ROW(r.order_id, r.line_number, r.sku, r.description, r.unit, r.unit_price,
            r.discount_percent, r.given_tax_rate, r.tax_rate, r.tax_category, r.kind)
        IS DISTINCT FROM ROW(o.order_id, o.line_number, o.sku, o.description, o.unit, o.unit_price,
            o.discount_percent, o.given_tax_rate, o.tax_rate, o.tax_category, o.kind)
        OR (ROW(r.quantity, r.closed_quantity) IS NOT DISTINCT FROM ROW(o.quantity,
                o.closed_quantity)
            AND ROW(r.net, r.tax) IS DISTINCT FROM ROW(o.net, o.tax)) AS differs
        FROM new_rows AS r JOIN old_rows AS o ON o.id = r.id
        WHERE ROW(r.*) IS DISTINCT FROM ROW(o.*)
        UNION ALL SELECT o.order_id, true, true, true
        FROM new_rows AS r JOIN old_rows AS o ON o.id = r.id WHERE o.order_id <> r.order_id""",
    "n.differs OR n.shrinks OR (n.is_other AND d.is_whole)",
)
ORDER_UPDATE = refuse_confirmed(
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


def _refuse_beyond_the_end(orders: str, but: str = "false") -> str:
    """What is added to an order goes with its next part; where none comes, no one would bill it."""
    return f"""
        DECLARE culprit text;
        BEGIN
            SELECT o.number INTO culprit FROM ({orders}) AS n
            JOIN orders_order AS o ON o.id = n.order_id
            WHERE EXISTS (SELECT FROM orders_delivery AS d WHERE d.company_id = n.company_id
                    AND d.order_id = n.order_id AND d.period_id IS NOT NULL AND NOT d.is_whole)
                AND NOT {more_to_come("n", but=but)}
            LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION
                    'Order % is delivered to the end: enter what was added as a new order', culprit
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NULL;
        END"""


LINE_ADDED = _refuse_beyond_the_end(
    "SELECT DISTINCT company_id, order_id FROM new_rows", "l.id IN (SELECT id FROM new_rows)"
)
#: A line that has deliveries of its own is short of some when it grows.
LINE_GROWN = _refuse_beyond_the_end(
    """SELECT DISTINCT r.company_id, r.order_id FROM new_rows AS r
        JOIN old_rows AS o ON o.id = r.id
        WHERE coalesce(r.quantity, 0) > coalesce(o.quantity, 0) AND NOT EXISTS (
            SELECT FROM orders_deliveryline AS dl WHERE dl.order_line_id = r.id)"""
)
