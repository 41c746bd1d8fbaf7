"""Taking in products from a file."""

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.staged import Staged, differs, make_table, note_look_alikes
from orders.recording.lines import refuse_fractions

VALUES = {
    **{name: f"coalesce(s.{name}, '')" for name in ("name", "category", "kind", "unit")},
    **{name: f"s.{name}" for name in ("unit_price", "unit_cost", "tax_rate")},
}


def record_products(company: Company, staged: Staged) -> None:
    """Write ``staged_products``; prices are in the company's currency, the tax rate in percent."""
    parameters = {"company": company.pk}
    refuse_fractions(company, staged, rate="tax_rate")
    given = {name: value for name, value in VALUES.items() if name in staged.given}
    make_table(
        "taken_products",
        f"""
        SELECT s.line, s.sku, {", ".join(f"{value} AS {name}" for name, value in VALUES.items())},
            p.id AS product_id, p.tax_rate AS tax_rate_before,
            p.kind AS kind_before,
            p.id IS NOT NULL AND {differs([(v, f"p.{n}") for n, v in given.items()])} AS is_other
        FROM {staged.table} AS s
        LEFT JOIN orders_product AS p ON p.company_id = %(company)s AND p.sku = s.sku
        """,
        parameters,
    )
    staged.table = "taken_products"
    names = ", ".join(VALUES)
    has_new = sql.execute(
        f"""
        INSERT INTO orders_product (company_id, sku, {names})
        SELECT %(company)s, sku, {names} FROM taken_products WHERE product_id IS NULL
        """,
        parameters,
    )
    if has_new:
        sql.analyze("orders_product")
    if given:
        sets = ", ".join(f"{name} = s.{name}" for name in given)
        sql.execute(
            f"""
            UPDATE orders_product AS p SET {sets}
            FROM taken_products AS s WHERE p.id = s.product_id AND s.is_other
            """
        )
    staged.count(new="product_id IS NULL", changed="is_other")
    is_new = "s.product_id IS NULL"
    note_look_alikes(company.pk, staged, table="orders_product", column="sku", is_new=is_new)
