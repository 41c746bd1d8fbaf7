"""Orders that waited for a customer or a product which has come."""

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.staged import make_table
from orders.completion import complete_orders
from orders.recording.delivered import note_delivered, note_kinds

WAITING = """
    SELECT o.id AS order_id FROM orders_order AS o
    JOIN customers_customer AS c ON c.company_id = o.company_id AND c.code = o.customer_code
    WHERE o.company_id = %(company)s AND o.customer_id IS NULL
    UNION SELECT l.order_id FROM orders_orderline AS l
    JOIN orders_product AS p ON p.company_id = l.company_id AND p.sku = l.sku
    WHERE l.company_id = %(company)s AND l.product_id IS NULL
"""

#: A product's rate has changed: it holds for lines without one of their own that are not delivered.
RATED = """
    UNION SELECT l.order_id FROM taken_products AS s
    JOIN orders_orderline AS l ON l.product_id = s.product_id
    WHERE l.company_id = %(company)s AND l.given_tax_rate IS NULL AND s.is_other
        AND s.tax_rate IS DISTINCT FROM s.tax_rate_before
        AND NOT EXISTS (SELECT FROM orders_delivery AS d WHERE d.company_id = l.company_id
            AND d.order_id = l.order_id AND d.period_id IS NOT NULL AND d.is_whole)
"""

OF_OTHER_KIND = """
    SELECT product_id FROM taken_products
    WHERE product_id IS NOT NULL AND is_other AND kind IS DISTINCT FROM kind_before
"""


def relink_orders(company: Company, *, has_products: bool) -> None:
    """After customers or products have come. ``has_products``: ``taken_products`` is there."""
    query = WAITING + (RATED if has_products else "")
    make_table("waiting_orders", query, {"company": company.pk})
    complete_orders(company, "waiting_orders")
    # Products that came later were delivered before.
    note_delivered("waiting_orders")
    if has_products and (products := [row["product_id"] for row in sql.rows(OF_OTHER_KIND)]):
        note_kinds(products)
