"""The views of this floor, see CONTRACT."""

from closing_site.customers.open_amounts_sql import unapplied

VIEWS = {
    # ``unplaced`` is signed as the payment; one without a customer is placed on nothing.
    "v_payments": f"""
        SELECT c.code AS company, p.code AS period, y.reference, customer.code AS customer_code,
            y.received_on, y.method, y.currency, y.amount,
            CASE WHEN item.id IS NULL THEN y.amount
                ELSE sign(y.amount) * {unapplied("item")} END AS unplaced
        FROM payments_payment AS y
        JOIN companies_company AS c ON c.id = y.company_id
        JOIN periods_period AS p ON p.id = y.period_id
        LEFT JOIN customers_customer AS customer ON customer.id = y.customer_id
        LEFT JOIN customers_openitem AS item ON item.company_id = y.company_id
            AND item.kind = CASE WHEN y.amount > 0 THEN 'payment' ELSE 'refund' END
            AND item.document_id = y.id
    """,
    # ``amount`` is in the invoice's currency; what is set against a refund names no invoice.
    "v_allocations": """
        SELECT c.code AS company, p.code AS period,
            CASE WHEN credit.kind IN ('payment', 'opening_advance') THEN credit.number END
                AS payment_reference,
            CASE WHEN credit.kind IN ('credit_note', 'opening_credit_note') THEN credit.number END
                AS credit_number,
            CASE WHEN debit.kind <> 'refund' THEN debit.number END AS invoice_number,
            a.debit_amount AS amount, a.posted_on AS allocated_on,
            CASE WHEN debit.kind = 'refund' THEN debit.number END AS refund_reference
        FROM payments_allocation AS a
        JOIN companies_company AS c ON c.id = a.company_id
        JOIN periods_period AS p ON p.id = a.period_id
        JOIN customers_openitem AS credit ON credit.id = a.credit_item_id
        JOIN customers_openitem AS debit ON debit.id = a.debit_item_id
    """,
    "v_deductions": """
        SELECT c.code AS company, p.code AS period, item.number AS invoice_number,
            customer.code AS customer_code, d.recorded_on, d.posted_on, d.reason, item.currency,
            d.amount, d.customer_confirmed_on, d.note
        FROM payments_deduction AS d
        JOIN companies_company AS c ON c.id = d.company_id
        JOIN periods_period AS p ON p.id = d.period_id
        JOIN customers_customer AS customer ON customer.id = d.customer_id
        JOIN customers_openitem AS item ON item.id = d.item_id
    """,
}
