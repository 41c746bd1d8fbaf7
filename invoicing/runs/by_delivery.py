"""An invoice for each delivery, where the customer wants it so (ACCOUNTING 2.4).

Each delivery bills what is due after it less what was due before it, or was invoiced: discounts,
charges and services go cumulatively, as over several months. Where a delivery by itself would come
to less than nothing, all of the order that is to be billed goes on one invoice.
"""

from closing_site import sql
from invoicing.runs.prior_sql import PRIOR
from orders.due_sql import due_lines

ARE_THERE = "SELECT EXISTS (SELECT FROM billing_orders WHERE by_delivery)"
#: ``place``: what was confirmed before was invoiced before. The rows of the orders stay meanwhile.
SPLIT = """
    DROP TABLE IF EXISTS pg_temp.billing_delivery;
    CREATE TEMP TABLE billing_delivery ON COMMIT DROP AS
    SELECT -d.id AS unit, d.id AS delivery_id, b.unit AS order_unit, b.order_id, d.posted_on,
        CASE WHEN c.requires_acceptance THEN d.accepted_on ELSE d.delivered_on END AS supplied_on,
        row_number() OVER (PARTITION BY d.order_id
            ORDER BY d.confirmed_at, d.posted_on, d.delivered_on, d.id) AS place
    FROM billing_orders AS b
    JOIN orders_delivery AS d ON d.company_id = %(company)s AND d.order_id = b.order_id
        AND d.period_id = %(period)s
    JOIN companies_company AS c ON c.id = d.company_id
    WHERE b.by_delivery
"""
_AFTER_EACH = """
    SELECT s.unit AS key, s.order_id, ARRAY(
        SELECT d.id FROM orders_delivery AS d
        LEFT JOIN billing_delivery AS own ON own.delivery_id = d.id
        WHERE d.company_id = %(company)s AND d.order_id = s.order_id
            AND d.period_id IS NOT NULL AND d.posted_on <= %(ends_on)s
            AND CASE WHEN d.period_id = %(period)s THEN own.place <= s.place ELSE true END
    ) AS counted
    FROM billing_delivery AS s
"""
LINES = f"""
    INSERT INTO billing_lines
    SELECT due.key, due.order_line_id, due.line_number, due.quantity - before.quantity,
        due.net - before.net, due.tax - before.tax, due.net - before.net, due.tax - before.tax,
        CASE WHEN due.way IN ('charge', 'service') THEN due.way ELSE '' END
    FROM (
        SELECT due.*, lag(due.quantity) OVER line AS last_quantity,
            lag(due.net) OVER line AS last_net, lag(due.tax) OVER line AS last_tax
        FROM ({due_lines(_AFTER_EACH)}) AS due
        JOIN billing_delivery AS s ON s.unit = due.key
        WINDOW line AS (PARTITION BY due.order_line_id ORDER BY s.place)
    ) AS due
    CROSS JOIN LATERAL ({PRIOR.format(line="due.order_line_id")}) AS prior
    CROSS JOIN LATERAL (
        SELECT due.last_quantity AS quantity, due.last_net AS net, due.last_tax AS tax
        WHERE due.last_quantity > prior.quantity
        UNION ALL SELECT prior.quantity, prior.net, prior.tax
        WHERE (due.last_quantity > prior.quantity) IS NOT TRUE
    ) AS before
    WHERE due.quantity > before.quantity
"""
TOGETHER = """
    DELETE FROM billing_delivery AS s USING (
        SELECT DISTINCT s.order_unit FROM billing_delivery AS s
        JOIN (SELECT unit FROM billing_lines GROUP BY unit HAVING sum(net + tax) < 0) AS negative
            ON negative.unit = s.unit
    ) AS whole WHERE whole.order_unit = s.order_unit
"""
FORGET = """
    DELETE FROM billing_lines WHERE unit < 0 AND unit NOT IN (SELECT unit FROM billing_delivery)
"""
UNITS = (
    """
    INSERT INTO billing_orders
    SELECT s.unit, b.order_id, b.customer_id, b.currency, b.prices_include_tax, b.sort_key,
        s.posted_on, false, s.supplied_on, s.unit, true
    FROM billing_delivery AS s JOIN billing_orders AS b ON b.unit = s.order_unit
    """,
    """
    DELETE FROM billing_orders WHERE unit IN (SELECT order_unit FROM billing_delivery)
    """,
)


def bill_deliveries(parameters: sql.Parameters) -> None:
    """Put a unit for each delivery in the place of its order, with its lines, where the customer
    wants an invoice for each."""
    if not sql.value(ARE_THERE):
        return
    sql.execute(SPLIT, parameters)
    sql.execute("ANALYZE billing_delivery")
    sql.execute(LINES, parameters)
    if sql.execute(TOGETHER):
        sql.execute(FORGET)
    for statement in UNITS:
        sql.execute(statement)
