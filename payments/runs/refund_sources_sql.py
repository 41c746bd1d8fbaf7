"""What each refund may take, by rank, as temporary tables: see payments.runs.refunds."""

from typing import Final

from closing_site.customers.open_amounts_sql import unapplied
from payments.references_sql import documents_named, numbers_named

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
        AND (%(only)s::bigint[] IS NULL OR i.id = ANY (%(only)s));
    ANALYZE refund
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
        WHERE k.kind = 'invoice';
    ANALYZE refund_document
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
    WHERE r.refund_of <> '';
    ANALYZE refund_original
"""
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
#: Of a bounce that names nothing, the payment that it is paired with.
BOUNCES_OF_TWINS = f"""
    INSERT INTO refund_candidate
    SELECT t.refund_item, t.item, 1 FROM refund_twin AS t
    JOIN refund AS r ON r.refund_item = t.refund_item AND r.kind = '{BOUNCE}'
"""
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
        AND i.posted_on <= %(ends_on)s AND i.customer_id IN (SELECT customer_id FROM refund);
    CREATE INDEX ON refund_capacity (source_item);
    ANALYZE refund_capacity
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
            FROM refund_twin AS t
            JOIN refund AS r ON r.refund_item = t.refund_item AND r.kind = '{REFUND}'
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
    ) AS source;
    ANALYZE refund_source
"""
ALLOCATION_CAPACITY = """
    INSERT INTO refund_capacity (source_item, allocation, remaining)
    SELECT a.credit_item_id, a.id, a.credit_amount FROM payments_allocation AS a
    WHERE a.id IN (SELECT allocation FROM refund_source WHERE allocation > 0);
    ANALYZE refund_capacity
"""
