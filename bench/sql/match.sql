-- Payments and their open items, with audit; then each is set against the invoice of the order that
-- it names, the later of the two days is the allocation's, and both items are settled.
ANALYZE raw_payments;
SELECT reference FROM raw_payments GROUP BY reference HAVING count(*) > 1;
SELECT r.reference FROM raw_payments AS r
LEFT JOIN customers_customer AS c ON c.company_id = %(company)s AND c.code = r.customer_code
WHERE c.id IS NULL;
INSERT INTO payments_payment (company_id, reference, customer_id, period_id, received_on, posted_on,
    method, currency, exchange_rate, amount, base_amount, fee, order_number, invoice_number, payer,
    memo)
SELECT %(company)s, r.reference, c.id, p.id, r.received_on, r.received_on, r.method, co.currency, 1,
    r.amount, r.amount, 0, r.order_number, '', '', ''
FROM raw_payments AS r
JOIN companies_company AS co ON co.id = %(company)s
JOIN customers_customer AS c ON c.company_id = co.id AND c.code = r.customer_code
JOIN periods_period AS p ON p.company_id = co.id AND r.received_on BETWEEN p.starts_on AND p.ends_on;
INSERT INTO customers_openitem (company_id, customer_id, period_id, side, kind, document_id, number,
    currency, amount, base_amount, settled, base_settled, issued_on, posted_on)
SELECT y.company_id, y.customer_id, y.period_id, 'credit', 'payment', y.id, y.reference, y.currency,
    y.amount, y.base_amount, 0, 0, y.received_on, y.posted_on
FROM raw_payments AS r
JOIN payments_payment AS y ON y.company_id = %(company)s AND y.reference = r.reference;
INSERT INTO companies_auditentry (company_id, at, actor, action, document_kind, document_id,
    document_number, before, after)
SELECT y.company_id, clock_timestamp(), 'bench', 'recorded', 'payment', y.id, y.reference, NULL,
    jsonb_build_object('received_on', y.received_on, 'amount', y.amount, 'currency', y.currency,
        'method', y.method, 'customer_id', y.customer_id)
FROM raw_payments AS r
JOIN payments_payment AS y ON y.company_id = %(company)s AND y.reference = r.reference;
ANALYZE payments_payment;
ANALYZE customers_openitem;
CREATE TEMP TABLE placed ON COMMIT DROP AS
SELECT debit.customer_id, debit.id AS debit_item, credit.id AS credit_item,
    credit.number || ' → ' || debit.number AS number,
    greatest(debit.issued_on, credit.issued_on, %(starts_on)s::date) AS posted_on,
    least(debit.amount - debit.settled, credit.amount - credit.settled) AS amount
FROM customers_openitem AS credit
JOIN payments_payment AS y ON y.id = credit.document_id
JOIN orders_order AS o ON o.company_id = y.company_id AND o.number = y.order_number
JOIN invoicing_invoice AS i ON i.company_id = o.company_id AND i.order_id = o.id
JOIN customers_openitem AS debit ON debit.company_id = i.company_id AND debit.kind = 'invoice'
    AND debit.document_id = i.id AND debit.customer_id = credit.customer_id
WHERE credit.company_id = %(company)s AND credit.kind = 'payment'
    AND credit.settled < credit.amount AND credit.posted_on <= %(ends_on)s
    AND debit.settled < debit.amount AND debit.currency = credit.currency;
ANALYZE placed;
WITH allocated AS (
    INSERT INTO payments_allocation (company_id, customer_id, period_id, posted_on, debit_item_id,
        credit_item_id, debit_amount, credit_amount, base_debit, base_credit, rule)
    SELECT %(company)s, customer_id, %(period)s, posted_on, debit_item, credit_item, amount, amount,
        amount, amount, 'named'
    FROM placed RETURNING id, debit_item_id, debit_amount, credit_amount, posted_on
)
INSERT INTO companies_auditentry (company_id, at, actor, action, document_kind, document_id,
    document_number, before, after)
SELECT %(company)s, clock_timestamp(), 'bench', 'placed', 'allocation', a.id, p.number, NULL,
    jsonb_build_object('debit_amount', a.debit_amount, 'credit_amount', a.credit_amount,
        'posted_on', a.posted_on)
FROM allocated AS a JOIN placed AS p ON p.debit_item = a.debit_item_id;
UPDATE customers_openitem AS i
SET settled = i.settled + s.amount, base_settled = i.base_settled + s.amount
FROM (
    SELECT item, sum(amount) AS amount FROM (
        SELECT debit_item AS item, amount FROM placed
        UNION ALL SELECT credit_item, amount FROM placed
    ) AS side GROUP BY item
) AS s
WHERE i.id = s.item;
