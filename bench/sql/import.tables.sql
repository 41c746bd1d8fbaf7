CREATE TEMP TABLE raw_customers (
    code text, name text, tax_id text, email text, phone text, address text, city text,
    postal_code text, country text, payment_terms_days integer
) ON COMMIT DROP;
CREATE TEMP TABLE raw_products (
    sku text, name text, category text, unit text, unit_price numeric, unit_cost numeric,
    tax_rate numeric
) ON COMMIT DROP;
CREATE TEMP TABLE raw_orders (
    number text, customer_code text, order_date date, delivered_on date, accepted_on date,
    status text, satisfaction smallint, stated_total numeric
) ON COMMIT DROP;
CREATE TEMP TABLE raw_order_lines (
    order_number text, line_number integer, sku text, description text, quantity numeric,
    unit text, unit_price numeric, discount_percent numeric, tax_rate numeric
) ON COMMIT DROP;
