"""One round of the match-run: the head of every item's queue is placed.

``match_target`` says which items a payment names, by rank; ``match_payment`` and ``match_item``
what is left of each.
"""

#: ``amount`` is in the invoice's currency, ``credit_amount`` in the payment's; null: the same.
#: ``day``: not dated before it, where it is not null.
PLACED = """
    DROP TABLE IF EXISTS pg_temp.match_placed, pg_temp.match_round;
    CREATE TEMP TABLE match_placed (
        payment_item bigint, item bigint, amount numeric, rule text, turn integer,
        credit_amount numeric, day date
    ) ON COMMIT DROP;
    CREATE TEMP TABLE match_round (
        payment_item bigint, item bigint, amount numeric, credit_amount numeric
    ) ON COMMIT DROP
"""
#: Of each item's queue, the payments up to the first that still has something before it to pay.
ROUND = """
    INSERT INTO match_round
    SELECT payment_item, item,
        least(remaining, greatest(open - (so_far - remaining), 0)) AS amount
    FROM (
        SELECT q.*, sum(remaining) OVER queue AS so_far, bool_and(is_current) OVER queue AS is_head
        FROM (
            SELECT t.payment_item, t.item, t.place, p.remaining, i.remaining AS open,
                t.is_free AND t.rank = min(t.rank) OVER (PARTITION BY t.payment_item) AS is_current
            FROM match_target AS t
            JOIN match_payment AS p USING (payment_item)
            JOIN match_item AS i ON i.item = t.item
        ) AS q
        WINDOW queue AS (PARTITION BY item ORDER BY place)
    ) AS queued
    WHERE is_head
"""
AFTER_ROUND = (
    """INSERT INTO match_placed
        SELECT payment_item, item, amount, 'named', %(turn)s, credit_amount FROM match_round
        WHERE amount > 0""",
    """UPDATE match_payment AS p SET remaining = p.remaining - coalesce(r.credit_amount, r.amount)
        FROM match_round AS r WHERE r.payment_item = p.payment_item AND r.amount > 0""",
    """UPDATE match_item AS i SET remaining = i.remaining - r.amount
        FROM (SELECT item, sum(amount) AS amount FROM match_round GROUP BY item) AS r
        WHERE r.item = i.item AND r.amount > 0""",
    """DELETE FROM match_target AS t USING match_round AS r
        WHERE r.payment_item = t.payment_item AND r.item = t.item""",
    """DELETE FROM match_target AS t USING match_payment AS p
        WHERE p.payment_item = t.payment_item AND p.remaining = 0""",
    """DELETE FROM match_target AS t USING match_item AS i
        WHERE i.item = t.item AND i.remaining = 0""",
    "TRUNCATE match_round",
)
