"""Names of products in a month's reports, see ``periods.names_sql``."""

from closing_site.periods.names_sql import names

PRODUCTS_TODAY = """
    SELECT p.id, p.sku AS code, p.name, '' AS name_zh, p.category, '' AS rep
    FROM orders_product AS p WHERE p.company_id = %(company)s
"""
PRODUCT_NAMES = names("product", PRODUCTS_TODAY)
