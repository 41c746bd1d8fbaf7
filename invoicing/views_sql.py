"""The views of this floor, see CONTRACT. Drafts are no documents yet, and in none of them."""

from orders.due_sql import counted_deliveries, due_lines

_INVOICED = """coalesce((SELECT sum(i.quantity) FROM invoicing_invoiceline AS i
    WHERE i.order_line_id = {line} AND i.credited_line_id IS NULL
    AND i.period_id IS NOT NULL), 0)"""
_COUNTED = counted_deliveries("o", "d.period_id IS NOT NULL")
_DUE = due_lines(f"SELECT o.id AS key, o.id AS order_id, {_COUNTED} AS counted")
#: Of one order ``o``, of which every delivery is confirmed where its lines are asked. Whether what
#: waits is all of the order is what ``orders.recording.delivered`` keeps, line by line.
STATE = f"""
    CASE
    WHEN o.cancelled_on IS NOT NULL THEN 'cancelled'
    WHEN delivery.how_many = 0 THEN 'open'
    WHEN delivery.is_held_back THEN 'held_back'
    WHEN delivery.waiting > 0
        THEN CASE WHEN o.delivered_on IS NULL THEN 'open' ELSE 'delivered' END
    WHEN delivery.is_whole THEN (
        SELECT CASE WHEN bool_or({_INVOICED.format(line="l.id")} < l.quantity) THEN 'confirmed'
            ELSE 'invoiced' END
        FROM (SELECT * FROM orders_orderline
            WHERE company_id = o.company_id AND order_id = o.id OFFSET 0) AS l)
    ELSE (
        SELECT CASE
            WHEN bool_or({_INVOICED.format(line="line.order_line_id")} < line.quantity)
                THEN 'confirmed'
            WHEN o.delivered_on IS NULL OR bool_or(line.quantity < line.kept) THEN 'open'
            WHEN o.closed_on IS NOT NULL THEN 'closed'
            ELSE 'invoiced' END
        FROM ({_DUE}) AS line
    ) END
"""

VIEWS = {
    "v_orders": f"""
        SELECT c.code AS company, o.number, coalesce(customer.code, o.customer_code)
            AS customer_code, {STATE} AS state, o.order_date, delivery.delivered_on, o.gross
        FROM orders_order AS o
        JOIN companies_company AS c ON c.id = o.company_id
        LEFT JOIN customers_customer AS customer ON customer.id = o.customer_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS how_many, bool_or(d.is_whole) AS is_whole,
                count(*) FILTER (WHERE d.period_id IS NULL) AS waiting,
                max(d.delivered_on) AS delivered_on,
                coalesce(bool_or(d.period_id IS NULL AND EXISTS (
                    SELECT FROM orders_deferral AS f WHERE f.company_id = d.company_id
                        AND f.order_id = d.order_id AND f.released_at IS NULL
                        AND (f.delivery_id IS NULL OR f.delivery_id = d.id))), false)
                    AS is_held_back
            FROM orders_delivery AS d
            WHERE d.company_id = o.company_id AND d.order_id = o.id
        ) AS delivery
    """,
    # Signed as the document, so that the sum of what is open is what customers owe.
    "v_invoices": """
        SELECT c.code AS company, p.code AS period, s.code AS series, i.number, i.kind,
            i.supplied_on, i.issued_on, i.posted_on, customer.code AS customer_code, i.currency,
            i.net, i.tax, i.gross,
            CASE item.side WHEN 'credit' THEN item.settled - item.amount
                ELSE item.amount - item.settled END AS open_amount
        FROM invoicing_invoice AS i
        JOIN companies_company AS c ON c.id = i.company_id
        JOIN periods_period AS p ON p.id = i.period_id
        JOIN invoicing_numberseries AS s ON s.id = i.series_id
        JOIN customers_customer AS customer ON customer.id = i.customer_id
        LEFT JOIN customers_openitem AS item ON item.company_id = i.company_id
            AND item.kind IN ('invoice', 'credit_note') AND item.document_id = i.id
        WHERE i.status = 'issued'
    """,
    "v_invoice_lines": """
        SELECT c.code AS company, i.number, l.line_number AS line, o.number AS order_number,
            ol.line_number AS order_line, l.sku, l.quantity, l.unit_price, l.net, l.tax_rate, l.tax,
            l.net + l.tax AS gross
        FROM invoicing_invoiceline AS l
        JOIN invoicing_invoice AS i ON i.id = l.invoice_id
        JOIN companies_company AS c ON c.id = i.company_id
        LEFT JOIN orders_orderline AS ol ON ol.id = l.order_line_id
        LEFT JOIN orders_order AS o ON o.id = ol.order_id
        WHERE i.status = 'issued'
    """,
}
