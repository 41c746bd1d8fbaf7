"""Which documents a payment names, as SQL that the match-run, its checks and its pages share."""

from typing import Final

from payments.memo_sql import references_in

#: Where a payment names something: its columns, then its memo.
INVOICE_COLUMN: Final = 0
ORDER_COLUMN: Final = 1
MEMO: Final = 2


def numbers_named(payments: str) -> str:
    """A query of the numbers that payments name.

    ``payments`` is SQL of key, customer_id, invoice_number, order_number and memo. Numbers in a
    memo are looked up as written, in capitals and in small letters.
    """
    memos = f"SELECT key, memo FROM ({payments}) AS p WHERE memo <> ''"
    return f"""
        SELECT p.key, p.customer_id, {INVOICE_COLUMN}::bigint AS place, 1 AS reading, 0 AS piece,
            p.invoice_number::text AS number, true AS is_certain, NULL::bigint AS span,
            false AS is_between
        FROM ({payments}) AS p WHERE p.invoice_number <> ''
        UNION ALL
        SELECT p.key, p.customer_id, {ORDER_COLUMN}, 1, 0, p.order_number, true, NULL, false
        FROM ({payments}) AS p WHERE p.order_number <> ''
        UNION ALL
        SELECT p.key, p.customer_id, {MEMO} + r.place, r.reading, r.piece, written.number,
            r.is_certain, r.span, r.is_between
        FROM ({references_in(memos)}) AS r
        JOIN ({payments}) AS p ON p.key = r.key
        CROSS JOIN LATERAL (
            SELECT r.number UNION SELECT upper(r.number) UNION SELECT lower(r.number)
        ) AS written (number)
    """


#: The payment's customer has a number of the same form: "10251" is like "10334", not like "SO-1".
_HAS_THE_FORM: Final = """
    EXISTS (SELECT FROM orders_order AS o WHERE o.company_id = %(company)s
        AND o.customer_id = n.customer_id
        AND regexp_replace(o.number, '[0-9]', '9', 'g')
            = regexp_replace(n.number, '[0-9]', '9', 'g'))
    OR EXISTS (SELECT FROM customers_openitem AS o WHERE o.company_id = %(company)s
        AND o.customer_id = n.customer_id AND o.kind IN ('invoice', 'opening_invoice')
        AND regexp_replace(o.number, '[0-9]', '9', 'g')
            = regexp_replace(n.number, '[0-9]', '9', 'g'))
"""


def documents_named(numbers: str) -> str:
    """A query of the company's documents with these numbers (a query or table as numbers_named's).

    ``kind``: order, invoice or opening_invoice (an open item of its own); ``owner``: whose it is;
    ``is_own``: the payment's customer's. A number that names one's own document names no other.
    """
    return f"""
        SELECT key, customer_id, place, piece, number, span, is_between, kind, document_id, owner,
            is_own
        FROM (
            SELECT n.*,
                min(n.reading) OVER (PARTITION BY n.key, n.place) AS best_reading,
                coalesce(min(n.preference) FILTER (WHERE n.is_own) OVER same_number,
                    min(n.preference) OVER same_number) AS best_preference,
                bool_or(n.is_own) OVER same_number AS has_own
            FROM (
                SELECT n.*, n.owner = n.customer_id AS is_own
                FROM (
                    SELECT n.*, 'order' AS kind, o.id AS document_id, o.customer_id AS owner,
                        (n.place = {INVOICE_COLUMN})::integer AS preference
                    FROM {numbers} AS n
                    JOIN orders_order AS o ON o.company_id = %(company)s AND o.number = n.number
                    UNION ALL
                    SELECT n.*, 'invoice', v.id, v.customer_id,
                        (n.place = {ORDER_COLUMN})::integer
                    FROM {numbers} AS n
                    JOIN invoicing_invoice AS v ON v.company_id = %(company)s
                        AND v.number = n.number AND v.kind = 'invoice'
                    UNION ALL
                    SELECT n.*, 'opening_invoice', i.id, i.customer_id,
                        (n.place = {ORDER_COLUMN})::integer
                    FROM {numbers} AS n
                    JOIN customers_openitem AS i ON i.company_id = %(company)s
                        AND i.kind = 'opening_invoice' AND i.document_id = 0
                        AND i.number = n.number
                ) AS n
                WHERE n.customer_id IS NOT NULL AND n.owner IS NOT NULL
            ) AS n
            WHERE n.is_own OR n.is_certain OR {_HAS_THE_FORM}
            WINDOW same_number AS (PARTITION BY n.key, n.place, n.reading, n.piece)
        ) AS known
        WHERE reading = best_reading
            AND (place > {ORDER_COLUMN} OR preference = best_preference)
            AND (is_own OR NOT has_own)
    """


def documents_of_others(payments: str) -> str:
    """A query of key, number and owner: the other customers' documents that payments name."""
    return f"""
        WITH named AS MATERIALIZED ({numbers_named(payments)})
        SELECT key, number, owner FROM ({documents_named("named")}) AS d
        WHERE NOT is_own AND NOT is_between
    """
