-- What a lock reads and writes: number gaps, invoices against their lines and orders, vouchers in
-- balance and complete, deliveries against invoices by order, the roll-forward against open items
-- and accounts, frozen; the hash of every document, in chunks; the seal and the status.
SELECT count(*), max(sequence_number) FROM invoicing_invoice
WHERE company_id = %(company)s AND period_id = %(period)s;
SELECT ol.order_id FROM invoicing_invoice AS i
JOIN invoicing_invoiceline AS l ON l.invoice_id = i.id
JOIN orders_orderline AS ol ON ol.id = l.order_line_id
JOIN orders_order AS o ON o.id = ol.order_id
WHERE i.company_id = %(company)s AND i.period_id = %(period)s AND (i.customer_id <> o.customer_id
    OR l.sku <> ol.sku OR l.description <> ol.description OR l.unit_price <> ol.unit_price
    OR l.quantity <> ol.quantity OR l.net <> ol.net OR l.tax <> ol.tax);
SELECT d.order_id FROM orders_delivery AS d
JOIN orders_orderline AS l ON l.order_id = d.order_id
LEFT JOIN invoicing_invoiceline AS i ON i.order_line_id = l.id
WHERE d.company_id = %(company)s AND d.period_id = %(period)s AND i.id IS NULL;
SELECT v.id FROM reconciliation_voucher AS v
JOIN reconciliation_voucherline AS l ON l.voucher_id = v.id
WHERE v.company_id = %(company)s AND v.period_id = %(period)s
GROUP BY v.id HAVING sum(l.debit) <> sum(l.credit) OR sum(l.debit) <> v.total;
SELECT d.id FROM (
    SELECT 'invoice' AS kind, id FROM invoicing_invoice
    WHERE company_id = %(company)s AND period_id = %(period)s
    UNION ALL SELECT 'payment', id FROM payments_payment
    WHERE company_id = %(company)s AND period_id = %(period)s
) AS d
LEFT JOIN reconciliation_voucher AS v ON v.company_id = %(company)s AND v.period_id = %(period)s
    AND v.document_kind = d.kind AND v.document_id = d.id
WHERE v.id IS NULL;
SELECT part.order_id FROM (
    SELECT d.order_id, o.net FROM orders_delivery AS d JOIN orders_order AS o ON o.id = d.order_id
    WHERE d.company_id = %(company)s AND d.period_id = %(period)s
    UNION ALL
    SELECT ol.order_id, -l.net FROM invoicing_invoiceline AS l
    JOIN orders_orderline AS ol ON ol.id = l.order_line_id
    WHERE l.company_id = %(company)s AND l.period_id = %(period)s
) AS part
GROUP BY part.order_id HAVING sum(part.net) <> 0;
CREATE TEMP TABLE rolled ON COMMIT DROP AS
SELECT customer_id, currency, sum(opening) AS opening, sum(invoiced) AS invoiced,
    sum(allocated) AS allocated, sum(advances) AS advances, sum(received) AS received
FROM (
    SELECT customer_id, currency, closing AS opening, 0 AS invoiced, 0 AS allocated,
        advances_closing AS advances, 0 AS received
    FROM reconciliation_customerbalance WHERE company_id = %(company)s AND period_id = (
        SELECT id FROM periods_period WHERE company_id = %(company)s AND status = 'locked'
        ORDER BY starts_on DESC LIMIT 1)
    UNION ALL
    SELECT customer_id, currency, 0, sum(gross), 0, 0, 0 FROM invoicing_invoice
    WHERE company_id = %(company)s AND period_id = %(period)s GROUP BY 1, 2
    UNION ALL
    SELECT a.customer_id, i.currency, 0, 0, sum(a.debit_amount), 0, 0
    FROM payments_allocation AS a JOIN customers_openitem AS i ON i.id = a.debit_item_id
    WHERE a.company_id = %(company)s AND a.period_id = %(period)s GROUP BY 1, 2
    UNION ALL
    SELECT customer_id, currency, 0, 0, 0, 0, sum(amount) FROM payments_payment
    WHERE company_id = %(company)s AND period_id = %(period)s GROUP BY 1, 2
) AS flow GROUP BY customer_id, currency;
SELECT r.customer_id FROM rolled AS r
LEFT JOIN (
    SELECT customer_id, currency, sum(amount - settled) FILTER (WHERE kind = 'invoice') AS owed,
        sum(amount - settled) FILTER (WHERE kind = 'payment') AS advances
    FROM customers_openitem
    WHERE company_id = %(company)s AND settled < amount AND posted_on <= %(ends_on)s GROUP BY 1, 2
) AS i ON i.customer_id = r.customer_id AND i.currency = r.currency
WHERE r.opening + r.invoiced - r.allocated <> coalesce(i.owed, 0)
    OR r.advances + r.received - r.allocated <> coalesce(i.advances, 0);
