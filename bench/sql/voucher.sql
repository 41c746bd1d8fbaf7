-- A voucher for each invoice and each payment of the month, and its lines: receivable, revenue and
-- tax; bank, receivable for what is placed, advance for the rest.
INSERT INTO invoicing_numberseries (company_id, kind, period_id, code, last_number, last_issued_on)
SELECT %(company)s, kind, %(period)s, prefix || '-' || %(code)s, 0, NULL
FROM (VALUES ('voucher_transfer', 'TR'), ('voucher_receipt', 'RC')) AS series (kind, prefix)
ON CONFLICT DO NOTHING;
CREATE TEMP TABLE booked ON COMMIT DROP AS
SELECT nextval('reconciliation_voucher_id_seq') AS id, d.*,
    row_number() OVER (PARTITION BY kind ORDER BY posted_on, document_id) AS sequence_number
FROM (
    SELECT 'transfer' AS kind, 'invoice' AS document_kind, id AS document_id,
        number AS document_number, posted_on, base_gross AS total
    FROM invoicing_invoice WHERE company_id = %(company)s AND period_id = %(period)s
    UNION ALL
    SELECT 'receipt', 'payment', id, reference, posted_on, base_amount FROM payments_payment
    WHERE company_id = %(company)s AND period_id = %(period)s
) AS d;
CREATE INDEX ON booked (document_kind, document_id);
ANALYZE booked;
CREATE TEMP TABLE placed ON COMMIT DROP AS
SELECT c.document_id AS payment_id, a.id, a.customer_id, a.credit_amount, a.base_credit,
    d.currency
FROM payments_allocation AS a
JOIN customers_openitem AS c ON c.id = a.credit_item_id
JOIN customers_openitem AS d ON d.id = a.debit_item_id
WHERE a.company_id = %(company)s AND a.period_id = %(period)s;
CREATE INDEX ON placed (payment_id);
ANALYZE placed;
INSERT INTO reconciliation_voucherline (company_id, voucher_id, period_id, line_number, account_id,
    customer_id, currency, amount, debit, credit, source_kind, source_id)
SELECT %(company)s, e.voucher_id, %(period)s, e.line_number, a.id, e.customer_id, e.currency,
    e.amount, greatest(e.amount, 0), greatest(-e.amount, 0), e.source_kind, e.source_id
FROM (
    SELECT b.id AS voucher_id, e.line_number, e.role, e.customer_id, i.currency, e.amount,
        '' AS source_kind, NULL::bigint AS source_id
    FROM booked AS b JOIN invoicing_invoice AS i ON i.id = b.document_id
    CROSS JOIN LATERAL (VALUES (1, 'receivable', i.customer_id, i.base_gross),
        (2, 'revenue', NULL, -i.base_net), (3, 'tax', NULL, -i.base_tax)
    ) AS e (line_number, role, customer_id, amount)
    WHERE b.document_kind = 'invoice'
    UNION ALL
    SELECT b.id, 1, CASE y.method WHEN 'cash' THEN 'cash' WHEN 'bank_transfer' THEN 'bank'
        ELSE 'wallet' END, NULL, y.currency, y.base_amount, '', NULL
    FROM booked AS b JOIN payments_payment AS y ON y.id = b.document_id
    WHERE b.document_kind = 'payment'
    UNION ALL
    SELECT b.id, 10 + row_number() OVER (PARTITION BY b.id ORDER BY p.id), 'receivable',
        p.customer_id, p.currency, -p.base_credit, 'allocation', p.id
    FROM booked AS b JOIN placed AS p ON p.payment_id = b.document_id
    WHERE b.document_kind = 'payment'
    UNION ALL
    SELECT b.id, 3, 'advance', y.customer_id, y.currency,
        coalesce(p.amount, 0) - y.base_amount, '', NULL
    FROM booked AS b JOIN payments_payment AS y ON y.id = b.document_id
    LEFT JOIN (SELECT payment_id, sum(base_credit) AS amount FROM placed GROUP BY 1) AS p
        ON p.payment_id = y.id
    WHERE b.document_kind = 'payment' AND coalesce(p.amount, 0) <> y.base_amount
) AS e
JOIN reconciliation_account AS a ON a.company_id = %(company)s AND a.role = e.role;
INSERT INTO reconciliation_voucher (id, company_id, period_id, kind, series_id, sequence_number,
    number, posted_on, document_kind, document_id, document_number, total)
SELECT b.id, %(company)s, %(period)s, b.kind, s.id, b.sequence_number,
    s.code || '-' || lpad(b.sequence_number::text, 6, '0'), b.posted_on, b.document_kind,
    b.document_id, b.document_number, b.total
FROM booked AS b
JOIN invoicing_numberseries AS s ON s.company_id = %(company)s AND s.period_id = %(period)s
    AND s.kind = 'voucher_' || b.kind;
UPDATE invoicing_numberseries AS s SET last_number = b.last_number, last_issued_on = b.last_day
FROM (SELECT kind, max(sequence_number) AS last_number, max(posted_on) AS last_day
    FROM booked GROUP BY kind) AS b
WHERE s.company_id = %(company)s AND s.period_id = %(period)s AND s.kind = 'voucher_' || b.kind;
