"""Laws 1 to 3: numbers without a gap, issued documents final, invoiced ≤ confirmed."""

from closing_site.laws import (
    Audited,
    Belongs,
    Guarded,
    Immutable,
    Law,
    Numbered,
    PartOf,
    Trigger,
)
from invoicing.law_3 import (
    CREDITS,
    NOT_BILLED_BEFORE,
    STILL_CONFIRMED,
    STILL_ORDERED,
    STILL_TO_BE_BILLED,
    WITHIN_CONFIRMED,
    WITHIN_INVOICED,
)

#: Laws 2 and 4: an issued document is the sum of its lines, and so is its tax of each rate. Headers
#: and taxes are taken off the lines, and nothing may be left: there is no join to be planned badly.
ADDS_UP = """
    DECLARE culprit text;
    BEGIN
        SELECT max(document.number) INTO culprit FROM (
            SELECT id, number, true AS is_header, -net AS net, -tax AS tax, -base_net AS base_net,
                -base_tax AS base_tax, period_id AS low, period_id AS high, true AS is_whole
            FROM new_rows WHERE status = 'issued'
            UNION ALL
            SELECT part.invoice_id, NULL, false,
                sum(part.net) FILTER (WHERE part.is_line),
                sum(part.tax) FILTER (WHERE part.is_line),
                sum(part.base_net) FILTER (WHERE part.is_line),
                sum(part.base_tax) FILTER (WHERE part.is_line),
                min(part.period_id), max(part.period_id),
                count(part.period_id) = count(*) AND bool_or(part.is_line)
                    AND count(*) FILTER (WHERE NOT part.is_line) = 1
                    AND sum(part.net) = 0 AND sum(part.tax) = 0
                    AND sum(part.base_net) = 0 AND sum(part.base_tax) = 0
            FROM (
                SELECT l.* FROM new_rows AS n CROSS JOIN LATERAL (
                    SELECT invoice_id, tax_category, tax_rate, true AS is_line, net, tax, base_net,
                        base_tax, period_id
                    FROM invoicing_invoiceline WHERE invoice_id = n.id OFFSET 0) AS l
                WHERE n.status = 'issued'
                UNION ALL
                SELECT t.* FROM new_rows AS n CROSS JOIN LATERAL (
                    SELECT invoice_id, category, rate, false, -net, -tax, -base_net, -base_tax,
                        period_id
                    FROM invoicing_invoicetax WHERE invoice_id = n.id OFFSET 0) AS t
                WHERE n.status = 'issued'
            ) AS part
            GROUP BY part.invoice_id, part.tax_category, part.tax_rate
        ) AS document
        GROUP BY document.id
        HAVING bool_and(document.is_header) OR NOT bool_and(document.is_whole)
            OR sum(document.net) <> 0 OR sum(document.tax) <> 0
            OR sum(document.base_net) <> 0 OR sum(document.base_tax) <> 0
            OR min(document.low) <> max(document.high) OR count(document.low) < count(*)
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Document % is not the sum of its lines', culprit
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
    Guarded("invoicing_invoice", dated=True, prepares="invoice"),
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
    Belongs("invoicing_invoiceline", parent="invoicing_invoice", key="invoice_id"),
    Belongs("invoicing_invoicetax", parent="invoicing_invoice", key="invoice_id"),
    Law(
        "invoicing_invoice",
        tuple(
            Trigger(
                f"invoicing_invoice_law_4_{event.lower()}",
                "invoicing_invoice",
                event,
                body=ADDS_UP,
                probes=True,
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
                probes=True,
            )
            for event in ("INSERT", "UPDATE")
            for name, body in (("confirmed", WITHIN_CONFIRMED), ("credited", WITHIN_INVOICED))
        ),
    ),
    Law(
        "invoicing_invoice",
        tuple(
            Trigger(
                f"invoicing_invoice_law_3_{event.lower()}",
                "invoicing_invoice",
                event,
                body=CREDITS,
                probes=True,
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
                probes=True,
            )
            for event in ("UPDATE", "DELETE")
        )
        + (
            Trigger(
                "orders_delivery_law_3_delete_last",
                "orders_delivery",
                "DELETE",
                body=STILL_TO_BE_BILLED,
                probes=True,
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
                probes=True,
            )
            for event in ("INSERT", "UPDATE")
        ),
    ),
    Law(
        "orders_orderline",
        (
            Trigger(
                "orders_orderline_law_3_billed_update",
                "orders_orderline",
                "UPDATE",
                body=STILL_ORDERED,
                probes=True,
            ),
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
