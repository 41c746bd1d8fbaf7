"""What was open at the end of a day, as a SQL function that PostgreSQL inlines; what refunds
take."""

from closing_site.customers.open_amounts_sql import unapplied
from payments import refund_functions_sql

_ITEM = """o.id, o.customer_id, o.currency::text, o.kind::text, o.issued_on, o.due_on"""
#: Months that are not over on the day: what was set against an item after it is in one of these.
_LATER = """
    ARRAY(SELECT q.id FROM periods_period AS q
        WHERE q.company_id = {company} AND q.ends_on > {day})
"""
#: The columns of ``open_parts``.
COLUMNS = {
    "item_id": "bigint",
    "customer_id": "bigint",
    "currency": "text",
    "kind": "text",
    "issued_on": "date",
    "due_on": "date",
    "amount": "numeric",
    "base_amount": "numeric",
}


def open_parts(company: str, day: str) -> str:
    """What is open now, with what was set against it after the day added back.

    Items that are settled and were touched no more are not read, however long the history. An item
    may have several parts; amounts are positive (an undoing after the day is negative). The SQL
    itself, for views: a view reads tables with its owner's rights, but a function that it calls
    with those of whoever reads the view.
    """
    later = _LATER.format(company=company, day=day)
    return f"""
    SELECT {_ITEM}, {unapplied("o")}, o.base_amount - o.base_settled
    FROM customers_openitem AS o
    WHERE o.company_id = {company} AND o.settled < o.amount AND o.posted_on <= {day}
    UNION ALL
    SELECT {_ITEM}, leg.amount, leg.base
    FROM payments_allocation AS a
    CROSS JOIN LATERAL (VALUES
        (a.debit_item_id, a.debit_amount, a.base_debit),
        (a.credit_item_id, a.credit_amount, a.base_credit)
    ) AS leg (item_id, amount, base)
    JOIN customers_openitem AS o ON o.id = leg.item_id AND o.posted_on <= {day}
    WHERE a.company_id = {company} AND a.period_id = ANY ({later}) AND a.posted_on > {day}
    UNION ALL
    SELECT {_ITEM}, d.amount, d.base_amount
    FROM payments_deduction AS d
    JOIN customers_openitem AS o ON o.id = d.item_id AND o.posted_on <= {day}
    WHERE d.company_id = {company} AND d.period_id = ANY ({later}) AND d.posted_on > {day}
    """


FUNCTIONS = [
    f"""
    CREATE OR REPLACE FUNCTION open_parts(of_company bigint, on_day date)
    RETURNS TABLE ({", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())})
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    {open_parts("of_company", "on_day")}
    $$
    """,
    *refund_functions_sql.FUNCTIONS,
]
