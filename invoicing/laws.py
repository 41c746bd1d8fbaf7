"""Laws 1 to 3: numbers without a gap, issued documents final, invoiced ≤ confirmed."""

from closing_site.laws import Audited, Guarded, Immutable, Law, Numbered, PartOf, Trigger

#: Law 2 and 4: an issued document is the sum of its lines and of its tax rows.
ADDS_UP = """
    DECLARE culprit text;
    BEGIN
        SELECT n.number INTO culprit FROM new_rows AS n
        LEFT JOIN (
            SELECT invoice_id, sum(net) AS net, sum(tax) AS tax, sum(base_net) AS base_net,
                sum(base_tax) AS base_tax, min(period_id) AS low, max(period_id) AS high,
                count(period_id) = count(*) AS is_dated
            FROM invoicing_invoiceline WHERE invoice_id IN (SELECT id FROM new_rows)
            GROUP BY invoice_id
        ) AS line ON line.invoice_id = n.id
        LEFT JOIN (
            SELECT invoice_id, sum(net) AS net, sum(tax) AS tax, sum(base_net) AS base_net,
                sum(base_tax) AS base_tax, min(period_id) AS low, max(period_id) AS high,
                count(period_id) = count(*) AS is_dated
            FROM invoicing_invoicetax WHERE invoice_id IN (SELECT id FROM new_rows)
            GROUP BY invoice_id
        ) AS rate ON rate.invoice_id = n.id
        WHERE n.status = 'issued' AND (
            ROW(n.net, n.tax, n.base_net, n.base_tax, n.period_id, n.period_id, true)
                IS DISTINCT FROM ROW(line.net, line.tax, line.base_net, line.base_tax, line.low,
                    line.high, line.is_dated)
            OR ROW(n.net, n.tax, n.base_net, n.base_tax, n.period_id, n.period_id, true)
                IS DISTINCT FROM ROW(rate.net, rate.tax, rate.base_net, rate.base_tax, rate.low,
                    rate.high, rate.is_dated))
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Document % is not the sum of its lines', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""


def _within_confirmed(lines: str, orders: str, *, when: str = "true") -> str:
    """Law 3. The orders' rows are locked first, so that two issuers of one order, or one who issues
    and one who takes a confirmation back, come one by one."""
    return f"""
    DECLARE culprit record;
    BEGIN
        IF NOT ({when}) THEN
            RETURN NULL;
        END IF;
        PERFORM 1 FROM orders_order WHERE id IN ({orders}) ORDER BY id FOR NO KEY UPDATE;
        SELECT o.number, ol.line_number INTO culprit
        FROM (
            SELECT company_id, order_line_id, sum(quantity) AS quantity FROM invoicing_invoiceline
            WHERE order_line_id IN ({lines}) AND credited_line_id IS NULL
            GROUP BY company_id, order_line_id
        ) AS billed
        LEFT JOIN orders_orderline AS ol
            ON ol.id = billed.order_line_id AND ol.company_id = billed.company_id
        LEFT JOIN orders_order AS o ON o.id = ol.order_id
        LEFT JOIN (
            SELECT order_id, bool_or(is_whole) AS is_whole FROM orders_delivery
            WHERE period_id IS NOT NULL AND order_id IN ({orders})
            GROUP BY order_id
        ) AS confirmed ON confirmed.order_id = ol.order_id
        LEFT JOIN LATERAL (
            SELECT sum(dl.quantity) FILTER (WHERE d.period_id IS NOT NULL) AS quantity,
                count(*) AS parts
            FROM orders_deliveryline AS dl JOIN orders_delivery AS d ON d.id = dl.delivery_id
            WHERE dl.order_line_id = ol.id
        ) AS part ON confirmed.is_whole IS NOT TRUE
        WHERE ol.id IS NULL OR billed.quantity > CASE
            WHEN confirmed.order_id IS NULL THEN 0
            WHEN confirmed.is_whole OR part.parts = 0 THEN ol.quantity
            ELSE coalesce(part.quantity, 0) END
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Order % line %: more would be invoiced than is confirmed',
                coalesce(culprit.number, '?'), coalesce(culprit.line_number::text, '?')
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""


