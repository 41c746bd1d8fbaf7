"""Which payment goes on which open item: the rules of the match-run, set-based.

The rules, in their order (CONTRACT): what the payment names (invoice, then order); the numbers in
its memo, in the order given; and, where it names nothing known, the one open invoice of its
customer with exactly its amount. Payments come by day received, then reference, and each takes what
the ones before it left, as if they were placed one at a time.

Temporary tables, until the transaction ends: ``match_payment`` (what is left of each),
``match_item`` (what is left open of each), ``match_target`` (what each names, by rank) and
``match_placed``, the result.
"""

from collections.abc import Sequence
from datetime import timedelta

from closing_site import sql
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from payments.memo_sql import numbers_in

PAYMENTS = """
    DROP TABLE IF EXISTS pg_temp.match_payment;
    CREATE TEMP TABLE match_payment ON COMMIT DROP AS
    SELECT i.id AS payment_item, i.customer_id, i.currency, i.amount - i.settled AS remaining,
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
"""
ITEMS = """
    DROP TABLE IF EXISTS pg_temp.match_item;
    CREATE TEMP TABLE match_item ON COMMIT DROP AS
    SELECT i.id AS item, i.customer_id, i.currency, i.kind, i.document_id, i.number, i.posted_on,
        i.amount - i.settled AS remaining
    FROM customers_openitem AS i
    WHERE i.company_id = %(company)s AND i.settled < i.amount
        AND i.kind IN ('invoice', 'opening_invoice') AND i.posted_on <= %(ends_on)s
        AND i.customer_id IN (SELECT customer_id FROM match_payment)
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
#: What a person has undone is theirs to place: no rule does it again.
UNDONE = """
    DROP TABLE IF EXISTS pg_temp.match_undone;
    CREATE TEMP TABLE match_undone ON COMMIT DROP AS
    SELECT DISTINCT credit_item_id AS payment_item, debit_item_id AS item
    FROM payments_allocation
    WHERE company_id = %(company)s AND reverses_id IS NOT NULL
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
NAMES = f"""
    DROP TABLE IF EXISTS pg_temp.match_name;
    CREATE TEMP TABLE match_name ON COMMIT DROP AS
    SELECT payment_item, customer_id, 0::bigint AS rank, invoice_number AS number
    FROM match_payment WHERE invoice_number <> ''
    UNION ALL
    SELECT payment_item, customer_id, 1, order_number FROM match_payment WHERE order_number <> ''
    UNION ALL
    SELECT p.payment_item, p.customer_id, 1 + word.place, word.number
    FROM match_payment AS p CROSS JOIN LATERAL ({numbers_in("p.memo")}) AS word
    WHERE p.memo <> ''
"""
#: Order numbers and invoice numbers that the company knows, of the payment's own customer.
KNOWN_ORDERS = """
    DROP TABLE IF EXISTS pg_temp.match_order;
    CREATE TEMP TABLE match_order ON COMMIT DROP AS
    SELECT n.payment_item, n.rank, o.id AS order_id
    FROM match_name AS n
    JOIN orders_order AS o ON o.company_id = %(company)s AND o.number = n.number
        AND o.customer_id = n.customer_id
"""
KNOWN_INVOICES = """
    UPDATE match_payment AS p SET names_something = true
    WHERE EXISTS (SELECT FROM match_order AS o WHERE o.payment_item = p.payment_item)
        OR EXISTS (SELECT FROM match_name AS n
            JOIN invoicing_invoice AS i ON i.company_id = %(company)s AND i.number = n.number
                AND i.customer_id = n.customer_id WHERE n.payment_item = p.payment_item)
        OR EXISTS (SELECT FROM match_name AS n
            JOIN customers_openitem AS i ON i.company_id = %(company)s AND i.number = n.number
                AND i.customer_id = n.customer_id AND i.document_id = 0
                AND i.kind = 'opening_invoice' WHERE n.payment_item = p.payment_item)
"""
TARGETS = """
    DROP TABLE IF EXISTS pg_temp.match_target;
    CREATE TEMP TABLE match_target ON COMMIT DROP AS
    SELECT p.payment_item, p.place, t.item,
        row_number() OVER (PARTITION BY p.payment_item ORDER BY t.rank, t.posted_on, t.item) AS rank
    FROM (
        SELECT DISTINCT ON (named.payment_item, named.item) named.* FROM (
            SELECT n.payment_item, n.rank, i.item, i.posted_on
            FROM match_name AS n
            JOIN match_item AS i ON i.number = n.number AND i.customer_id = n.customer_id
            UNION ALL
            SELECT o.payment_item, o.rank, i.item, i.posted_on
            FROM match_order AS o
            JOIN invoicing_invoice AS v ON v.company_id = %(company)s AND v.order_id = o.order_id
            JOIN match_item AS i ON i.kind = 'invoice' AND i.document_id = v.id
            {over_several_orders}
        ) AS named
        ORDER BY named.payment_item, named.item, named.rank
    ) AS t
    JOIN match_payment AS p ON p.payment_item = t.payment_item
    JOIN match_item AS i ON i.item = t.item AND i.customer_id = p.customer_id
        AND i.currency = p.currency
"""
#: Invoices over a month bill an order without being the order's own.
OVER_SEVERAL_ORDERS = """
    UNION ALL
    SELECT DISTINCT o.payment_item, o.rank, i.item, i.posted_on
    FROM match_order AS o
    JOIN orders_orderline AS ol ON ol.company_id = %(company)s AND ol.order_id = o.order_id
    JOIN invoicing_invoiceline AS vl ON vl.order_line_id = ol.id
    JOIN invoicing_invoice AS v ON v.id = vl.invoice_id AND v.order_id IS NULL
    JOIN match_item AS i ON i.kind = 'invoice' AND i.document_id = v.id
"""
HAS_SEVERAL = """
    SELECT EXISTS (SELECT FROM match_item AS i JOIN invoicing_invoice AS v ON v.id = i.document_id
        WHERE i.kind = 'invoice' AND v.order_id IS NULL)
"""
PLACED = """
    DROP TABLE IF EXISTS pg_temp.match_placed, pg_temp.match_round;
    CREATE TEMP TABLE match_placed (
        payment_item bigint, item bigint, amount numeric, rule text, turn integer
    ) ON COMMIT DROP;
    CREATE TEMP TABLE match_round (payment_item bigint, item bigint, amount numeric) ON COMMIT DROP
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
                t.rank = min(t.rank) OVER (PARTITION BY t.payment_item) AS is_current
            FROM match_target AS t
            JOIN match_payment AS p USING (payment_item)
            JOIN match_item AS i ON i.item = t.item
        ) AS q
        WINDOW queue AS (PARTITION BY item ORDER BY place)
    ) AS queued
    WHERE is_head
"""
CLEAR_TARGETS = """
    DELETE FROM match_target AS t USING match_payment AS p
    WHERE p.payment_item = t.payment_item AND p.remaining = 0
"""
AFTER_ROUND = (
    """INSERT INTO match_placed
        SELECT payment_item, item, amount, 'named', %(turn)s FROM match_round WHERE amount > 0""",
    """UPDATE match_payment AS p SET remaining = p.remaining - r.amount
        FROM match_round AS r WHERE r.payment_item = p.payment_item AND r.amount > 0""",
    """UPDATE match_item AS i SET remaining = i.remaining - r.amount
        FROM (SELECT item, sum(amount) AS amount FROM match_round GROUP BY item) AS r
        WHERE r.item = i.item AND r.amount > 0""",
    """DELETE FROM match_target AS t USING match_round AS r
        WHERE r.payment_item = t.payment_item AND r.item = t.item""",
    CLEAR_TARGETS,
    """DELETE FROM match_target AS t USING match_item AS i
        WHERE i.item = t.item AND i.remaining = 0""",
    "TRUNCATE match_round",
)
#: Money that went back is not placed: a customer's open refunds use up what is left of the payments
#: before them, the oldest first.
REFUNDED = """
    UPDATE match_payment AS p SET remaining = p.remaining - r.returned
    FROM (
        SELECT m.payment_item, least(m.remaining, greatest(refund.amount - sum(m.remaining) OVER (
            PARTITION BY m.customer_id, m.currency ORDER BY m.place) + m.remaining, 0)) AS returned
        FROM match_payment AS m
        JOIN (
            SELECT i.customer_id, i.currency, sum(i.amount - i.settled) AS amount,
                max(i.issued_on) AS day
            FROM customers_openitem AS i
            WHERE i.company_id = %(company)s AND i.settled < i.amount AND i.kind = 'refund'
                AND i.posted_on BETWEEN %(refunds_from)s AND %(refunds_to)s
            GROUP BY i.customer_id, i.currency
        ) AS refund ON refund.customer_id = m.customer_id AND refund.currency = m.currency
            AND m.received_on <= refund.day
    ) AS r
    WHERE r.payment_item = p.payment_item AND r.returned > 0
"""
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


