"""What a refund gives back: the rules of ACCOUNTING 5, set-based.

A refund takes, as far as each goes: what ``refund_of`` names, as far as it is unapplied; the open
credit notes of the order or invoice it names; the unapplied rest of payments that name the same;
that of the customer's payment of exactly its amount; and then the allocations of what it names,
newest first, which are reversed on the refund's day, so that the invoices are open again. A bounce
begins with the allocations of its payment. What nothing gives is due from the customer.

Refunds come by day, then reference, and each takes what the ones before it left. Temporary tables:
``refund`` (what is left of each), ``refund_source`` (what each may take, by rank; of an allocation
or, with ``allocation`` 0, of an item's unapplied rest), ``refund_capacity`` and ``refund_taken``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from closing_site import sql
from closing_site.customers.open_amounts_sql import unapplied
from closing_site.desk.progress import Unwatched
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from payments.references_sql import documents_named, numbers_named
from payments.runs.allocating import write_allocations
from payments.runs.placing import count_placed, find_payments
from payments.runs.rounds import PLACED

#: The rules that the rows of allocations bear.
REFUND: Final = "refund"
BOUNCE: Final = "bounce"
REMAINDER: Final = "refund_remainder"

REFUNDS = f"""
    DROP TABLE IF EXISTS pg_temp.refund;
    CREATE TEMP TABLE refund ON COMMIT DROP AS
    SELECT i.id AS refund_item, i.customer_id, i.currency, {unapplied("i")} AS remaining, i.amount,
        row_number() OVER (ORDER BY i.issued_on, i.number COLLATE "C", i.id) AS place,
        i.issued_on AS received_on, i.posted_on, coalesce(p.refund_of, '') AS refund_of,
        CASE p.refund_kind WHEN '{BOUNCE}' THEN '{BOUNCE}' ELSE '{REFUND}' END AS kind,
        coalesce(p.order_number, '') AS order_number,
        coalesce(p.invoice_number, '') AS invoice_number, coalesce(p.memo, '') AS memo
    FROM customers_openitem AS i
    JOIN payments_payment AS p ON p.id = i.document_id
    WHERE i.company_id = %(company)s AND i.settled < i.amount AND i.kind = 'refund'
        AND i.posted_on BETWEEN %(refunds_from)s AND %(refunds_to)s
        AND (%(refunds)s::bigint[] IS NULL OR p.id = ANY (%(refunds)s))
        AND (%(only)s::bigint[] IS NULL OR i.id = ANY (%(only)s))
"""
ARE_THERE = """
    SELECT EXISTS (SELECT FROM customers_openitem AS i
        WHERE i.company_id = %(company)s AND i.settled < i.amount AND i.kind = 'refund'
            AND i.posted_on BETWEEN %(refunds_from)s AND %(refunds_to)s
            AND (%(refunds)s::bigint[] IS NULL OR i.document_id = ANY (%(refunds)s))
            AND (%(only)s::bigint[] IS NULL OR i.id = ANY (%(only)s)))
"""
_NAMING = "SELECT refund_item AS key, customer_id, invoice_number, order_number, memo FROM refund"
#: The orders and invoices that a refund names, with the invoices of an order and the order of an
#: invoice.
DOCUMENTS = f"""
    DROP TABLE IF EXISTS pg_temp.refund_document;
    CREATE TEMP TABLE refund_document ON COMMIT DROP AS
    WITH named AS MATERIALIZED ({numbers_named(_NAMING)}),
    known AS MATERIALIZED (
        SELECT key AS refund_item, kind, document_id FROM ({documents_named("named")}) AS d
        WHERE is_own AND NOT is_between
    )
    SELECT refund_item, kind, document_id FROM known
    UNION SELECT k.refund_item, 'invoice', v.id FROM known AS k
        JOIN invoicing_invoice AS v ON v.company_id = %(company)s AND v.order_id = k.document_id
            AND v.kind = 'invoice'
        WHERE k.kind = 'order'
    UNION SELECT k.refund_item, 'invoice', l.invoice_id FROM known AS k
        JOIN orders_orderline AS ol ON ol.company_id = %(company)s AND ol.order_id = k.document_id
        JOIN invoicing_invoiceline AS l ON l.order_line_id = ol.id AND l.credited_line_id IS NULL
        WHERE k.kind = 'order'
    UNION SELECT k.refund_item, 'order', v.order_id FROM known AS k
        JOIN invoicing_invoice AS v ON v.id = k.document_id AND v.order_id IS NOT NULL
        WHERE k.kind = 'invoice'
