"""Which payment goes on which open item: the rules of the match-run, set-based.

The rules, in their order (CONTRACT, ACCOUNTING 4): the invoice and the order a payment names; what
its memo refers to, a document or combination of exactly its amount first; and, where it names
nothing known, the one open invoice of its customer with exactly its amount. One that names another
customer's document goes on nothing. Payments come by day received, then reference, and each takes
what the ones before it left, as if they were allocated one at a time.

Temporary tables, until the transaction ends: ``match_payment`` (what is left of each),
``match_item`` (what is left open of each), ``match_target`` (what each names, by rank) and
``match_placed``, the result.
"""

from collections.abc import Sequence

from closing_site import sql
from closing_site.customers.open_amounts_sql import unapplied
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from payments.references_sql import MEMO, documents_named, numbers_named
from payments.runs.cross_currency import find_across_currencies
from payments.runs.fitting import decide
from payments.runs.rounds import AFTER_ROUND, PLACED, ROUND

PAYMENTS = f"""
    DROP TABLE IF EXISTS pg_temp.match_payment;
    CREATE TEMP TABLE match_payment ON COMMIT DROP AS
    SELECT i.id AS payment_item, i.customer_id, i.currency, {unapplied("i")} AS remaining,
        row_number() OVER (ORDER BY i.issued_on, i.number COLLATE "C", i.id) AS place,
        i.issued_on AS received_on,
        coalesce(p.invoice_number, '') AS invoice_number,
        coalesce(p.order_number, '') AS order_number, coalesce(p.memo, '') AS memo,
        false AS names_something
    FROM customers_openitem AS i
    LEFT JOIN payments_payment AS p ON i.kind = 'payment' AND p.id = i.document_id
    WHERE i.company_id = %(company)s AND i.settled < i.amount
        AND i.kind IN ('payment', 'opening_advance') AND i.posted_on <= %(ends_on)s
        AND (%(payments)s::bigint[] IS NULL
            OR (i.kind = 'payment' AND i.document_id = ANY (%(payments)s)))
        AND (%(only)s::bigint[] IS NULL OR i.id = ANY (%(only)s))
        AND (%(customers)s::bigint[] IS NULL OR i.customer_id = ANY (%(customers)s));
    CREATE UNIQUE INDEX ON match_payment (payment_item);
    ANALYZE match_payment
"""
ITEMS = f"""
    DROP TABLE IF EXISTS pg_temp.match_item;
    CREATE TEMP TABLE match_item ON COMMIT DROP AS
    SELECT i.id AS item, i.customer_id, i.currency, i.kind, i.document_id, i.number, i.posted_on,
        {unapplied("i")} AS remaining
    FROM customers_openitem AS i
    WHERE i.company_id = %(company)s AND i.settled < i.amount
        AND i.kind IN ('invoice', 'opening_invoice') AND i.posted_on <= %(ends_on)s
        AND i.customer_id IN (SELECT customer_id FROM match_payment);
    CREATE UNIQUE INDEX ON match_item (item);
    CREATE INDEX ON match_item (document_id);
    ANALYZE match_item
"""
#: What was freed only after the month: at its end it was still set against something else.
FREED = """
    DROP TABLE IF EXISTS pg_temp.match_freed;
    CREATE TEMP TABLE match_freed ON COMMIT DROP AS
    SELECT leg.item, -sum(leg.amount) AS amount FROM (
        SELECT own.item, own.amount FROM payments_allocation AS a
        CROSS JOIN LATERAL (VALUES (a.debit_item_id, a.debit_amount),
            (a.credit_item_id, a.credit_amount)) AS own (item, amount)
        WHERE a.company_id = %(company)s AND a.reverses_id IS NOT NULL
            AND a.posted_on > %(ends_on)s
        UNION ALL
        SELECT d.item_id, d.amount FROM payments_deduction AS d
        WHERE d.company_id = %(company)s AND d.reverses_id IS NOT NULL
            AND d.posted_on > %(ends_on)s
    ) AS leg GROUP BY leg.item
"""
#: What was undone, by a person or for a refund, is a person's to allocate: no rule does it again.
UNDONE = """
    DROP TABLE IF EXISTS pg_temp.match_undone;
    CREATE TEMP TABLE match_undone ON COMMIT DROP AS
    SELECT DISTINCT credit_item_id AS payment_item, debit_item_id AS item
    FROM payments_allocation
    WHERE company_id = %(company)s AND reverses_id IS NOT NULL;
    CREATE UNIQUE INDEX ON match_undone (payment_item, item);
    ANALYZE match_undone
"""
CLEAR_UNDONE = """
    DELETE FROM match_target AS t USING match_undone AS u
    WHERE u.payment_item = t.payment_item AND u.item = t.item
"""
STILL_SET = (
    """UPDATE match_payment AS p SET remaining = greatest(p.remaining - f.amount, 0)
        FROM match_freed AS f WHERE f.item = p.payment_item""",
    "DELETE FROM match_payment WHERE remaining = 0",
    """UPDATE match_item AS i SET remaining = greatest(i.remaining - f.amount, 0)
        FROM match_freed AS f WHERE f.item = i.item""",
    "DELETE FROM match_item WHERE remaining = 0",
)
_NAMING = "SELECT payment_item AS key, customer_id, invoice_number, order_number, memo"
NAMES = f"""
    DROP TABLE IF EXISTS pg_temp.match_name;
    CREATE TEMP TABLE match_name ON COMMIT DROP AS
    {numbers_named(f"{_NAMING} FROM match_payment")};
    ANALYZE match_name
"""
#: The company's documents that payments name: key is the payment's item.
KNOWN = f"""
    DROP TABLE IF EXISTS pg_temp.match_known;
    CREATE TEMP TABLE match_known ON COMMIT DROP AS {documents_named("match_name")};
    CREATE INDEX ON match_known (key);
    ANALYZE match_known
"""
NAMES_SOMETHING = """
    UPDATE match_payment AS p SET names_something = true
    WHERE EXISTS (SELECT FROM match_known AS k
        WHERE k.key = p.payment_item AND NOT k.is_between)
"""
#: Another customer's document: nothing of the payment is allocated.
FORGET_OTHERS = """
    DELETE FROM match_known AS k USING match_known AS other
    WHERE other.key = k.key AND NOT other.is_own AND NOT other.is_between
"""
#: Open items that payments name, as often as they are named. ``unit``: the document they are of.
NAMED = """
    SELECT k.key AS payment_item, k.place, k.piece, k.span, k.is_between, i.item, i.posted_on,
        i.currency, i.remaining
    FROM match_known AS k
    JOIN match_item AS i ON i.kind = k.kind AND i.document_id = k.document_id
        AND i.customer_id = k.customer_id
    WHERE k.kind = 'invoice'
    UNION ALL
    SELECT k.key, k.place, k.piece, k.span, k.is_between, i.item, i.posted_on, i.currency,
        i.remaining
    FROM match_known AS k
    JOIN match_item AS i ON i.item = k.document_id
    WHERE k.kind = 'opening_invoice' AND k.is_own
    UNION ALL
    SELECT k.key, k.place, k.piece, k.span, k.is_between, i.item, i.posted_on, i.currency,
        i.remaining
    FROM match_known AS k
    JOIN invoicing_invoice AS v ON v.company_id = %(company)s AND v.order_id = k.document_id
    JOIN match_item AS i ON i.kind = 'invoice' AND i.document_id = v.id
    WHERE k.kind = 'order' AND k.is_own
    {over_several_orders}
"""
#: Invoices over a month bill an order without being the order's own.
OVER_SEVERAL_ORDERS = """
    UNION ALL
    SELECT DISTINCT k.key, k.place, k.piece, k.span, k.is_between, i.item, i.posted_on, i.currency,
        i.remaining
    FROM match_known AS k
    JOIN orders_orderline AS ol ON ol.company_id = %(company)s AND ol.order_id = k.document_id
    JOIN invoicing_invoiceline AS vl ON vl.order_line_id = ol.id
    JOIN invoicing_invoice AS v ON v.id = vl.invoice_id AND v.order_id IS NULL
    JOIN match_item AS i ON i.kind = 'invoice' AND i.document_id = v.id
    WHERE k.kind = 'order' AND k.is_own
"""
HAS_SEVERAL = """
    SELECT EXISTS (SELECT FROM match_item AS i JOIN invoicing_invoice AS v ON v.id = i.document_id
        WHERE i.kind = 'invoice' AND v.order_id IS NULL)
"""
HAS_SPANS = "SELECT EXISTS (SELECT FROM match_known WHERE span IS NOT NULL)"
#: "a–b" is a range where all numbers in it are this customer's, at most 20, and sum to the amount;
#: else it is a and b.
NO_RANGES = """
    DELETE FROM match_named AS n USING (
        SELECT k.key, k.span FROM match_known AS k
        WHERE k.span IS NOT NULL GROUP BY k.key, k.span
        HAVING NOT bool_and(k.is_own) OR count(DISTINCT (k.kind, k.document_id)) > 20
            OR (SELECT p.remaining FROM match_payment AS p WHERE p.payment_item = k.key)
                IS DISTINCT FROM (SELECT sum(remaining) FROM (
                    SELECT DISTINCT m.item, m.remaining FROM match_named AS m
                    WHERE m.payment_item = k.key AND m.span = k.span) AS once)
    ) AS no_range
    WHERE n.payment_item = no_range.key AND n.span = no_range.span AND n.is_between
"""
#: ``is_free``: no choice between the documents of a memo is to be made before.
TARGETS = f"""
    DROP TABLE IF EXISTS pg_temp.match_target;
    CREATE TEMP TABLE match_target ON COMMIT DROP AS
    SELECT t.payment_item, t.place, t.item, t.rank, t.unit,
        t.unit = 0 OR min(t.unit) FILTER (WHERE t.unit > 0) OVER own
            = max(t.unit) FILTER (WHERE t.unit > 0) OVER own AS is_free
    FROM (
        SELECT p.payment_item, p.place, t.item,
            CASE WHEN t.place < {MEMO} THEN 0 ELSE t.place * 1000 + t.piece END AS unit,
            row_number() OVER (PARTITION BY p.payment_item
                ORDER BY t.place, t.piece, t.posted_on, t.item) AS rank
        FROM (
            SELECT DISTINCT ON (named.payment_item, named.item) named.*
            FROM {{named}} AS named
            ORDER BY named.payment_item, named.item, named.place, named.piece
        ) AS t
        JOIN match_payment AS p ON p.payment_item = t.payment_item
            AND p.currency = t.currency
    ) AS t
    WINDOW own AS (PARTITION BY t.payment_item)
"""
HAS_CHOICES = "SELECT EXISTS (SELECT FROM match_target WHERE NOT is_free)"
EXACT = """
    INSERT INTO match_placed
    SELECT p.payment_item, i.item, i.remaining, 'exact_amount', %(turn)s
    FROM (
        SELECT DISTINCT ON (customer_id, currency, remaining) * FROM match_payment
        WHERE remaining > 0 AND NOT names_something
        ORDER BY customer_id, currency, remaining, place
    ) AS p
    JOIN (
        SELECT customer_id, currency, remaining, min(item) AS item FROM match_item
        WHERE remaining > 0 GROUP BY customer_id, currency, remaining HAVING count(*) = 1
    ) AS i ON i.customer_id = p.customer_id AND i.currency = p.currency
        AND i.remaining = p.remaining
    WHERE NOT EXISTS (SELECT FROM match_undone AS u
        WHERE u.payment_item = p.payment_item AND u.item = i.item)
"""


