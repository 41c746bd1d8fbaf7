"""What follows here once rows of a lower floor have come."""

from closing_site.companies.models import Company
from closing_site.staged import make_table
from orders.completion import complete_orders
from orders.recording.relinking import relink_orders
from orders.scope import hold_orders

#: Lines that take the company's new default: those that still lack a rate, and of orders with
#: something to deliver those that neither have one of their own nor of their product.
WITHOUT_RATE = """
    SELECT l.order_id FROM orders_orderline AS l
    WHERE l.company_id = %(company)s AND l.tax_rate IS NULL
    UNION SELECT o.id FROM orders_order AS o
    JOIN orders_orderline AS l ON l.company_id = o.company_id AND l.order_id = o.id
        AND l.given_tax_rate IS NULL
    LEFT JOIN orders_product AS p ON p.id = l.product_id
    WHERE o.company_id = %(company)s AND o.delivered_on IS NULL AND o.cancelled_on IS NULL
        AND p.tax_rate IS NULL
"""


def link_customers(company: Company) -> None:
    hold_orders(company.pk)
    relink_orders(company, has_products=False)


def take_default_rate(company: Company) -> None:
    hold_orders(company.pk)
    make_table("rateless_orders", WITHOUT_RATE, {"company": company.pk})
    complete_orders(company, "rateless_orders")


FOLLOWERS = {"customers": link_customers, "settings": take_default_rate}
