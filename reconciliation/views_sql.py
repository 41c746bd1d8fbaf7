"""The views of this floor, see CONTRACT."""

from reconciliation.balances_sql import AMOUNTS, FROZEN, RECEIVED, RECEIVED_BY_MEANS, ROLL_FORWARD
from reconciliation.open_items_sql import AGED
from reconciliation.people_sql import people_of

#: In the row's currency, where no exchange difference arises; ``base_…`` is the company's.
FIRST = (
    *("opening", "invoiced", "credited", "allocated", "deducted", "written_off", "exchange"),
    *("closing", "advances_closing", "notes_closing"),
)
REST = tuple(name for name in AMOUNTS if name not in FIRST)
#: What the balances are made of, beside them.
PARTS = ("unapplied_credits", *RECEIVED)
PARTS = (*PARTS, *(f"base_{name}" for name in PARTS))

PEOPLE_OF_VOUCHER = ", ".join(f"{query} AS {name}" for name, query in people_of("v").items())


def _of_month(balances: str) -> str:
    """Beside ``periods_period AS p``. OFFSET keeps PostgreSQL from asking each part of it for every
    single row of the others. An invoice and a credit note of one amount, both of before, are no
    balance and no flow: their customer is in the ageing alone."""
    amounts = ", ".join(f"coalesce({name}, 0) AS {name}" for name in (*AMOUNTS, *PARTS))
    return f"""
        SELECT customer_id, currency, {amounts}
        FROM ({balances}) AS b
        FULL JOIN ({AGED}) AS aged USING (customer_id, currency)
        LEFT JOIN ({RECEIVED_BY_MEANS}) AS received USING (customer_id, currency)
        OFFSET 0
    """


def _balances(status: str, balances: str) -> str:
    return f"""
        SELECT c.code AS company, p.code AS period, b.*
        FROM periods_period AS p JOIN companies_company AS c ON c.id = p.company_id
        CROSS JOIN LATERAL ({_of_month(balances)}) AS b WHERE p.status = '{status}'
    """


VIEWS = {
    "v_vouchers": f"""
        SELECT c.code AS company, p.code AS period, v.number, v.posted_on AS date,
            v.document_kind || ':' || v.document_number AS document, l.line_number AS line,
            a.code AS account, customer.code AS customer_code, l.debit, l.credit,
            {PEOPLE_OF_VOUCHER}
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
            {", ".join(f"b.{name}" for name in (*REST, *PARTS))}
        FROM ({_balances("locked", FROZEN)} UNION ALL {_balances("open", ROLL_FORWARD)}) AS b
        JOIN customers_customer AS customer ON customer.id = b.customer_id
    """,
}
