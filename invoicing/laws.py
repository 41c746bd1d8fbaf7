"""Laws 1 to 3: numbers without a gap, issued documents final, invoiced ≤ confirmed."""

from closing_site.laws import (
    Audited,
    Guarded,
    Immutable,
    Law,
    Numbered,
    PartOf,
    Trigger,
    quoted,
)
from orders.confirmed_sql import confirmed_quantity, more_to_come

#: Laws 2 and 4: an issued document is the sum of its lines, and so is its tax of each rate.
ADDS_UP = """
    DECLARE culprit text;
    BEGIN
        SELECT n.number INTO culprit FROM new_rows AS n
        LEFT JOIN (
            SELECT line.invoice_id, sum(line.net) AS net, sum(line.tax) AS tax,
                sum(line.base_net) AS base_net, sum(line.base_tax) AS base_tax,
                min(line.low) AS low, max(line.high) AS high, count(*) AS rates,
                bool_and(line.is_dated
                    AND ROW(line.net, line.tax, line.base_net, line.base_tax, line.low, line.high)
                    IS NOT DISTINCT FROM ROW(taxed.net, taxed.tax, taxed.base_net,
                        taxed.base_tax, taxed.period_id, taxed.period_id)) AS is_taxed
            FROM (
                SELECT invoice_id, tax_category, tax_rate, sum(net) AS net, sum(tax) AS tax,
                    sum(base_net) AS base_net, sum(base_tax) AS base_tax, min(period_id) AS low,
                    max(period_id) AS high, count(period_id) = count(*) AS is_dated
                FROM invoicing_invoiceline WHERE invoice_id IN (SELECT id FROM new_rows)
                GROUP BY invoice_id, tax_category, tax_rate
            ) AS line
            LEFT JOIN invoicing_invoicetax AS taxed ON taxed.invoice_id = line.invoice_id
                AND taxed.category = line.tax_category AND taxed.rate = line.tax_rate
            GROUP BY line.invoice_id
        ) AS content ON content.invoice_id = n.id
        LEFT JOIN (
            SELECT invoice_id, count(*) AS rates FROM invoicing_invoicetax
            WHERE invoice_id IN (SELECT id FROM new_rows) GROUP BY invoice_id
        ) AS taxes ON taxes.invoice_id = n.id
        WHERE n.status = 'issued'
            AND ROW(n.net, n.tax, n.base_net, n.base_tax, n.period_id, n.period_id, true,
                    content.rates)
                IS DISTINCT FROM ROW(content.net, content.tax, content.base_net, content.base_tax,
                    content.low, content.high, content.is_taxed, taxes.rates)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Document % is not the sum of its lines', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""


def _within_confirmed(
    lines: str,
    orders: str,
    *,
    when: str = "true",
    says: str = "Order % line %: more would be invoiced than is confirmed",
) -> str:
    """Law 3. The orders' rows are locked first, so that two who issue for one order, or one who
    issues and one who changes what is delivered of it, come one by one.

    ``orders`` yields company_id and id.
    """
    return f"""
    DECLARE culprit record;
    BEGIN
        IF NOT ({when}) THEN
            RETURN NULL;
        END IF;
        PERFORM 1 FROM orders_order WHERE (company_id, id) IN ({orders})
            ORDER BY id FOR NO KEY UPDATE;
        SELECT o.number, ol.line_number INTO culprit
        FROM (
            SELECT company_id, order_line_id, sum(quantity) AS quantity FROM invoicing_invoiceline
            WHERE order_line_id IN ({lines}) AND credited_line_id IS NULL
            GROUP BY company_id, order_line_id
        ) AS billed
        LEFT JOIN orders_orderline AS ol
            ON ol.id = billed.order_line_id AND ol.company_id = billed.company_id
        LEFT JOIN orders_order AS o ON o.id = ol.order_id
        WHERE ol.id IS NULL OR billed.quantity > coalesce({confirmed_quantity("ol")}, 0)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION {quoted(says)},
                coalesce(culprit.number, '?'), coalesce(culprit.line_number::text, '?')
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""


WITHIN_CONFIRMED = _within_confirmed(
    "SELECT order_line_id FROM new_rows",
    "SELECT l.company_id, l.order_id FROM new_rows AS n"
    " JOIN orders_orderline AS l ON l.id = n.order_line_id",
)
_NO_LONGER = "SELECT company_id, order_id FROM old_rows WHERE period_id IS NOT NULL"
STILL_CONFIRMED = _within_confirmed(
    "SELECT id FROM orders_orderline WHERE (company_id, order_id)"
    f" IN ({_NO_LONGER})",
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
    "SELECT order_line_id FROM new_rows",
    _STARTED,
    when=f"EXISTS ({_STARTED})",
    says="Order % line % is invoiced already, without deliveries of its own: leave it out, and enter"
    " what is still to come as a line of its own",
)

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
            RAISE EXCEPTION 'Order %: without this delivery line % would never be invoiced; give the '
                'delivery the day and the quantity that are right', culprit.number,
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
        )
        + (
            Trigger(
                "orders_delivery_law_3_delete_last",
                "orders_delivery",
                "DELETE",
                body=STILL_TO_BE_BILLED,
            ),
        ),
    ),
    Law(
        "orders_deliveryline",
        tuple(
            Trigger(
                f"orders_deliveryline_law_3_{event.lower()}",
                "orders_deliveryline",
                event,
                body=NOT_BILLED_BEFORE,
            )
            for event in ("INSERT", "UPDATE")
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
