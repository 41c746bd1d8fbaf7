"""Which documents of a memo have exactly the payment's amount (ACCOUNTING 4.2).

A document, or a combination of at most twelve, of exactly the amount is paid. Where two of them
fit, nothing is allocated: a person chooses. Where none fits, the documents are paid in the order
given. A payment is decided when no earlier one can still take anything of what it names.
"""

from typing import Final

from closing_site import sql

MOST: Final = 12

READY = """
    DROP TABLE IF EXISTS pg_temp.match_ready;
    CREATE TEMP TABLE match_ready ON COMMIT DROP AS
    SELECT q.payment_item
    FROM (
        SELECT t.payment_item, t.is_free,
            t.place = min(t.place) OVER (PARTITION BY t.item) AS is_first
        FROM match_target AS t
    ) AS q
    GROUP BY q.payment_item
    HAVING bool_and(q.is_first) AND NOT bool_or(q.is_free)
"""
#: ``amount``: what is open of the document; ``wanted``: what is left of the payment; ``from_here``:
#: the amounts of this document and those after it.
UNITS = """
    SELECT u.*, sum(u.amount) OVER (PARTITION BY u.payment_item ORDER BY u.n DESC) AS from_here
    FROM (
        SELECT t.payment_item, t.unit, p.remaining AS wanted, sum(i.remaining) AS amount,
            row_number() OVER (PARTITION BY t.payment_item ORDER BY t.unit) AS n,
            count(*) OVER (PARTITION BY t.payment_item) AS units
        FROM match_ready AS r
        JOIN match_target AS t ON t.payment_item = r.payment_item
        JOIN match_payment AS p ON p.payment_item = t.payment_item
        JOIN match_item AS i ON i.item = t.item
        GROUP BY t.payment_item, t.unit, p.remaining
    ) AS u
"""
FITS = f"""
    DROP TABLE IF EXISTS pg_temp.match_fit;
    CREATE TEMP TABLE match_fit ON COMMIT DROP AS
    WITH RECURSIVE unit AS MATERIALIZED ({UNITS}),
    combination AS (
        SELECT payment_item, n, amount AS total, wanted, ARRAY[unit] AS picked FROM unit
        WHERE amount <= wanted AND (units > {MOST} OR from_here >= wanted)
        UNION ALL
        SELECT c.payment_item, u.n, c.total + u.amount, c.wanted, c.picked || u.unit
        FROM combination AS c
        JOIN unit AS u ON u.payment_item = c.payment_item AND u.n > c.n
        WHERE u.units <= {MOST} AND c.total < c.wanted AND c.total + u.amount <= c.wanted
            AND c.total + u.from_here >= c.wanted
    )
    SELECT payment_item, count(*) AS fits, min(picked) AS picked
    FROM combination WHERE total = wanted GROUP BY payment_item
"""
CHOOSE = (
    """DELETE FROM match_target AS t USING match_fit AS f
        WHERE f.payment_item = t.payment_item AND (f.fits > 1 OR t.unit <> ALL (f.picked))""",
    """UPDATE match_target AS t SET is_free = true FROM match_ready AS r
        WHERE r.payment_item = t.payment_item""",
)


def decide() -> int:
    """Settle what the payments that are ready pay; returns how many were ready."""
    sql.execute(READY)
    count = int(sql.value("SELECT count(*) FROM match_ready"))
    if count:
        sql.execute("ANALYZE match_ready")
        sql.execute(FITS)
        for statement in CHOOSE:
            sql.execute(statement)
    return count
