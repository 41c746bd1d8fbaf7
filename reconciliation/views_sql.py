"""The views of this floor, see CONTRACT."""

from reconciliation.balances_sql import AMOUNTS, BALANCES

#: In the row's currency, where no exchange difference arises; ``base_…`` is the company's.
FIRST = (
    *("opening", "invoiced", "credited", "allocated", "deducted", "written_off", "exchange"),
    *("closing", "advances_closing", "notes_closing"),
)
REST = tuple(name for name in AMOUNTS if name not in FIRST)

VIEWS = {
    "v_vouchers": """
        SELECT c.code AS company, p.code AS period, v.number, v.posted_on AS date,
            v.document_kind || ':' || v.document_number AS document, l.line_number AS line,
            a.code AS account, customer.code AS customer_code, l.debit, l.credit
        FROM reconciliation_voucherline AS l
        JOIN reconciliation_voucher AS v ON v.id = l.voucher_id
        JOIN companies_company AS c ON c.id = v.company_id
        JOIN periods_period AS p ON p.id = v.period_id
        JOIN reconciliation_account AS a ON a.id = l.account_id
        LEFT JOIN customers_customer AS customer ON customer.id = l.customer_id
    """,
    "v_receivables": f"""
        SELECT b.company, b.period, customer.code AS customer_code, b.currency,
            {", ".join("0::numeric AS exchange" if n == "exchange" else f"b.{n}" for n in FIRST)},
            {", ".join(f"b.{name}" for name in REST)}
        FROM ({BALANCES}) AS b
        JOIN customers_customer AS customer ON customer.id = b.customer_id
    """,
}
