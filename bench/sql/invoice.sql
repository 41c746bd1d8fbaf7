-- An invoice an order: party snapshots, numbers, lines, tax rows, headers, open items, audit.
INSERT INTO invoicing_numberseries (company_id, kind, period_id, code, last_number, last_issued_on)
VALUES (%(company)s, 'invoice', %(period)s, 'INV-' || %(code)s, 0, NULL) ON CONFLICT DO NOTHING;
SELECT id FROM invoicing_numberseries
WHERE company_id = %(company)s AND kind = 'invoice' AND period_id = %(period)s FOR UPDATE;
INSERT INTO invoicing_partysnapshot (company_id, digest, name, tax_id, address, country, bank)
SELECT company_id, md5(id::text), name, tax_id, concat_ws(', ', address, postal_code, city),
    country, ''
FROM customers_customer WHERE company_id = %(company)s ON CONFLICT DO NOTHING;
CREATE TEMP TABLE billed ON COMMIT DROP AS
SELECT nextval('invoicing_invoice_id_seq') AS id, o.id AS order_id, o.customer_id, o.currency,
    o.prices_include_tax, o.net, o.tax, o.gross, d.delivered_on, d.posted_on, p.id AS party_id,
    c.payment_terms_days,
    row_number() OVER (ORDER BY d.delivered_on, o.sort_key) AS sequence_number
FROM orders_delivery AS d
JOIN orders_order AS o ON o.id = d.order_id
JOIN customers_customer AS c ON c.id = o.customer_id
JOIN invoicing_partysnapshot AS p ON p.company_id = c.company_id AND p.digest = md5(c.id::text)
WHERE d.company_id = %(company)s AND d.period_id = %(period)s AND NOT EXISTS (
    SELECT FROM invoicing_invoice AS i WHERE i.company_id = d.company_id AND i.order_id = o.id);
ANALYZE billed;
INSERT INTO invoicing_invoiceline (company_id, invoice_id, period_id, line_number, kind,
    order_line_id, sku, description, quantity, unit, unit_price, discount_percent, tax_category,
    tax_rate, net, tax, base_net, base_tax)
SELECT l.company_id, b.id, %(period)s, l.line_number, l.kind, l.id, l.sku, l.description,
    l.quantity, l.unit, l.unit_price, l.discount_percent, l.tax_category, l.tax_rate, l.net, l.tax,
    l.net, l.tax
FROM billed AS b JOIN orders_orderline AS l ON l.order_id = b.order_id;
INSERT INTO invoicing_invoicetax (company_id, invoice_id, period_id, category, rate, reason, net,
    tax, base_net, base_tax)
SELECT l.company_id, b.id, %(period)s, l.tax_category, l.tax_rate, '', sum(l.net), sum(l.tax),
    sum(l.net), sum(l.tax)
FROM billed AS b JOIN orders_orderline AS l ON l.order_id = b.order_id
GROUP BY l.company_id, b.id, l.tax_category, l.tax_rate;
INSERT INTO invoicing_invoice (id, company_id, kind, status, period_id, series_id, sequence_number,
    number, customer_id, order_id, currency, exchange_rate, prices_include_tax, supplied_on,
    posted_on, issued_on, issued_at, due_on, buyer_id, seller_id, net, tax, gross, base_net,
    base_tax, base_gross)
SELECT b.id, %(company)s, 'invoice', 'issued', %(period)s, s.id, b.sequence_number,
    s.code || '-' || lpad(b.sequence_number::text, 6, '0'), b.customer_id, b.order_id, b.currency,
    1, b.prices_include_tax, b.delivered_on, b.posted_on, b.posted_on, now(),
    b.posted_on + b.payment_terms_days, b.party_id, b.party_id, b.net, b.tax, b.gross, b.net,
    b.tax, b.gross
FROM billed AS b
JOIN invoicing_numberseries AS s ON s.company_id = %(company)s AND s.kind = 'invoice'
    AND s.period_id = %(period)s
ORDER BY b.sequence_number;
INSERT INTO customers_openitem (company_id, customer_id, period_id, side, kind, document_id, number,
    currency, amount, base_amount, settled, base_settled, issued_on, due_on, posted_on)
SELECT i.company_id, i.customer_id, i.period_id, 'debit', 'invoice', i.id, i.number, i.currency,
    i.gross, i.base_gross, 0, 0, i.issued_on, i.due_on, i.posted_on
FROM billed AS b JOIN invoicing_invoice AS i ON i.id = b.id;
UPDATE invoicing_numberseries AS s SET last_number = b.last_number, last_issued_on = b.last_day
FROM (SELECT max(sequence_number) AS last_number, max(posted_on) AS last_day FROM billed) AS b
WHERE s.company_id = %(company)s AND s.kind = 'invoice' AND s.period_id = %(period)s;
INSERT INTO companies_auditentry (company_id, at, actor, action, document_kind, document_id,
    document_number, before, after)
SELECT i.company_id, clock_timestamp(), 'bench', 'issued', 'invoice', i.id, i.number, NULL,
    jsonb_build_object('status', i.status, 'number', i.number, 'issued_on', i.issued_on,
        'gross', i.gross)
FROM billed AS b JOIN invoicing_invoice AS i ON i.id = b.id;