WITHIN_CONFIRMED = _within_confirmed(
    "SELECT order_line_id FROM new_rows",
    "SELECT l.order_id FROM new_rows AS n JOIN orders_orderline AS l ON l.id = n.order_line_id",
)
_NO_LONGER = "SELECT order_id FROM old_rows WHERE period_id IS NOT NULL"
STILL_CONFIRMED = _within_confirmed(
    f"SELECT id FROM orders_orderline WHERE order_id IN ({_NO_LONGER})",
    _NO_LONGER,
    when=f"EXISTS ({_NO_LONGER})",
)

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

SERIES, SERIES_BEFORE = (
    ", ".join(f"{row}.{column}" for column in ("company_id", "kind", "period_id", "code"))
    for row in ("NEW", "OLD")
)

LAWS = [
    Numbered(
        "invoicing_invoice",
        date="issued_on",
        series="NEW.kind NOT LIKE 'voucher%'",
        events=("INSERT", "UPDATE"),
    ),
    Law(
        "invoicing_numberseries",
        tuple(
            Trigger(
                f"invoicing_numberseries_law_1_{event.lower()}",
                "invoicing_numberseries",
                event,
                timing="BEFORE",
                function="law_2_row",
                when=when,
                arguments=("is a number series: it stays, and counts",),
                each_row=True,
            )
            for event, when in (
                ("UPDATE", f"ROW({SERIES}) IS DISTINCT FROM ROW({SERIES_BEFORE})"),
                ("DELETE", ""),
            )
        ),
    ),
    Guarded("invoicing_numberseries"),
    Guarded("invoicing_invoice", dated=True),
    Guarded("invoicing_invoiceline"),
    Guarded("invoicing_invoicetax"),
    Immutable("invoicing_invoice", when="OLD.status = 'issued'"),
    Immutable("invoicing_partysnapshot"),
    PartOf(
        "invoicing_invoiceline",
        parent="invoicing_invoice",
        key="invoice_id",
        is_final="parent.status = 'issued'",
    ),
    PartOf(
        "invoicing_invoicetax",
        parent="invoicing_invoice",
        key="invoice_id",
        is_final="parent.status = 'issued'",
    ),
    Law(
        "invoicing_invoice",
        tuple(
            Trigger(
                f"invoicing_invoice_law_4_{event.lower()}", "invoicing_invoice", event, body=ADDS_UP
            )
            for event in ("INSERT", "UPDATE")
        ),
    ),
    Law(
        "invoicing_invoiceline",
        tuple(
            Trigger(
                f"invoicing_invoiceline_law_3_{name}_{event.lower()}",
                "invoicing_invoiceline",
                event,
                body=body,
            )
            for event in ("INSERT", "UPDATE")
            for name, body in (("confirmed", WITHIN_CONFIRMED), ("credited", WITHIN_INVOICED))
        ),
    ),
    Law(
        "invoicing_invoice",
        tuple(
            Trigger(
                f"invoicing_invoice_law_3_{event.lower()}", "invoicing_invoice", event, body=CREDITS
            )
            for event in ("INSERT", "UPDATE")
        ),
    ),
    Law(
        "orders_delivery",
        tuple(
            Trigger(
                f"orders_delivery_law_3_{event.lower()}",
                "orders_delivery",
                event,
                body=STILL_CONFIRMED,
            )
            for event in ("UPDATE", "DELETE")
        ),
    ),
    Audited(
        "invoicing_invoice",
        kind="invoice",
        number="r.number",
        columns=("status", "number", "issued_on", "gross"),
        inserted="issued",
        insert_when="r.status = 'issued'",
        updated="issued",
        update_when="r.status = 'issued' AND o.status = 'draft'",
    ),
]
