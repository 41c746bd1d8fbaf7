"""Law 3 in PL/pgSQL: invoiced ≤ confirmed, credited ≤ invoiced, and nothing that no part bills."""

from closing_site.laws import quoted
from orders.confirmed_sql import confirmed_quantity, more_to_come


def _within_confirmed(
    lines: str,
    orders: str,
    *,
    when: str = "true",
    says: str = "Order % line %: more would be invoiced than is confirmed",
) -> str:
    """Law 3. The orders' rows are locked first, so that two who issue for one order, or one who
    issues and one who changes what is delivered of it, come one by one.

    ``lines`` yields company_id and order_line_id, ``orders`` order_id. OFFSET 0: each is looked up
    by an index, however many documents there are.
    """
    return f"""
    DECLARE culprit record;
    BEGIN
        IF NOT ({when}) THEN
            RETURN NULL;
        END IF;
        PERFORM 1 FROM orders_order WHERE id = ANY (ARRAY(
            SELECT DISTINCT own.order_id FROM ({orders}) AS own))
            ORDER BY id FOR NO KEY UPDATE;
        SELECT o.number, ol.line_number INTO culprit
        FROM (SELECT DISTINCT company_id, order_line_id FROM ({lines}) AS new
            WHERE order_line_id IS NOT NULL) AS own
        CROSS JOIN LATERAL (
            SELECT sum(quantity) AS quantity FROM invoicing_invoiceline
            WHERE order_line_id = own.order_line_id AND credited_line_id IS NULL OFFSET 0
        ) AS billed
        LEFT JOIN LATERAL (
            SELECT id, company_id, order_id, line_number, kind, quantity, closed_quantity,
                supply_kind
            FROM orders_orderline
            WHERE id = own.order_line_id AND company_id = own.company_id OFFSET 0
        ) AS ol ON true
        LEFT JOIN orders_order AS o ON o.id = ol.order_id
        WHERE billed.quantity IS NOT NULL
            AND (ol.id IS NULL OR billed.quantity > coalesce({confirmed_quantity("ol")}, 0)
                OR billed.quantity > coalesce(ol.quantity - ol.closed_quantity, 0))
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION {quoted(says)},
                coalesce(culprit.number, '?'), coalesce(culprit.line_number::text, '?')
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""


WITHIN_CONFIRMED = _within_confirmed(
    "SELECT company_id, order_line_id FROM new_rows WHERE credited_line_id IS NULL",
    "SELECT l.order_id FROM new_rows AS n CROSS JOIN LATERAL ("
    "SELECT order_id FROM orders_orderline WHERE id = n.order_line_id OFFSET 0) AS l",
)
_NO_LONGER = "SELECT company_id, order_id FROM old_rows WHERE period_id IS NOT NULL"
STILL_CONFIRMED = _within_confirmed(
    f"SELECT r.company_id, l.id AS order_line_id FROM ({_NO_LONGER}) AS r CROSS JOIN LATERAL ("
    "SELECT id FROM orders_orderline"
    " WHERE company_id = r.company_id AND order_id = r.order_id OFFSET 0) AS l",
    _NO_LONGER,
    when=f"EXISTS ({_NO_LONGER})",
)
#: Orders of which something is confirmed already, that get deliveries by line.
_STARTED = """
    SELECT d.company_id, d.order_id FROM new_rows AS n
    JOIN orders_delivery AS own ON own.id = n.delivery_id
    JOIN orders_delivery AS d ON d.company_id = own.company_id AND d.order_id = own.order_id
        AND d.period_id IS NOT NULL"""
#: A line that went with the first part has gone: deliveries of its own would take that back.
NOT_BILLED_BEFORE = _within_confirmed(
    "SELECT company_id, order_line_id FROM new_rows",
    _STARTED,
    when=f"EXISTS ({_STARTED})",
    says="Order % line % is invoiced already, without deliveries of its own: leave it out, and"
    " enter what is still to come as a line of its own",
)
#: What of a line was closed, or the kind as which it was billed, does not fall below its invoices.
_REDEFINED = """
    SELECT r.company_id, r.id AS order_line_id, r.order_id
    FROM new_rows AS r JOIN old_rows AS o ON o.id = r.id
    WHERE r.closed_quantity > o.closed_quantity OR r.supply_kind <> o.supply_kind
        OR r.kind <> o.kind"""
STILL_ORDERED = _within_confirmed(_REDEFINED, _REDEFINED, when=f"EXISTS ({_REDEFINED})")

#: What a delivery that is taken away was to bring would go with the next part; there must be one,
#: or a month that is still to be invoiced.
STILL_TO_BE_BILLED = f"""
    DECLARE culprit record;
    BEGIN
        SELECT o.number, l.line_number INTO culprit
        FROM (SELECT DISTINCT company_id, order_id FROM old_rows) AS r
        JOIN orders_order AS o ON o.id = r.order_id
        JOIN orders_orderline AS l ON l.company_id = r.company_id AND l.order_id = r.order_id
        WHERE EXISTS (SELECT FROM orders_delivery AS d WHERE d.company_id = r.company_id
                AND d.order_id = r.order_id AND d.period_id IS NOT NULL)
            AND NOT EXISTS (SELECT FROM orders_delivery AS d
                JOIN periods_period AS p ON p.id = d.period_id AND p.status = 'open'
                WHERE d.company_id = r.company_id AND d.order_id = r.order_id)
            AND NOT EXISTS (SELECT FROM orders_deliveryline AS n WHERE n.order_line_id = l.id)
            AND NOT EXISTS (SELECT FROM invoicing_invoiceline AS i WHERE i.order_line_id = l.id)
            AND NOT {more_to_come("r")}
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Order %: without this delivery line % would never be invoiced; give '
                'the delivery the day and the quantity that are right', culprit.number,
                culprit.line_number
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