"""
#: What ``refund_of`` names: a payment or a credit note of the customer.
ORIGINALS = """
    DROP TABLE IF EXISTS pg_temp.refund_original;
    CREATE TEMP TABLE refund_original ON COMMIT DROP AS
    SELECT r.refund_item, i.id AS item
    FROM refund AS r
    JOIN payments_payment AS p ON p.company_id = %(company)s AND p.reference = r.refund_of
        AND p.amount > 0
    JOIN customers_openitem AS i ON i.company_id = %(company)s AND i.kind = 'payment'
        AND i.document_id = p.id AND i.customer_id = r.customer_id AND i.currency = r.currency
    WHERE r.refund_of <> ''
    UNION ALL
    SELECT r.refund_item, i.id
    FROM refund AS r
    JOIN invoicing_invoice AS v ON v.company_id = %(company)s AND v.number = r.refund_of
        AND v.kind = 'credit_note'
    JOIN customers_openitem AS i ON i.company_id = %(company)s AND i.kind = 'credit_note'
        AND i.document_id = v.id AND i.customer_id = r.customer_id AND i.currency = r.currency
    WHERE r.refund_of <> ''
    UNION ALL
    SELECT r.refund_item, i.id
    FROM refund AS r
    JOIN customers_openitem AS i ON i.company_id = %(company)s AND i.document_id = 0
        AND i.kind IN ('opening_advance', 'opening_credit_note') AND i.number = r.refund_of
        AND i.customer_id = r.customer_id AND i.currency = r.currency
    WHERE r.refund_of <> ''
