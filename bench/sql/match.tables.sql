CREATE TEMP TABLE raw_payments (
    reference text, customer_code text, received_on date, amount numeric, method text,
    order_number text
) ON COMMIT DROP;
