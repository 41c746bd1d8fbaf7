"""What was open at a month's end, as SQL; beside ``periods_period AS p``, as balances_sql.

Open now, with what was set against it after the month's end added back: items that are settled and
were touched no more are not read, however long the history.
"""

#: Months after p: what was posted in them had not happened yet.
_LATER = """
    ARRAY(SELECT q.id FROM periods_period AS q
        WHERE q.company_id = p.company_id AND q.starts_on > p.ends_on)
"""

_PARTS = f"""
    SELECT o.id, o.customer_id, o.currency, o.kind, o.issued_on, o.due_on,
        o.amount - o.settled AS amount, o.base_amount - o.base_settled AS base
    FROM customers_openitem AS o
    WHERE o.company_id = p.company_id AND o.settled < o.amount AND o.posted_on <= p.ends_on
    UNION ALL
    SELECT o.id, o.customer_id, o.currency, o.kind, o.issued_on, o.due_on, leg.amount, leg.base
    FROM payments_allocation AS a
    CROSS JOIN LATERAL (VALUES
        (a.debit_item_id, a.debit_amount, a.base_debit),
        (a.credit_item_id, a.credit_amount, a.base_credit)
    ) AS leg (item_id, amount, base)
    JOIN customers_openitem AS o ON o.id = leg.item_id AND o.posted_on <= p.ends_on
    WHERE a.company_id = p.company_id AND a.period_id = ANY ({_LATER})
    UNION ALL
    SELECT o.id, o.customer_id, o.currency, o.kind, o.issued_on, o.due_on,
        d.amount, d.base_amount
    FROM payments_deduction AS d
    JOIN customers_openitem AS o ON o.id = d.item_id AND o.posted_on <= p.ends_on
    WHERE d.company_id = p.company_id AND d.period_id = ANY ({_LATER})
"""

#: Parts of items, signed as they stand in the balance they belong to. An item may have several.
OPEN_PARTS = f"""
    SELECT part.id, part.customer_id, part.currency, part.kind, part.issued_on, part.due_on,
        part.kind IN ('invoice', 'opening_invoice', 'credit_note', 'opening_credit_note')
            AS is_receivable,
        sign.sign * part.amount AS amount, sign.sign * part.base AS base
    FROM ({_PARTS}) AS part
    CROSS JOIN LATERAL (SELECT
        CASE WHEN part.kind IN ('credit_note', 'opening_credit_note', 'refund') THEN -1 ELSE 1 END
    ) AS sign (sign)
"""

#: The buckets of the ageing: column → condition on the days overdue at the month's end.
AGEING = {
    "not_due": "overdue <= 0",
    "days_1_30": "overdue BETWEEN 1 AND 30",
    "days_31_60": "overdue BETWEEN 31 AND 60",
    "days_61_90": "overdue BETWEEN 61 AND 90",
    "days_over_90": "overdue > 90",
}

_BUCKETS = ", ".join(
    f"coalesce(sum({amount}) FILTER (WHERE {days}), 0) AS {prefix}{bucket}"
    for amount, prefix in (("amount", ""), ("base", "base_"))
    for bucket, days in AGEING.items()
)

#: Receivables per customer and currency by days overdue; a credit note counts from its own day.
AGED = f"""
    SELECT customer_id, currency, {_BUCKETS}
    FROM (
        SELECT customer_id, currency, amount, base,
            p.ends_on - coalesce(due_on, issued_on) AS overdue
        FROM ({OPEN_PARTS}) AS part WHERE is_receivable
    ) AS aged
    GROUP BY customer_id, currency
"""
