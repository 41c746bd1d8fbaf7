"""What refunds take of what they may, and what is reversed for it: see payments.runs.refunds."""

from payments.runs.refund_sources_sql import REMAINDER

#: Each takes its sources by rank, and what the refunds before it left of them.
TAKEN = """
    DROP TABLE IF EXISTS pg_temp.refund_taken;
    CREATE TEMP TABLE refund_taken ON COMMIT DROP AS
    WITH pool AS MATERIALIZED (
        SELECT source_item, allocation, remaining, row_number() OVER ()::integer AS index
        FROM refund_capacity
    ), pools AS (
        SELECT array_agg(remaining ORDER BY index) AS capacities FROM pool
    ), asked AS (
        SELECT array_agg(s.refund_item ORDER BY s.place, s.rank) AS refunds,
            array_agg(r.remaining ORDER BY s.place, s.rank) AS wanted,
            array_agg(pool.index ORDER BY s.place, s.rank) AS sources
        FROM refund_source AS s
        JOIN refund AS r USING (refund_item)
        JOIN pool USING (source_item, allocation)
    )
    SELECT t.refund_item, pool.source_item, pool.allocation, t.amount
    FROM asked CROSS JOIN pools
    CROSS JOIN LATERAL refund_takings(
        asked.refunds, asked.wanted, asked.sources, pools.capacities) AS t
    JOIN pool ON pool.index = t.source
"""
#: An allocation is reversed as a whole, on the day of the first refund that takes of it.
REVERSED = """
    DROP TABLE IF EXISTS pg_temp.refund_reversed;
    CREATE TEMP TABLE refund_reversed ON COMMIT DROP AS
    SELECT t.allocation, sum(t.amount) AS taken,
        greatest(min(r.posted_on), min(a.posted_on), %(starts_on)s::date) AS day,
        (array_agg(r.kind ORDER BY r.place))[1] AS rule
    FROM refund_taken AS t
    JOIN refund AS r ON r.refund_item = t.refund_item
    JOIN payments_allocation AS a ON a.id = t.allocation
    WHERE t.allocation > 0 GROUP BY t.allocation
"""
REVERSE = """
    INSERT INTO payments_allocation (company_id, customer_id, period_id, posted_on, debit_item_id,
        credit_item_id, debit_amount, credit_amount, base_debit, base_credit, rule, reverses_id)
    SELECT %(company)s, a.customer_id, %(period)s, x.day, a.debit_item_id, a.credit_item_id,
        -a.debit_amount, -a.credit_amount, -a.base_debit, -a.base_credit, x.rule, a.id
    FROM refund_reversed AS x JOIN payments_allocation AS a ON a.id = x.allocation
    ORDER BY x.day, a.id
"""
#: What a reversed allocation had more than was given back goes on the same invoice, the same day.
PLACE = (
    """INSERT INTO match_placed
        SELECT t.source_item, t.refund_item, sum(t.amount), r.kind, 1, NULL,
            greatest(r.posted_on, max(x.day))
        FROM refund_taken AS t
        JOIN refund AS r ON r.refund_item = t.refund_item
        LEFT JOIN refund_reversed AS x ON x.allocation = t.allocation
        GROUP BY t.source_item, t.refund_item, r.kind, r.posted_on""",
    f"""INSERT INTO match_placed
        SELECT a.credit_item_id, a.debit_item_id, rest.debit, '{REMAINDER}', 2, rest.credit, x.day
        FROM refund_reversed AS x
        JOIN payments_allocation AS a ON a.id = x.allocation
        JOIN customers_openitem AS d ON d.id = a.debit_item_id
        CROSS JOIN LATERAL (SELECT a.credit_amount - x.taken AS credit, round(
            a.debit_amount * (a.credit_amount - x.taken) / a.credit_amount,
            currency_digits(d.currency)) AS debit) AS rest
        WHERE rest.credit > 0 AND rest.debit > 0""",
)
