"""Money in the company's currency for an invoice in another (ACCOUNTING 9.1).

It is worth what the rate of the day received says, and takes no more than the invoice's balance;
what is over stays unapplied. A part payment uses all the money.
"""

from typing import Final

from closing_site import sql
from payments.runs.rounds import AFTER_ROUND

HAS_FOREIGN = """
    SELECT EXISTS (SELECT FROM match_item AS i WHERE i.currency <> %(base)s)
        AND EXISTS (SELECT FROM match_payment AS p
            WHERE p.currency = %(base)s AND p.names_something)
"""
EMPTY = """
    DROP TABLE IF EXISTS pg_temp.match_cross;
    CREATE TEMP TABLE match_cross (
        payment_item bigint, place bigint, item bigint, rank bigint, rate numeric, digits integer,
        base_digits integer
    ) ON COMMIT DROP
"""
CROSS = """
    INSERT INTO match_cross
    SELECT t.payment_item, t.place, t.item, row_number() OVER (PARTITION BY t.payment_item
            ORDER BY t.named_at, t.piece, t.posted_on, t.item), t.rate, currency_digits(t.currency),
        currency_digits(%(base)s)
    FROM (
        SELECT DISTINCT ON (n.payment_item, n.item) n.payment_item, n.item, n.place AS named_at,
            n.piece, n.posted_on, n.currency, p.place,
            exchange_rate_on(%(company)s, n.currency, %(base)s, p.received_on) AS rate
        FROM {named} AS n
        JOIN match_payment AS p ON p.payment_item = n.payment_item
        WHERE p.currency = %(base)s AND n.currency <> %(base)s
        ORDER BY n.payment_item, n.item, n.place, n.piece
    ) AS t
    WHERE t.rate > 0 AND NOT EXISTS (SELECT FROM match_undone AS u
        WHERE u.payment_item = t.payment_item AND u.item = t.item)
"""
#: As ROUND of the payments in the invoice's currency, counted in that currency.
ROUND: Final = """
    INSERT INTO match_round
    SELECT payment_item, item, amount, CASE WHEN amount < worth
            OR amount = open - (so_far - worth)
        THEN least(remaining, round(amount * rate, base_digits)) ELSE remaining END
    FROM (
        SELECT queued.*, least(worth, greatest(open - (so_far - worth), 0)) AS amount
        FROM (
            SELECT q.*, sum(worth) OVER queue AS so_far,
                bool_and(is_current) OVER queue AS is_head
            FROM (
                SELECT t.payment_item, t.item, t.place, t.rate, t.base_digits, p.remaining,
                    round(p.remaining / t.rate, t.digits) AS worth, i.remaining AS open,
                    t.rank = min(t.rank) OVER (PARTITION BY t.payment_item) AS is_current
                FROM match_cross AS t
                JOIN match_payment AS p USING (payment_item)
                JOIN match_item AS i ON i.item = t.item
            ) AS q
            WINDOW queue AS (PARTITION BY item ORDER BY place)
        ) AS queued
        WHERE is_head
    ) AS paid
"""
DONE = """
    DELETE FROM match_cross AS t USING match_round AS r
    WHERE r.payment_item = t.payment_item AND r.item = t.item
"""
NOTHING_LEFT = (
    """DELETE FROM match_cross AS t USING match_payment AS p
        WHERE p.payment_item = t.payment_item AND p.remaining = 0""",
    """DELETE FROM match_cross AS t USING match_item AS i
        WHERE i.item = t.item AND i.remaining = 0""",
)


def find_across_currencies(named: str, parameters: sql.Parameters) -> None:
    """Fill ``match_cross``: the foreign invoices that money in the company's currency names."""
    sql.execute(EMPTY)
    if sql.value(HAS_FOREIGN, parameters):
        sql.execute(CROSS.format(named=named), parameters)


def place_across_currencies(turn: int) -> int:
    """Place what ``match_cross`` names, round by round; returns the turn that follows."""
    if not sql.value("SELECT EXISTS (SELECT FROM match_cross)"):
        return turn
    while True:
        for statement in NOTHING_LEFT:
            sql.execute(statement)
        if not sql.execute(ROUND):
            return turn
        for statement in (DONE, *AFTER_ROUND):
            sql.execute(statement, {"turn": turn})
        turn += 1
