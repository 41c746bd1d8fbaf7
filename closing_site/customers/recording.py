"""Taking in customers from a file."""

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.customers.models import InvoiceGrouping
from closing_site.staged import Staged, differs, make_table, note_look_alikes

#: Column of the customer → of the file, and what a blank means.
TEXTS = {
    **dict.fromkeys(["name", "tax_id", "email", "phone", "address", "city", "region"], ""),
    **dict.fromkeys(["postal_code", "country", "currency", "payment_method"], ""),
    "discount_terms": "",
    "invoice_grouping": InvoiceGrouping.ORDER.value,
}
NUMBERS = ("payment_terms_days", "credit_limit")


def record_sales_reps(company: Company, table: str) -> None:
    """Make a rep, without a user, of every ``sales_rep`` in the table that is not known yet."""
    sql.execute(
        f"""
        INSERT INTO customers_salesrep (company_id, code, name)
        SELECT DISTINCT %(company)s::bigint, s.sales_rep, '' FROM {table} AS s
        WHERE s.sales_rep IS NOT NULL AND NOT EXISTS (
            SELECT FROM customers_salesrep AS r
            WHERE r.company_id = %(company)s AND r.code = s.sales_rep)
        """,
        {"company": company.pk},
    )


def record_rep_names(company: Company, staged: Staged) -> None:
    """Write ``staged_sales_reps``. Which user a rep signs in as, a person says."""
    parameters = {"company": company.pk}
    has_name = "name" in staged.given
    make_table(
        "taken_reps",
        f"""
        SELECT s.line, s.code, coalesce(s.name, '') AS name, r.id AS rep_id,
            r.id IS NOT NULL AND {has_name} AND r.name <> coalesce(s.name, '') AS is_other
        FROM {staged.table} AS s
        LEFT JOIN customers_salesrep AS r ON r.company_id = %(company)s AND r.code = s.code
        """,
        parameters,
    )
    staged.table = "taken_reps"
    sql.execute(
        """
        INSERT INTO customers_salesrep (company_id, code, name)
        SELECT %(company)s, code, name FROM taken_reps WHERE rep_id IS NULL
        """,
        parameters,
    )
    sql.execute(
        """
        UPDATE customers_salesrep AS r SET name = s.name FROM taken_reps AS s
        WHERE r.id = s.rep_id AND s.is_other
        """
    )
    staged.count(new="rep_id IS NULL", changed="is_other")


def record_customers(company: Company, staged: Staged) -> None:
    """Write ``staged_customers``."""
    parameters = {"company": company.pk}
    record_sales_reps(company, staged.table)
    values = {name: f"coalesce(s.{name}, '{blank}')" for name, blank in TEXTS.items()}
    values |= {name: f"s.{name}" for name in NUMBERS}
    values["sales_rep_id"] = "r.id"
    given = {
        name: value
        for name, value in values.items()
        if name.removesuffix("_id") in staged.given or name in staged.given
    }
    make_table(
        "taken_customers",
        f"""
        SELECT s.line, s.code, {", ".join(f"{value} AS {name}" for name, value in values.items())},
            c.id AS customer_id,
            c.id IS NOT NULL AND {differs([(v, f"c.{n}") for n, v in given.items()])} AS is_other
        FROM {staged.table} AS s
        LEFT JOIN customers_customer AS c ON c.company_id = %(company)s AND c.code = s.code
        LEFT JOIN customers_salesrep AS r ON r.company_id = %(company)s AND r.code = s.sales_rep
        """,
        parameters,
    )
    staged.table = "taken_customers"
    names = ", ".join(values)
    has_new = sql.execute(
        f"""
        INSERT INTO customers_customer (company_id, code, {names}, is_on_hold)
        SELECT %(company)s, code, {names}, false FROM taken_customers WHERE customer_id IS NULL
        """,
        parameters,
    )
    if has_new:
        # Each row that will point here is checked: by an index, once the planner knows of them.
        sql.analyze("customers_customer", "customers_salesrep")
    if given:
        sql.execute(
            f"""
            UPDATE customers_customer AS c SET {", ".join(f"{n} = s.{n}" for n in given)}
            FROM taken_customers AS s WHERE c.id = s.customer_id AND s.is_other
            """
        )
    staged.count(new="customer_id IS NULL", changed="is_other")
    is_new = "s.customer_id IS NULL"
    note_look_alikes(company.pk, staged, table="customers_customer", column="code", is_new=is_new)
