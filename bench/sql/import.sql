-- Exchange files of new sales into the books: doubles, strays and reversed days are looked for, then
-- customers, products, orders with their totals, lines with their amounts, and deliveries.
ANALYZE raw_customers;
ANALYZE raw_products;
ANALYZE raw_orders;
ANALYZE raw_order_lines;
SELECT code FROM raw_customers GROUP BY code HAVING count(*) > 1;
SELECT sku FROM raw_products GROUP BY sku HAVING count(*) > 1;
SELECT number FROM raw_orders GROUP BY number HAVING count(*) > 1;
SELECT order_number, line_number FROM raw_order_lines GROUP BY 1, 2 HAVING count(*) > 1;
SELECT l.order_number FROM raw_order_lines AS l
LEFT JOIN raw_orders AS o ON o.number = l.order_number WHERE o.number IS NULL;
SELECT r.number FROM raw_orders AS r
JOIN orders_order AS o ON o.company_id = %(company)s AND o.number = r.number;
SELECT number FROM raw_orders WHERE status = 'delivered' AND delivered_on IS NULL;

INSERT INTO customers_customer (company_id, code, name, tax_id, email, phone, address, city, region,
    postal_code, country, currency, payment_terms_days, payment_method, discount_terms,
    invoice_grouping, is_on_hold)
SELECT %(company)s, code, name, tax_id, email, phone, address, city, '', postal_code, country, '',
    payment_terms_days, '', '', 'order', false
FROM raw_customers ON CONFLICT (company_id, code) DO NOTHING;

INSERT INTO orders_product (company_id, sku, name, category, unit, unit_price, unit_cost, tax_rate)
SELECT %(company)s, sku, name, category, unit, unit_price, unit_cost, tax_rate
FROM raw_products ON CONFLICT (company_id, sku) DO NOTHING;

INSERT INTO orders_taxrate (company_id, category, percent, reason)
SELECT DISTINCT %(company)s::bigint, 'standard', tax_rate, '' FROM raw_order_lines
ON CONFLICT DO NOTHING;

CREATE TEMP TABLE valued ON COMMIT DROP AS
SELECT l.*, round(l.quantity * l.unit_price * (100 - l.discount_percent) / 100, 2) AS net,
    round(round(l.quantity * l.unit_price * (100 - l.discount_percent) / 100, 2)
        * l.tax_rate / 100, 2) AS tax
FROM raw_order_lines AS l;
ANALYZE valued;

INSERT INTO orders_order (company_id, number, sort_key, number_prefix, number_value, customer_id,
    customer_code, order_date, cancel_reason, currency, prices_include_tax, satisfaction,
    stated_total, customer_reference, note, net, tax, gross)
SELECT %(company)s, o.number, 'SO-' || lpad(substr(o.number, 4), 20, '0'), 'SO-',
    substr(o.number, 4)::bigint, c.id, o.customer_code, o.order_date, '', co.currency, false,
    o.satisfaction, o.stated_total, '', '', t.net, t.tax, t.net + t.tax
FROM raw_orders AS o
JOIN companies_company AS co ON co.id = %(company)s
JOIN customers_customer AS c ON c.company_id = co.id AND c.code = o.customer_code
JOIN (SELECT order_number, sum(net) AS net, sum(tax) AS tax FROM valued GROUP BY 1) AS t
    ON t.order_number = o.number;
ANALYZE orders_order;

INSERT INTO orders_orderline (company_id, order_id, line_number, kind, sku, product_id, description,
    quantity, unit, unit_price, discount_percent, given_tax_rate, tax_rate, tax_category, net, tax)
SELECT o.company_id, o.id, l.line_number, 'item', l.sku, p.id, l.description, l.quantity, l.unit,
    l.unit_price, l.discount_percent, l.tax_rate, l.tax_rate, 'standard', l.net, l.tax
FROM valued AS l
JOIN orders_order AS o ON o.company_id = %(company)s AND o.number = l.order_number
JOIN orders_product AS p ON p.company_id = o.company_id AND p.sku = l.sku;

INSERT INTO orders_delivery (company_id, order_id, delivered_on, accepted_on, is_whole)
SELECT o.company_id, o.id, r.delivered_on, r.accepted_on, true
FROM raw_orders AS r
JOIN orders_order AS o ON o.company_id = %(company)s AND o.number = r.number
WHERE r.delivered_on IS NOT NULL;
