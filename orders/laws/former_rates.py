"""Which rate a product, or the company's default, had until which day is kept when it changes."""

from closing_site.laws import AnyLaw, Immutable, Law, Trigger

_KEPT = """
    BEGIN
        INSERT INTO orders_formertaxrate (company_id, product_id, tax_rate, until)
        SELECT c.id, {product}, o.{rate}, (now() AT TIME ZONE c.time_zone)::date
        FROM new_rows AS n
        JOIN old_rows AS o ON o.id = n.id
        JOIN companies_company AS c ON c.id = {company}
        WHERE n.{rate} IS DISTINCT FROM o.{rate}
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END"""

FORMER_RATE_LAWS: list[AnyLaw] = [
    Law(
        "orders_product",
        (
            Trigger(
                "orders_product_former_rate",
                "orders_product",
                "UPDATE",
                body=_KEPT.format(product="o.id", rate="tax_rate", company="o.company_id"),
            ),
        ),
    ),
    Law(
        "companies_company",
        (
            Trigger(
                "companies_company_former_rate",
                "companies_company",
                "UPDATE",
                body=_KEPT.format(product="NULL::bigint", rate="default_tax_rate", company="o.id"),
            ),
        ),
    ),
    Immutable("orders_formertaxrate", says="is a record: it stays as it is"),
]
