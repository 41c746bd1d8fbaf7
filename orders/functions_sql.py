"""The arithmetic of a line, as SQL functions that PostgreSQL inlines; shared by all that compute.

``round(numeric)`` rounds halves away from zero, as ``closing_site.money`` does.
"""

from closing_site.money import digits_by_currency

_CASES = " ".join(
    f"WHEN code IN ({', '.join(f'{chr(39)}{c}{chr(39)}' for c in codes)}) THEN {digits}"
    for digits, codes in digits_by_currency().items()
)

FUNCTIONS = [
    f"""
    CREATE OR REPLACE FUNCTION currency_digits(code text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE {_CASES} ELSE 2 END $$
    """,
    # A line: round(quantity × price × (1 − discount/100)), in its currency's digits.
    """
    CREATE OR REPLACE FUNCTION line_amount(
        quantity numeric, unit_price numeric, discount_percent numeric, digits integer)
    RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT round(quantity * unit_price * (100 - discount_percent) / 100, digits) $$
    """,
    # Of an amount that includes tax: round(amount / (1 + rate)); else the amount itself.
    """
    CREATE OR REPLACE FUNCTION line_net(
        amount numeric, rate_percent numeric, includes_tax boolean, digits integer)
    RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN includes_tax
        THEN round(amount * 100 / (100 + rate_percent), digits) ELSE amount END $$
    """,
    # Included: amount − net; else round(net × rate).
    """
    CREATE OR REPLACE FUNCTION line_tax(
        amount numeric, rate_percent numeric, includes_tax boolean, digits integer)
    RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN includes_tax
        THEN amount - round(amount * 100 / (100 + rate_percent), digits)
        ELSE round(amount * rate_percent / 100, digits) END $$
    """,
    # Base currency per unit: the latest rate on or before the day; null where there is none.
    """
    CREATE OR REPLACE FUNCTION exchange_rate_on(
        of_company bigint, from_currency text, to_currency text, day date)
    RETURNS numeric LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN from_currency = to_currency THEN 1 ELSE (
        SELECT r.rate FROM companies_exchangerate AS r
        WHERE r.company_id = of_company AND r.currency = from_currency AND r.valid_from <= day
        ORDER BY r.valid_from DESC LIMIT 1) END $$
    """,
]
