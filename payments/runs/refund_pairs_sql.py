"""Pairs refunds that name nothing with payments of exactly their amount: each refund has the newest
payment before it that no other has. See payments.runs.refunds."""

from payments.refund_functions_sql import BOUNCE as BOUNCED
from payments.refund_functions_sql import FOR_BOTH, FOR_BOUNCES, FOR_REFUNDS
from payments.refund_functions_sql import REFUND as REFUNDED
from payments.runs.refund_sources_sql import BOUNCE, REFUND

#: Refunds that what they name does not cover; bounces whose receipt nothing names.
_PAIRED = f"""
    SELECT r.customer_id, r.currency, r.amount, r.received_on AS day, r.place, '' AS number,
        r.refund_item AS item,
        CASE r.kind WHEN '{REFUND}' THEN {REFUNDED} ELSE {BOUNCED} END AS class
    FROM refund AS r
    WHERE CASE r.kind
        WHEN '{REFUND}' THEN NOT EXISTS (SELECT FROM refund_original AS o
            JOIN refund_capacity AS c ON c.source_item = o.item AND c.allocation = 0
            WHERE o.refund_item = r.refund_item AND c.remaining >= r.remaining)
        ELSE r.refund_of = '' AND NOT EXISTS (SELECT FROM refund_candidate AS c
            WHERE c.refund_item = r.refund_item) END
"""
#: What is unapplied and of exactly the amount: as a whole, or, for a refund, in what is left of it.
_UNAPPLIED = f"""
    SELECT p.customer_id, p.currency, own.amount, p.received_on, 0, i.number, p.payment_item,
        CASE WHEN own.amount = i.amount AND i.kind = 'payment' THEN {FOR_BOTH}
            ELSE {FOR_REFUNDS} END
    FROM match_payment AS p
    JOIN customers_openitem AS i ON i.id = p.payment_item
    CROSS JOIN LATERAL (SELECT i.amount UNION SELECT p.remaining) AS own (amount)
    WHERE (p.customer_id, p.currency, own.amount) IN (
        SELECT r.customer_id, r.currency, r.amount FROM refund AS r)
"""
#: What is allocated and not given back already: a bounce undoes that as well.
_ALLOCATED = f"""
    SELECT i.customer_id, i.currency, i.amount, i.issued_on, 0, i.number, i.id, {FOR_BOUNCES}
    FROM (SELECT DISTINCT customer_id, amount, currency FROM refund AS r
        WHERE r.kind = '{BOUNCE}' AND r.refund_of = '') AS r
    JOIN payments_payment AS p ON p.company_id = %(company)s
        AND p.customer_id = r.customer_id AND p.amount = r.amount AND p.currency = r.currency
    JOIN customers_openitem AS i ON i.company_id = %(company)s AND i.kind = 'payment'
        AND i.document_id = p.id AND i.posted_on <= %(ends_on)s
    WHERE NOT EXISTS (SELECT FROM match_payment AS m WHERE m.payment_item = i.id)
        AND i.amount > (SELECT coalesce(sum(a.credit_amount), 0) FROM payments_allocation AS a
            JOIN customers_openitem AS d ON d.id = a.debit_item_id AND d.kind = 'refund'
            WHERE a.credit_item_id = i.id)
"""
_IN_TIME = 'ORDER BY day, class > 0 DESC, place, number COLLATE "C", item'
#: Makes ``refund_twin``.
TWINS = f"""
    DROP TABLE IF EXISTS pg_temp.refund_twin;
    CREATE TEMP TABLE refund_twin ON COMMIT DROP AS
    SELECT t.refund_item, t.item
    FROM (
        SELECT array_agg(class {_IN_TIME}) AS classes, array_agg(item {_IN_TIME}) AS items
        FROM ({_PAIRED} UNION ALL {_UNAPPLIED} UNION ALL {_ALLOCATED}) AS one
        GROUP BY customer_id, currency, amount
    ) AS alike
    CROSS JOIN LATERAL refund_pairs(alike.classes, alike.items) AS t
"""