"""
#: Pairs refunds with payments of the same customer and amount, as brackets are paired: each refund
#: has the newest payment before it that no other refund has. ``rows``: a payment is a step up.
_PAIRED = """
    SELECT refund_item, partner AS item
    FROM (
        SELECT s.refund_item, s.step, s.level, lag(s.item) OVER (
            PARTITION BY customer_id, currency, amount, level ORDER BY at) AS partner
        FROM (
            SELECT d.*, CASE WHEN step = 1 THEN depth - lowest
                WHEN depth < lowest_before THEN NULL ELSE depth - lowest + 1 END AS level
            FROM (
                SELECT c.*, least(min(depth) OVER own, 0) AS lowest,
                    least(coalesce(min(depth) OVER (PARTITION BY customer_id, currency, amount
                        ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0), 0)
                        AS lowest_before
                FROM (
                    SELECT q.*, sum(step) OVER own AS depth, row_number() OVER own AS at
                    FROM ({rows}) AS q
                    WINDOW own AS (PARTITION BY customer_id, currency, amount
                        ORDER BY day, step DESC, number COLLATE "C", item, refund_item)
                ) AS c
                WINDOW own AS (PARTITION BY customer_id, currency, amount ORDER BY at)
            ) AS d
        ) AS s
    ) AS paired
    WHERE step = -1 AND level IS NOT NULL AND partner IS NOT NULL
"""
_STEPS_DOWN = """
    SELECT r.customer_id, r.currency, r.amount, r.received_on AS day, '' AS number,
        NULL::bigint AS item, r.refund_item, -1 AS step
    FROM refund AS r WHERE {which}
"""
#: What is unapplied and of exactly the amount, as a whole or in what is left of it.
UNAPPLIED_TWINS = _PAIRED.format(
    rows=_STEPS_DOWN.format(
        which=f"""r.kind = '{REFUND}' AND NOT EXISTS (SELECT FROM refund_original AS o
            JOIN refund_capacity AS c ON c.source_item = o.item AND c.allocation = 0
            WHERE o.refund_item = r.refund_item AND c.remaining >= r.remaining)"""
    )
    + """
        UNION ALL
        SELECT p.customer_id, p.currency, own.amount, p.received_on, '', p.payment_item, NULL, 1
        FROM match_payment AS p
        JOIN customers_openitem AS i ON i.id = p.payment_item
        CROSS JOIN LATERAL (SELECT i.amount UNION SELECT p.remaining) AS own (amount)
        WHERE (p.customer_id, p.currency, own.amount) IN (
            SELECT r.customer_id, r.currency, r.amount FROM refund AS r)"""
)
#: Of exactly the amount, allocated or not, and not given back already.
TWINS = _PAIRED.format(
    rows=_STEPS_DOWN.format(
        which=f"""r.kind = '{BOUNCE}' AND r.refund_of = '' AND NOT EXISTS (
            SELECT FROM refund_candidate AS c WHERE c.refund_item = r.refund_item)"""
    )
    + f"""
        UNION ALL
        SELECT i.customer_id, i.currency, i.amount, i.issued_on, i.number, i.id, NULL, 1
        FROM (SELECT DISTINCT customer_id, currency, amount FROM refund AS r
            WHERE r.kind = '{BOUNCE}' AND r.refund_of = '') AS r
        JOIN payments_payment AS p ON p.company_id = %(company)s
            AND p.customer_id = r.customer_id AND p.amount = r.amount AND p.currency = r.currency
        JOIN customers_openitem AS i ON i.company_id = %(company)s AND i.kind = 'payment'
            AND i.document_id = p.id AND i.posted_on <= %(ends_on)s
        WHERE i.amount > (SELECT coalesce(sum(a.credit_amount), 0) FROM payments_allocation AS a
            JOIN customers_openitem AS d ON d.id = a.debit_item_id AND d.kind = 'refund'
            WHERE a.credit_item_id = i.id)"""
)
#: Allocations that hold, of the month and before it.
_HOLDING = """
    a.company_id = %(company)s AND a.reverses_id IS NULL AND a.posted_on <= %(ends_on)s
        AND NOT EXISTS (SELECT FROM payments_allocation AS undone
            WHERE undone.company_id = a.company_id AND undone.reverses_id = a.id)
"""
#: The open items of the invoices that refunds name.
_NAMED_ITEMS = """
    SELECT d.refund_item, i.id AS item
    FROM refund_document AS d
    JOIN customers_openitem AS i ON i.company_id = %(company)s AND i.kind = 'invoice'
        AND i.document_id = d.document_id
    WHERE d.kind = 'invoice'
    UNION ALL
    SELECT d.refund_item, d.document_id FROM refund_document AS d WHERE d.kind = 'opening_invoice'
"""
#: Whose receipt bounced: what ``refund_of`` names; else the payments that name the same, those of
#: exactly the amount before the newest other.
CANDIDATES = f"""
    DROP TABLE IF EXISTS pg_temp.refund_candidate;
    CREATE TEMP TABLE refund_candidate ON COMMIT DROP AS
    SELECT o.refund_item, o.item, 1::bigint AS rank
    FROM refund_original AS o JOIN refund AS r ON r.refund_item = o.refund_item
    JOIN customers_openitem AS i ON i.id = o.item AND i.kind IN ('payment', 'opening_advance')
    WHERE r.kind = '{BOUNCE}'
    UNION ALL
    SELECT refund_item, item, rank
    FROM (
        SELECT n.refund_item, n.item, i.amount = r.amount AS is_exact,
            bool_or(i.amount = r.amount) OVER (PARTITION BY n.refund_item) AS has_exact,
            row_number() OVER (PARTITION BY n.refund_item ORDER BY i.amount = r.amount DESC,
                i.issued_on DESC, i.number COLLATE "C" DESC) AS rank
        FROM (
            SELECT d.refund_item, k.key AS item FROM refund_document AS d
            JOIN match_known AS k ON k.kind = d.kind AND k.document_id = d.document_id
                AND k.is_own AND NOT k.is_between
            UNION
            SELECT n.refund_item, a.credit_item_id FROM ({_NAMED_ITEMS}) AS n
            JOIN payments_allocation AS a ON a.debit_item_id = n.item AND {_HOLDING}
        ) AS n
        JOIN refund AS r ON r.refund_item = n.refund_item AND r.kind = '{BOUNCE}'
            AND r.refund_of = ''
        JOIN customers_openitem AS i ON i.id = n.item AND i.kind IN ('payment', 'opening_advance')
            AND i.currency = r.currency AND i.customer_id = r.customer_id
    ) AS named
    WHERE is_exact OR (NOT has_exact AND rank = 1)
"""
PAIR_BOUNCES = f"INSERT INTO refund_candidate SELECT refund_item, item, 1 FROM ({TWINS}) AS twin"
#: What is unapplied of the items that any refund may take, without what only a later month freed.
CAPACITY = f"""
    DROP TABLE IF EXISTS pg_temp.refund_capacity;
    CREATE TEMP TABLE refund_capacity ON COMMIT DROP AS
    SELECT i.id AS source_item, 0::bigint AS allocation, {unapplied("i")} + coalesce((
        SELECT sum(a.credit_amount) FROM payments_allocation AS a
        WHERE a.credit_item_id = i.id AND a.reverses_id IS NOT NULL
            AND a.posted_on > %(ends_on)s), 0) AS remaining, i.customer_id, i.currency, i.kind,
        i.document_id, i.issued_on, i.number
    FROM customers_openitem AS i
    WHERE i.company_id = %(company)s AND i.settled < i.amount AND i.side = 'credit'
        AND i.posted_on <= %(ends_on)s AND i.customer_id IN (SELECT customer_id FROM refund)
"""
#: What each refund may take, in the order of its sections.
SOURCES = f"""
    DROP TABLE IF EXISTS pg_temp.refund_source;
    CREATE TEMP TABLE refund_source ON COMMIT DROP AS
    SELECT refund_item, source_item, allocation, place, row_number() OVER (
        PARTITION BY refund_item
        ORDER BY section, day DESC, number COLLATE "C" DESC, allocation DESC)
        AS rank
    FROM (
        SELECT DISTINCT ON (s.refund_item, s.source_item, s.allocation) s.*, r.place
        FROM (
            SELECT o.refund_item, o.item AS source_item, 0::bigint AS allocation, 1 AS section,
                c.issued_on AS day, c.number
            FROM refund_original AS o
            JOIN refund_capacity AS c ON c.source_item = o.item AND c.allocation = 0
            JOIN refund AS r ON r.refund_item = o.refund_item AND (r.kind = '{REFUND}'
                OR c.kind IN ('credit_note', 'opening_credit_note'))
            UNION ALL
            SELECT d.refund_item, c.source_item, 0, 2, c.issued_on, c.number
            FROM refund_document AS d
            JOIN refund AS r ON r.refund_item = d.refund_item AND r.kind = '{REFUND}'
            JOIN invoicing_invoice AS v ON v.company_id = %(company)s AND v.kind = 'credit_note'
                AND v.credits_id = d.document_id
            JOIN refund_capacity AS c ON c.kind = 'credit_note' AND c.document_id = v.id
                AND c.allocation = 0 AND c.currency = r.currency
            WHERE d.kind = 'invoice'
            UNION ALL
            SELECT d.refund_item, c.source_item, 0, 3, c.issued_on, c.number
            FROM refund_document AS d
            JOIN refund AS r ON r.refund_item = d.refund_item AND r.kind = '{REFUND}'
            JOIN match_known AS k ON k.kind = d.kind AND k.document_id = d.document_id
                AND k.is_own AND NOT k.is_between
            JOIN refund_capacity AS c ON c.source_item = k.key AND c.allocation = 0
                AND c.currency = r.currency
            UNION ALL
            SELECT t.refund_item, t.item, 0, 4, c.issued_on, c.number
            FROM ({UNAPPLIED_TWINS}) AS t
            JOIN refund_capacity AS c ON c.source_item = t.item AND c.allocation = 0
            UNION ALL
            SELECT o.refund_item, a.credit_item_id, a.id, 5, a.posted_on, ''
            FROM refund_original AS o
            JOIN refund AS r ON r.refund_item = o.refund_item
            JOIN customers_openitem AS i ON i.id = o.item AND (r.kind = '{REFUND}'
                OR i.kind IN ('credit_note', 'opening_credit_note'))
            JOIN payments_allocation AS a ON a.credit_item_id = o.item AND {_HOLDING}
            UNION ALL
            SELECT n.refund_item, a.credit_item_id, a.id, 6, a.posted_on, ''
            FROM ({_NAMED_ITEMS}) AS n
            JOIN refund AS r ON r.refund_item = n.refund_item AND r.kind = '{REFUND}'
                AND r.refund_of = ''
            JOIN payments_allocation AS a ON a.debit_item_id = n.item AND {_HOLDING}
            JOIN customers_openitem AS i ON i.id = a.credit_item_id
                AND i.kind IN ('payment', 'opening_advance') AND i.currency = r.currency
            UNION ALL
            SELECT c.refund_item, c.item, a.id, 2 * c.rank, a.posted_on, ''
            FROM refund_candidate AS c
            JOIN payments_allocation AS a ON a.credit_item_id = c.item AND {_HOLDING}
            UNION ALL
            SELECT c.refund_item, c.item, 0, 2 * c.rank + 1, own.issued_on, own.number
            FROM refund_candidate AS c
            JOIN refund_capacity AS own ON own.source_item = c.item AND own.allocation = 0
        ) AS s
        JOIN refund AS r ON r.refund_item = s.refund_item
        WHERE (s.allocation = 0 OR EXISTS (SELECT FROM payments_allocation AS a
            JOIN customers_openitem AS d ON d.id = a.debit_item_id
                AND d.kind IN ('invoice', 'opening_invoice')
            WHERE a.id = s.allocation))
        -- What a person has undone is theirs to allocate.
        AND NOT EXISTS (SELECT FROM payments_allocation AS undone
            WHERE undone.company_id = %(company)s AND undone.reverses_id IS NOT NULL
                AND undone.debit_item_id = s.refund_item
                AND undone.credit_item_id = s.source_item)
        ORDER BY s.refund_item, s.source_item, s.allocation, s.section
    ) AS source
"""
ALLOCATION_CAPACITY = """
    INSERT INTO refund_capacity (source_item, allocation, remaining)
    SELECT a.credit_item_id, a.id, a.credit_amount FROM payments_allocation AS a
    WHERE a.id IN (SELECT allocation FROM refund_source WHERE allocation > 0)
"""
TAKEN = """
    DROP TABLE IF EXISTS pg_temp.refund_taken, pg_temp.refund_round;
    CREATE TEMP TABLE refund_taken (
        refund_item bigint, source_item bigint, allocation bigint, amount numeric
    ) ON COMMIT DROP;
    CREATE TEMP TABLE refund_round (LIKE refund_taken) ON COMMIT DROP
"""
#: Of each source's queue, the refunds up to the first that still has something before it to take.
ROUND = """
    INSERT INTO refund_round
    SELECT refund_item, source_item, allocation,
        least(remaining, greatest(open - (so_far - remaining), 0)) AS amount
    FROM (
        SELECT q.*, sum(remaining) OVER queue AS so_far, bool_and(is_current) OVER queue AS is_head
        FROM (
            SELECT s.refund_item, s.source_item, s.allocation, s.place, r.remaining,
                c.remaining AS open,
                s.rank = min(s.rank) OVER (PARTITION BY s.refund_item) AS is_current
            FROM refund_source AS s
            JOIN refund AS r USING (refund_item)
            JOIN refund_capacity AS c USING (source_item, allocation)
        ) AS q
        WINDOW queue AS (PARTITION BY source_item, allocation ORDER BY place)
    ) AS queued
    WHERE is_head
"""
AFTER_ROUND = (
    "INSERT INTO refund_taken SELECT * FROM refund_round WHERE amount > 0",
    """UPDATE refund AS r SET remaining = r.remaining - t.amount
        FROM refund_round AS t WHERE t.refund_item = r.refund_item AND t.amount > 0""",
    """UPDATE refund_capacity AS c SET remaining = c.remaining - t.amount
        FROM (SELECT source_item, allocation, sum(amount) AS amount FROM refund_round
            GROUP BY source_item, allocation) AS t
        WHERE t.source_item = c.source_item AND t.allocation = c.allocation AND t.amount > 0""",
    """DELETE FROM refund_source AS s USING refund_round AS t
        WHERE t.refund_item = s.refund_item AND t.source_item = s.source_item
            AND t.allocation = s.allocation""",
    """DELETE FROM refund_source AS s USING refund AS r
        WHERE r.refund_item = s.refund_item AND r.remaining = 0""",
    """DELETE FROM refund_source AS s USING refund_capacity AS c
        WHERE c.source_item = s.source_item AND c.allocation = s.allocation
            AND c.remaining <= 0""",
    "TRUNCATE refund_round",
)
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


@dataclass(frozen=True)
class Refunds:
    """The open refunds of a month and of those before it. ``payments`` and ``only`` (open items)
    narrow them to some. The caller holds the period and the placing."""

    period: Period
    payments: Sequence[int] | None = None
    only: Sequence[int] | None = None

    def are_there(self, *, of_earlier: bool) -> bool:
        """Whether there are any of the month, or of earlier ones."""
        return bool(sql.value(ARE_THERE, self._parameters(of_earlier)))

    def settle(self, *, of_earlier: bool) -> int:
        """Set them against what they give back.

        Returns how many allocations were made, reversals not counted.
        """
        parameters = self._parameters(of_earlier)
        total = 0
        while sql.value(ARE_THERE, parameters):
            # Two that were paired with the same payment: the second looks again.
            if not (how_many := _settle_once(self.period, parameters)):
                break
            total += how_many
        return total

    def _parameters(self, of_earlier: bool) -> dict[str, object]:
        period = self.period
        return {
            **period_parameters(period),
            "refunds_from": "-infinity" if of_earlier else period.starts_on,
            "refunds_to": period.starts_on - timedelta(days=1) if of_earlier else period.ends_on,
            "refunds": None if self.payments is None else list(self.payments),
            "only": None if self.only is None else list(self.only),
        }


def _settle_once(period: Period, parameters: dict[str, object]) -> int:
    sql.execute(REFUNDS, parameters)
    sql.execute("ANALYZE refund")
    customers = sql.rows("SELECT DISTINCT customer_id FROM refund")
    find_payments(period, customers=[row["customer_id"] for row in customers])
    for statement in (DOCUMENTS, ORIGINALS, CAPACITY):
        sql.execute(statement, parameters)
    sql.execute("CREATE INDEX ON refund_capacity (source_item); ANALYZE refund_capacity")
    sql.execute("ANALYZE refund_document; ANALYZE refund_original")
    for statement in (CANDIDATES, PAIR_BOUNCES, SOURCES, ALLOCATION_CAPACITY):
        sql.execute(statement, parameters)
    sql.execute("ANALYZE refund_source; ANALYZE refund_capacity")
    sql.execute(TAKEN)
    while sql.execute(ROUND):
        for statement in AFTER_ROUND:
            sql.execute(statement)
    sql.execute(REVERSED, parameters)
    sql.execute(REVERSE, parameters)
    sql.execute(PLACED)
    for statement in PLACE:
        sql.execute(statement)
    how_many = count_placed()
    if how_many:
        write_allocations(period, how_many, Unwatched())
    return how_many
