"""The roll-forward of each customer's balances, as SQL that lock, check, view and report share.

Every text here is a query that stands beside ``periods_period AS p``, the month it is about (as in
``FROM periods_period AS p CROSS JOIN LATERAL (…)``). A month opens with the frozen balances of the
last locked month before it, moved on by the open months between the two; so no query reads more
than the months that are open. Amounts are signed as they move the balance until they are named.
"""

#: What moves a balance: column → its sign. ``opening`` stands for the items of before the books.
RECEIVABLE = {
    "invoiced": 1,
    "credited": -1,
    "allocated": -1,
    "deducted": -1,
    "written_off": -1,
    "exchange": 1,
}
ADVANCES = {"received": 1, "refunded": -1, "placed": -1}
NOTES = {"notes_received": 1}

#: Open months from the last locked one to this one: (id, is_before).
_MONTHS = """
    SELECT q.id, q.id <> p.id AS is_before FROM periods_period AS q
    WHERE q.company_id = p.company_id AND q.status = 'open' AND q.starts_on <= p.starts_on
"""

#: What the last lock before this month froze.
_CARRIED = """
    SELECT b.customer_id, b.currency, true AS is_before, carried.flow, carried.amount, carried.base
    FROM reconciliation_customerbalance AS b
    CROSS JOIN LATERAL (VALUES
        ('opening', b.closing, b.base_closing),
        ('advances_opening', b.advances_closing, b.base_advances_closing),
        ('notes_opening', b.notes_closing, 0)
    ) AS carried (flow, amount, base)
    WHERE b.company_id = p.company_id AND b.period_id = (
        SELECT q.id FROM periods_period AS q
        WHERE q.company_id = p.company_id AND q.status = 'locked' AND q.starts_on < p.starts_on
        ORDER BY q.starts_on DESC LIMIT 1)
"""

_OPENING_ITEMS = """
    SELECT o.customer_id, o.currency, m.is_before,
        CASE o.kind WHEN 'opening_advance' THEN 'advances_opening' ELSE 'opening' END,
        CASE o.kind WHEN 'opening_credit_note' THEN -o.amount ELSE o.amount END,
        CASE o.kind WHEN 'opening_credit_note' THEN -o.base_amount ELSE o.base_amount END
    FROM months AS m
    JOIN customers_openitem AS o ON o.company_id = p.company_id AND o.period_id = m.id
        AND o.document_id = 0
"""

_INVOICES = """
    SELECT i.customer_id, i.currency, m.is_before,
        CASE i.kind WHEN 'credit_note' THEN 'credited' ELSE 'invoiced' END,
        sum(i.gross), sum(i.base_gross)
    FROM months AS m
    JOIN invoicing_invoice AS i ON i.company_id = p.company_id AND i.period_id = m.id
    GROUP BY i.customer_id, i.currency, m.is_before, i.kind
"""

_PAYMENTS = """
    SELECT y.customer_id, y.currency, m.is_before,
        CASE WHEN y.amount > 0 THEN 'received' ELSE 'refunded' END,
        sum(y.amount), sum(y.base_amount)
    FROM months AS m
    JOIN payments_payment AS y ON y.company_id = p.company_id AND y.period_id = m.id
        AND y.customer_id IS NOT NULL
    GROUP BY y.customer_id, y.currency, m.is_before, y.amount > 0
"""

_NOTES = """
    SELECT y.customer_id, y.currency, m.is_before, 'notes_received', sum(y.amount), 0
    FROM months AS m
    JOIN payments_payment AS y ON y.company_id = p.company_id AND y.period_id = m.id
        AND y.customer_id IS NOT NULL AND y.method = 'acceptance_draft' AND y.amount > 0
    GROUP BY y.customer_id, y.currency, m.is_before
"""

#: Money is a payment, an advance or a refund. What is set against a refund gives the advances back
#: what the refund took; a credit note set off moves only what its rate and the invoice's differ.
_ALLOCATIONS = """
    SELECT a.customer_id, leg.currency, a.is_before, leg.flow, leg.amount, leg.base
    FROM (
        SELECT a.customer_id, m.is_before, d.currency AS debit_currency,
            c.currency AS credit_currency, d.kind = 'refund' AS is_refund,
            c.kind IN ('payment', 'opening_advance') AS is_money,
            sum(a.debit_amount) AS debit_amount, sum(a.credit_amount) AS credit_amount,
            sum(a.base_debit) AS base_debit, sum(a.base_credit) AS base_credit
        FROM months AS m
        JOIN payments_allocation AS a ON a.company_id = p.company_id AND a.period_id = m.id
        JOIN customers_openitem AS d ON d.id = a.debit_item_id
        JOIN customers_openitem AS c ON c.id = a.credit_item_id
        GROUP BY 1, 2, 3, 4, 5, 6
    ) AS a
    CROSS JOIN LATERAL (VALUES
        (a.credit_currency,
            CASE WHEN a.is_money THEN 'placed' ELSE 'allocated' END,
            CASE WHEN a.is_money THEN -a.credit_amount ELSE a.credit_amount END,
            CASE WHEN a.is_money THEN -a.base_credit
                WHEN a.is_refund THEN a.base_debit ELSE a.base_credit END),
        (a.debit_currency,
            CASE WHEN a.is_refund THEN 'placed' ELSE 'allocated' END,
            CASE WHEN a.is_refund THEN a.debit_amount ELSE -a.debit_amount END,
            CASE WHEN a.is_refund THEN a.base_debit ELSE -a.base_credit END),
        (CASE WHEN a.is_refund THEN a.credit_currency ELSE a.debit_currency END,
            'exchange', 0,
            CASE WHEN a.is_refund AND a.is_money THEN 0 ELSE a.base_credit - a.base_debit END)
    ) AS leg (currency, flow, amount, base)
"""

