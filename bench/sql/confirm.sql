-- Each check of an order once, by itself; then every delivery of the month that none of the blocking
-- ones found is confirmed, with its row in the audit.
CREATE TEMP TABLE due ON COMMIT DROP AS
SELECT d.id AS delivery_id, o.id AS order_id, o.number, o.customer_id, o.currency, o.gross,
    o.stated_total, d.delivered_on, d.accepted_on
FROM orders_delivery AS d JOIN orders_order AS o ON o.id = d.order_id
WHERE d.company_id = %(company)s AND d.period_id IS NULL AND d.delivered_on <= %(ends_on)s
    AND o.cancelled_on IS NULL;
ANALYZE due;
CREATE TEMP TABLE found ON COMMIT DROP AS
SELECT order_id, 'without lines' AS problem, true AS blocks FROM due
WHERE NOT EXISTS (SELECT FROM orders_orderline AS l WHERE l.order_id = due.order_id)
UNION ALL
SELECT DISTINCT l.order_id, 'faulty line', true FROM due
JOIN orders_orderline AS l ON l.order_id = due.order_id
WHERE coalesce(l.quantity, 0) = 0 OR l.unit_price IS NULL OR l.tax_rate IS NULL
    OR l.product_id IS NULL
UNION ALL
SELECT order_id, 'unknown customer', true FROM due WHERE customer_id IS NULL
UNION ALL
SELECT order_id, 'no exchange rate', true FROM due
JOIN companies_company AS c ON c.id = %(company)s
WHERE due.currency <> c.currency AND NOT EXISTS (
    SELECT FROM companies_exchangerate AS r WHERE r.company_id = c.id
        AND r.currency = due.currency AND r.valid_from <= due.delivered_on)
UNION ALL
SELECT order_id, 'stated total', false FROM due WHERE stated_total <> gross
UNION ALL
SELECT order_id, 'not accepted', false FROM due WHERE accepted_on IS NULL
UNION ALL
SELECT DISTINCT l.order_id, 'zero rate', false FROM due
JOIN orders_orderline AS l ON l.order_id = due.order_id
JOIN orders_taxrate AS r ON r.company_id = l.company_id AND r.category = l.tax_category
    AND r.percent = l.tax_rate
WHERE l.tax_rate = 0 AND r.reason = ''
UNION ALL
SELECT id, 'gap', false FROM (
    SELECT id, number_value - lag(number_value) OVER (
        PARTITION BY number_prefix ORDER BY number_value) AS step
    FROM orders_order WHERE company_id = %(company)s
        AND order_date BETWEEN %(starts_on)s AND %(ends_on)s
) AS stepped WHERE step > 1
UNION ALL
SELECT id, 'duplicate', false FROM (
    SELECT o.id, o.order_date, lag(o.order_date) OVER (
        PARTITION BY o.customer_code, o.currency, o.gross, string_agg(l.sku || ' ' || l.quantity
            || ' ' || l.unit_price, ',' ORDER BY l.sku, l.quantity)
        ORDER BY o.order_date) AS before
    FROM orders_order AS o JOIN orders_orderline AS l ON l.order_id = o.id
    WHERE o.company_id = %(company)s AND o.cancelled_on IS NULL
        AND o.order_date BETWEEN %(starts_on)s::date - 7 AND %(ends_on)s
    GROUP BY o.id
) AS twins WHERE order_date - before <= 7;
WITH confirmed AS (
    UPDATE orders_delivery AS d
    SET period_id = %(period)s, posted_on = greatest(d.delivered_on, %(starts_on)s),
        confirmed_at = now()
    FROM due
    WHERE d.id = due.delivery_id AND due.order_id NOT IN (
        SELECT order_id FROM found WHERE blocks)
    RETURNING d.id, d.company_id, d.delivered_on, d.period_id, d.posted_on, due.number
)
INSERT INTO companies_auditentry (company_id, at, actor, action, document_kind, document_id,
    document_number, before, after)
SELECT company_id, clock_timestamp(), 'bench', 'confirmed', 'order', id, number,
    jsonb_build_object('delivered_on', delivered_on, 'period_id', NULL, 'posted_on', NULL),
    jsonb_build_object('delivered_on', delivered_on, 'period_id', period_id, 'posted_on', posted_on)
FROM confirmed;