def find_payments(
    period: Period,
    payments: Sequence[int] | None = None,
    *,
    only: Sequence[int] | None = None,
    customers: Sequence[int] | None = None,
) -> None:
    """Fill ``match_payment`` with what is unapplied by the month's end and ``match_known`` with the
    documents it names. ``payments``, ``only`` (open items) and ``customers`` narrow it to some."""
    parameters = {
        **period_parameters(period),
        "payments": None if payments is None else list(payments),
        "only": None if only is None else list(only),
        "customers": None if customers is None else list(customers),
    }
    sql.execute(PAYMENTS, parameters)
    sql.execute(NAMES)
    sql.execute(KNOWN, parameters)


def find_targets(period: Period) -> None:
    """Fill ``match_item`` and ``match_target``: what is open, and what of it payments name."""
    parameters = period_parameters(period)
    sql.execute(ITEMS, parameters)
    sql.execute(FREED, parameters)
    if sql.value("SELECT EXISTS (SELECT FROM match_freed)"):
        for statement in STILL_SET:
            sql.execute(statement)
    sql.execute(NAMES_SOMETHING)
    sql.execute(FORGET_OTHERS)
    several = OVER_SEVERAL_ORDERS if sql.value(HAS_SEVERAL) else ""
    make_named = NAMED.format(over_several_orders=several)
    named = f"({make_named})"
    if sql.value(HAS_SPANS):
        sql.execute("DROP TABLE IF EXISTS pg_temp.match_named")
        sql.execute(f"CREATE TEMP TABLE match_named ON COMMIT DROP AS {make_named}", parameters)
        sql.execute(NO_RANGES)
        named = "match_named"
    sql.execute(TARGETS.format(named=named), parameters)
    sql.execute(UNDONE, parameters)
    sql.execute(CLEAR_UNDONE)
    sql.execute("ANALYZE match_target")
    find_across_currencies(named, {**parameters, "base": period.company.currency})
    sql.execute(PLACED)


def place_named() -> int:
    """Place what names something, round by round; returns the turn that follows."""
    turn, has_choices = 1, sql.value(HAS_CHOICES)
    while True:
        decided = decide() if has_choices else 0
        if not sql.execute(ROUND) and not decided:
            return turn
        for statement in AFTER_ROUND:
            sql.execute(statement, {"turn": turn})
        turn += 1


def place_exact(turn: int) -> None:
    """Place what names nothing known on the one open invoice of exactly its amount."""
    sql.execute(EXACT, {"turn": turn})


def count_placed() -> int:
    return int(sql.value("SELECT count(*) FROM match_placed"))
