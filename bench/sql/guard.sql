-- The month's payments once more, into the same month: what law 8 costs is asked of the widest of
-- the tables that runs fill and nothing else hangs on.
INSERT INTO payments_payment (company_id, reference, customer_id, received_on, amount, currency,
    method, fee, exchange_rate, base_amount, period_id, posted_on, order_number, invoice_number,
    payer, memo)
SELECT company_id, reference || '-again', customer_id, received_on, amount, currency, method, fee,
    exchange_rate, base_amount, period_id, posted_on, order_number, invoice_number, payer, memo
FROM payments_payment WHERE company_id = %(company)s AND period_id = %(period)s;