SELECT l.customer_id, a.role, sum(l.debit - l.credit) FROM reconciliation_voucher AS v
JOIN reconciliation_voucherline AS l ON l.voucher_id = v.id
JOIN reconciliation_account AS a ON a.id = l.account_id
WHERE v.company_id = %(company)s AND v.period_id = %(period)s
    AND a.role IN ('receivable', 'advance')
GROUP BY 1, 2;
INSERT INTO reconciliation_customerbalance (company_id, period_id, customer_id, currency, opening,
    invoiced, credited, allocated, deducted, written_off, closing, advances_opening, received,
    refunded, placed, advances_closing, notes_opening, notes_received, notes_closing, base_opening,
    base_invoiced, base_credited, base_allocated, base_deducted, base_written_off, base_exchange,
    base_closing, base_advances_opening, base_received, base_refunded, base_placed,
    base_advances_closing)
SELECT %(company)s, %(period)s, customer_id, currency, opening, invoiced, 0, allocated, 0, 0,
    opening + invoiced - allocated, advances, received, 0, allocated,
    advances + received - allocated, 0, 0, 0, opening, invoiced, 0, allocated, 0, 0, 0,
    opening + invoiced - allocated, advances, received, 0, allocated,
    advances + received - allocated
FROM rolled
WHERE 0 <> ANY (ARRAY[opening, invoiced, allocated, advances, received]);
INSERT INTO periods_periodname (company_id, period_id, kind, key, code, name, name_zh, category,
    rep)
SELECT %(company)s, %(period)s, 'customer', c.id, c.code, c.name, '', '', coalesce(r.code, '')
FROM customers_customer AS c LEFT JOIN customers_salesrep AS r ON r.id = c.sales_rep_id
WHERE c.id IN (SELECT customer_id FROM reconciliation_customerbalance
    WHERE company_id = %(company)s AND period_id = %(period)s
    UNION SELECT customer_id FROM invoicing_invoice
    WHERE company_id = %(company)s AND period_id = %(period)s
    UNION SELECT o.customer_id FROM orders_unbilled AS u
    JOIN orders_delivery AS d ON d.id = u.delivery_id JOIN orders_order AS o ON o.id = d.order_id
    WHERE u.company_id = %(company)s AND u.period_id = %(period)s)
UNION ALL
SELECT %(company)s, %(period)s, 'product', p.id, p.sku, p.name, '', '', '' FROM orders_product AS p
WHERE p.company_id = %(company)s AND p.sku IN (SELECT sku FROM invoicing_invoiceline
    WHERE company_id = %(company)s AND period_id = %(period)s)
UNION ALL
SELECT %(company)s, %(period)s, 'person', u.id, u.username, u.username, '', '', ''
FROM companies_user AS u WHERE u.id IN (%(by)s, %(approver)s)
UNION ALL
SELECT %(company)s, %(period)s, 'company', c.id, c.code, c.name, c.name_zh, '', ''
FROM companies_company AS c WHERE c.id = %(company)s;
INSERT INTO desk_approval (company_id, period_id, kind, document_kind, document_id, document_number,
    digest, reason, decision_reason, requested_by_id, requested_at, decided_by_id, decided_at,
    is_granted, is_single_person)
SELECT %(company)s, p.id, 'lock', 'period', p.id, p.code, '', '', '', %(by)s, now(), %(approver)s,
    now(), true, false
FROM periods_period AS p WHERE p.id = %(period)s;
CREATE TEMP TABLE hashed ON COMMIT DROP AS
SELECT 'confirmation' AS kind, d.id, o.number, sha256(convert_to(d::text, 'UTF8')) AS digest
FROM orders_delivery AS d JOIN orders_order AS o ON o.id = d.order_id
WHERE d.company_id = %(company)s AND d.period_id = %(period)s
UNION ALL
SELECT 'invoice', i.id, i.number, sha256(convert_to(i::text || l.content || t.content, 'UTF8'))
FROM invoicing_invoice AS i
JOIN (SELECT l.invoice_id, string_agg(l::text, ',' ORDER BY l.line_number) AS content
    FROM invoicing_invoice AS i JOIN invoicing_invoiceline AS l ON l.invoice_id = i.id
    WHERE i.company_id = %(company)s AND i.period_id = %(period)s GROUP BY 1) AS l
    ON l.invoice_id = i.id
JOIN (SELECT t.invoice_id, string_agg(t::text, ',' ORDER BY t.rate) AS content
    FROM invoicing_invoice AS i JOIN invoicing_invoicetax AS t ON t.invoice_id = i.id
    WHERE i.company_id = %(company)s AND i.period_id = %(period)s GROUP BY 1) AS t
    ON t.invoice_id = i.id
