"""What was open at a month's end, as SQL; beside ``periods_period AS p``, as balances_sql.

The parts are those of ``open_parts`` (payments/functions_sql.py), which reads no item that is
settled and was touched no more, however long the history.
"""

from payments.functions_sql import COLUMNS, open_parts

#: Parts of items, signed as they stand in the balance they belong to. An item may have several.
OPEN_PARTS = f"""
    SELECT part.item_id AS id, part.customer_id, part.currency, part.kind, part.issued_on,
        part.due_on,
        part.kind IN ('invoice', 'opening_invoice', 'credit_note', 'opening_credit_note')
            AS is_receivable,
        sign.sign * part.amount AS amount, sign.sign * part.base_amount AS base
    FROM ({open_parts("p.company_id", "p.ends_on")}) AS part ({", ".join(COLUMNS)})
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

#: The ageing's columns: what is overdue since when, and what is still to be set against invoices.
AGES = (*AGEING, "unapplied_credits")

_OF_COLUMN = {
    **{bucket: f"NOT is_credit AND {days}" for bucket, days in AGEING.items()},
    "unapplied_credits": "is_credit",
}
_COLUMNS = ", ".join(
    f"coalesce(sum({amount}) FILTER (WHERE {condition}), 0) AS {prefix}{column}"
    for amount, prefix in (("amount", ""), ("base", "base_"))
    for column, condition in _OF_COLUMN.items()
)

#: Receivables per customer and currency: open invoices by days overdue, open credit notes apart as
#: a negative amount. The columns add up to ``closing`` of the roll-forward (ACCOUNTING 11).
AGED = f"""
    SELECT customer_id, currency, {_COLUMNS}, sum(amount) AS total, sum(base) AS base_total
    FROM (
        SELECT customer_id, currency, amount, base,
            kind IN ('credit_note', 'opening_credit_note') AS is_credit,
            p.ends_on - coalesce(due_on, issued_on) AS overdue
        FROM ({OPEN_PARTS}) AS part WHERE is_receivable
    ) AS aged
    GROUP BY customer_id, currency
"""