#: What is credited of a line lies between nothing and the line, and is taxed as it is.
WITHIN_INVOICED = """
    DECLARE culprit record;
    BEGIN
        IF NOT EXISTS (SELECT FROM new_rows WHERE credited_line_id IS NOT NULL) THEN
            RETURN NULL;
        END IF;
        SELECT i.number, l.line_number INTO culprit FROM new_rows AS n
        LEFT JOIN invoicing_invoiceline AS l
            ON l.id = n.credited_line_id AND l.company_id = n.company_id
        LEFT JOIN invoicing_invoice AS i ON i.id = l.invoice_id
        WHERE n.credited_line_id IS NOT NULL AND (l.id IS NULL
            OR l.tax_category <> n.tax_category OR l.tax_rate <> n.tax_rate)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Invoice % line % is credited at its own tax rate',
                culprit.number, culprit.line_number
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        PERFORM 1 FROM invoicing_invoice WHERE id IN (
            SELECT l.invoice_id FROM new_rows AS n
            JOIN invoicing_invoiceline AS l ON l.id = n.credited_line_id)
            ORDER BY id FOR NO KEY UPDATE;
        SELECT i.number, l.line_number INTO culprit
        FROM (
            SELECT credited_line_id, sum(quantity) AS quantity, sum(net) AS net, sum(tax) AS tax
            FROM invoicing_invoiceline
            WHERE credited_line_id IN (SELECT credited_line_id FROM new_rows)
            GROUP BY credited_line_id
        ) AS credited
        JOIN invoicing_invoiceline AS l ON l.id = credited.credited_line_id
        JOIN invoicing_invoice AS i ON i.id = l.invoice_id
        WHERE l.quantity + credited.quantity < 0
            OR -credited.net NOT BETWEEN least(l.net, 0) AND greatest(l.net, 0)
            OR -credited.tax NOT BETWEEN least(l.tax, 0) AND greatest(l.tax, 0)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Invoice % line %: more would be credited than is invoiced',
                culprit.number, culprit.line_number
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

#: A credit note takes back lines of the one invoice that it names.
CREDITS = """
    DECLARE culprit text;
    BEGIN
        IF NOT EXISTS (
            SELECT FROM new_rows WHERE kind = 'credit_note' AND status = 'issued'
        ) THEN
            RETURN NULL;
        END IF;
        SELECT n.number INTO culprit FROM new_rows AS n
        JOIN invoicing_invoiceline AS l ON l.invoice_id = n.id
        LEFT JOIN invoicing_invoiceline AS credited ON credited.id = l.credited_line_id
        LEFT JOIN invoicing_invoice AS i ON i.id = credited.invoice_id
        WHERE n.kind = 'credit_note' AND n.status = 'issued'
            AND ROW(i.id, i.status, i.customer_id, i.currency)
                IS DISTINCT FROM ROW(n.credits_id, 'issued', n.customer_id, n.currency)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Document %: a credit note takes back lines of the one invoice that it '
                'names, and of nothing else', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""
