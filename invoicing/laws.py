"""Laws 1 to 3: numbers without a gap, issued documents final, invoiced ≤ confirmed."""

from closing_site.laws import (
    Audited,
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
    STILL_TO_BE_BILLED,
    WITHIN_CONFIRMED,
    WITHIN_INVOICED,
)

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