_DEDUCTIONS = """
    SELECT d.customer_id, o.currency, m.is_before,
        CASE d.reason WHEN 'bad_debt' THEN 'written_off' ELSE 'deducted' END,
        -sum(d.amount), -sum(d.base_amount)
    FROM months AS m
    JOIN payments_deduction AS d ON d.company_id = p.company_id AND d.period_id = m.id
    JOIN customers_openitem AS o ON o.id = d.item_id
    GROUP BY d.customer_id, o.currency, m.is_before, d.reason
"""

_FLOWS = " UNION ALL ".join(
    (_CARRIED, _OPENING_ITEMS, _INVOICES, _PAYMENTS, _NOTES, _ALLOCATIONS, _DEDUCTIONS)
)


def _columns(opening: str, flows: dict[str, int], closing: str, *, base: bool) -> dict[str, str]:
    """Column → SQL: what one balance opens with, its flows as named, and what it closes with."""
    amount, prefix = ("base", "base_") if base else ("amount", "")
    mine = ", ".join(f"'{flow}'" for flow in (opening, *flows))

    def total(which: str) -> str:
        return f"coalesce(sum({amount}) FILTER (WHERE {which}), 0)"

    found = {opening: total(f"flow IN ({mine}) AND (is_before OR flow = '{opening}')")}
    for flow, sign in flows.items():
        own = total(f"flow = '{flow}' AND NOT is_before")
        found[flow] = own if sign > 0 else f"-{own}"
    found[closing] = total(f"flow IN ({mine})")
    return {prefix + name: column for name, column in found.items()}


_COLUMNS = {
    **_columns("opening", RECEIVABLE, "closing", base=False),
    **_columns("advances_opening", ADVANCES, "advances_closing", base=False),
    **_columns("notes_opening", NOTES, "notes_closing", base=False),
    **_columns("opening", RECEIVABLE, "closing", base=True),
    **_columns("advances_opening", ADVANCES, "advances_closing", base=True),
}

#: The columns of CustomerBalance: in the document's currency no exchange difference arises.
AMOUNTS = tuple(name for name in _COLUMNS if name != "exchange")

#: One row a customer and currency, unless it is all zero.
ROLL_FORWARD = f"""
    WITH months AS ({_MONTHS}), flows AS ({_FLOWS})
    SELECT * FROM (
        SELECT customer_id, currency, {", ".join(f"{_COLUMNS[name]} AS {name}" for name in AMOUNTS)}
        FROM flows GROUP BY customer_id, currency
    ) AS rolled
    WHERE 0 <> ANY (ARRAY[{", ".join(AMOUNTS)}])
"""

FROZEN = f"""
    SELECT b.customer_id, b.currency, {", ".join(f"b.{name}" for name in AMOUNTS)}
    FROM reconciliation_customerbalance AS b
    WHERE b.company_id = p.company_id AND b.period_id = p.id
"""

_OF_MONTH = """
    SELECT c.code AS company, p.code AS period, p.id AS period_id, b.*
    FROM periods_period AS p JOIN companies_company AS c ON c.id = p.company_id
"""

#: The balances of every month: as its lock froze them, or as they are now. What asks for a month by
#: ``period_id``, or by ``company`` and ``period``, makes PostgreSQL compute no other.
BALANCES = f"""
    {_OF_MONTH} CROSS JOIN LATERAL ({FROZEN}) AS b WHERE p.status = 'locked'
    UNION ALL
    {_OF_MONTH} CROSS JOIN LATERAL ({ROLL_FORWARD}) AS b WHERE p.status = 'open'
"""

#: Receipts of the month by what came in: column → methods. ``received`` is their sum.
RECEIVED = {
    "received_cash": ("bank_transfer", "cash", "cheque", "card", "wechat_pay", "alipay"),
    "received_notes": ("acceptance_draft",),
    "received_other": ("voucher", "other"),
}


def _received(amount: str, prefix: str) -> str:
    return ", ".join(
        f"coalesce(sum(y.{amount}) FILTER (WHERE y.method = ANY (ARRAY{list(methods)})), 0)"
        f" AS {prefix}{column}"
        for column, methods in RECEIVED.items()
    )


#: Per customer and currency; what comes back (a bounce, a refund) is in ``refunded`` alone.
RECEIVED_BY_MEANS = f"""
    SELECT y.customer_id, y.currency, {_received("amount", "")}, {_received("base_amount", "base_")}
    FROM payments_payment AS y
    WHERE y.company_id = p.company_id AND y.period_id = p.id AND y.customer_id IS NOT NULL
        AND y.amount > 0
    GROUP BY y.customer_id, y.currency
"""