WHERE i.company_id = %(company)s AND i.period_id = %(period)s
UNION ALL
SELECT 'payment', y.id, y.reference, sha256(convert_to(y::text, 'UTF8'))
FROM payments_payment AS y WHERE y.company_id = %(company)s AND y.period_id = %(period)s
UNION ALL
SELECT 'allocation', a.id, c.number || ' → ' || d.number, sha256(convert_to(a::text, 'UTF8'))
FROM payments_allocation AS a
JOIN customers_openitem AS d ON d.id = a.debit_item_id
JOIN customers_openitem AS c ON c.id = a.credit_item_id
WHERE a.company_id = %(company)s AND a.period_id = %(period)s
UNION ALL
SELECT 'voucher', v.id, v.number, sha256(convert_to(v::text || l.content, 'UTF8'))
FROM reconciliation_voucher AS v
JOIN (SELECT l.voucher_id, string_agg(l::text, ',' ORDER BY l.line_number) AS content
    FROM reconciliation_voucher AS v JOIN reconciliation_voucherline AS l ON l.voucher_id = v.id
    WHERE v.company_id = %(company)s AND v.period_id = %(period)s GROUP BY 1) AS l
    ON l.voucher_id = v.id
WHERE v.company_id = %(company)s AND v.period_id = %(period)s
UNION ALL
SELECT 'balance', b.id, b.customer_id::text, sha256(convert_to(b::text, 'UTF8'))
FROM reconciliation_customerbalance AS b
WHERE b.company_id = %(company)s AND b.period_id = %(period)s
UNION ALL
SELECT 'held_back', u.id, u.delivery_id::text, sha256(convert_to(u::text, 'UTF8'))
FROM orders_unbilled AS u WHERE u.company_id = %(company)s AND u.period_id = %(period)s
UNION ALL
SELECT 'series', s.id, s.code, sha256(convert_to(s::text, 'UTF8'))
FROM invoicing_numberseries AS s WHERE s.company_id = %(company)s AND s.period_id = %(period)s
UNION ALL
SELECT 'approval', a.id, a.document_number, sha256(convert_to(a::text, 'UTF8'))
FROM desk_approval AS a
WHERE a.company_id = %(company)s AND a.period_id = %(period)s AND a.is_granted
UNION ALL
SELECT 'finding', f.id, f.document_number, sha256(convert_to(f::text, 'UTF8'))
FROM desk_finding AS f
WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
UNION ALL
SELECT 'period', p.id, p.code, sha256(convert_to(p::text, 'UTF8'))
FROM periods_period AS p WHERE p.id = %(period)s
UNION ALL
SELECT 'name', n.id, n.code, sha256(convert_to(n::text, 'UTF8'))
FROM periods_periodname AS n WHERE n.company_id = %(company)s AND n.period_id = %(period)s
UNION ALL
SELECT 'sign_off', s.id, s.step, sha256(convert_to(s::text, 'UTF8'))
FROM periods_signoff AS s WHERE s.company_id = %(company)s AND s.period_id = %(period)s;
INSERT INTO periods_seal (company_id, period_id, position, previous_id, version, totals, documents,
    digest, signature, public_key, sealed_by_id, approved_by_id, sealed_at)
SELECT %(company)s, %(period)s, coalesce(max(s.position), 0) + 1, max(s.id), 1, '{}', d.documents,
    d.digest, '', '', %(by)s, %(approver)s, now()
FROM (
    SELECT jsonb_object_agg(kind, digest) AS documents, min(digest) AS digest FROM (
        SELECT kind, encode(sha256(string_agg(digest, ''::bytea ORDER BY id)), 'hex') AS digest
        FROM hashed GROUP BY kind
    ) AS kinds
) AS d
LEFT JOIN periods_seal AS s ON s.company_id = %(company)s
GROUP BY d.documents, d.digest;
INSERT INTO periods_sealedchunk (company_id, seal_id, kind, position, document_ids, numbers,
    digests)
SELECT %(company)s, (SELECT id FROM periods_seal WHERE company_id = %(company)s
        ORDER BY position DESC LIMIT 1),
    kind, position, array_agg(id ORDER BY id), array_agg(number ORDER BY id),
    string_agg(digest, ''::bytea ORDER BY id)
FROM (SELECT *, (row_number() OVER (PARTITION BY kind ORDER BY id) - 1) / 1000 + 1 AS position
    FROM hashed) AS placed
GROUP BY kind, position;
UPDATE periods_period SET status = 'locked' WHERE id = %(period)s;