def place_payments(
    period: Period,
    payments: Sequence[int] | None = None,
    only: Sequence[int] | None = None,
) -> int:
    """Fill ``match_placed`` for what is open by the month's end; returns how many placings.

    ``payments`` narrows it to some, ``only`` to some open items. The caller holds
    the company's placing lock.
    """
    parameters = {
        **period_parameters(period),
        "payments": None if payments is None else list(payments),
        "only": None if only is None else list(only),
    }
    sql.execute(PAYMENTS, parameters)
    sql.execute("CREATE UNIQUE INDEX ON match_payment (payment_item); ANALYZE match_payment")
    sql.execute(ITEMS, parameters)
    sql.execute("CREATE UNIQUE INDEX ON match_item (item)")
    sql.execute("CREATE INDEX ON match_item (document_id); ANALYZE match_item")
    sql.execute(FREED, parameters)
    if sql.value("SELECT EXISTS (SELECT FROM match_freed)"):
        for statement in STILL_SET:
            sql.execute(statement)
    sql.execute(NAMES)
    sql.execute("ANALYZE match_name")
    sql.execute(KNOWN_ORDERS, parameters)
    sql.execute("CREATE INDEX ON match_order (payment_item); ANALYZE match_order")
    sql.execute(KNOWN_INVOICES, parameters)
    several = OVER_SEVERAL_ORDERS if sql.value(HAS_SEVERAL) else ""
    sql.execute(TARGETS.format(over_several_orders=several), parameters)
    sql.execute(UNDONE, parameters)
    sql.execute("CREATE UNIQUE INDEX ON match_undone (payment_item, item); ANALYZE match_undone")
    sql.execute(CLEAR_UNDONE)
    sql.execute("ANALYZE match_target")
    sql.execute(PLACED)
    before = period.starts_on - timedelta(days=1)
    sql.execute(REFUNDED, {**parameters, "refunds_from": "-infinity", "refunds_to": before})
    sql.execute(CLEAR_TARGETS)
    turn = 1
    while sql.execute(ROUND):
        for statement in AFTER_ROUND:
            sql.execute(statement, {"turn": turn})
        turn += 1
    this_month = {"refunds_from": period.starts_on, "refunds_to": period.ends_on}
    sql.execute(REFUNDED, {**parameters, **this_month})
    sql.execute(EXACT, {"turn": turn})
    return int(sql.value("SELECT count(*) FROM match_placed"))
