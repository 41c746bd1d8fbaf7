"""What follows here once rows of a lower floor have come."""

from closing_site.companies.models import Company
from closing_site.staged import make_table
from orders.completion import complete_orders
from orders.recording.relinking import relink_orders
from orders.scope import hold_orders

#: Lines that still lack a rate take the company's new default.
WITHOUT_RATE = """
    SELECT DISTINCT l.order_id FROM orders_orderline AS l
    WHERE l.company_id = %(company)s AND l.tax_rate IS NULL
"""


def link_customers(company: Company) -> None:
    hold_orders(company.pk)
    relink_orders(company, has_products=False)


def take_default_rate(company: Company) -> None:
    hold_orders(company.pk)
    make_table("rateless_orders", WITHOUT_RATE, {"company": company.pk})
    complete_orders(company, "rateless_orders")


FOLLOWERS = {"customers": link_customers, "settings": take_default_rate}
