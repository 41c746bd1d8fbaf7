"""Names of customers and sales reps in a month's reports, see ``periods.names_sql``."""

from closing_site.periods.names_sql import names

CUSTOMERS_TODAY = """
    SELECT c.id, c.code, c.name, '' AS name_zh, '' AS category, coalesce(r.code, '') AS rep
    FROM customers_customer AS c LEFT JOIN customers_salesrep AS r ON r.id = c.sales_rep_id
    WHERE c.company_id = %(company)s
"""
REPS_TODAY = """
    SELECT r.id, r.code, r.name, '' AS name_zh, '' AS category, '' AS rep
    FROM customers_salesrep AS r WHERE r.company_id = %(company)s
"""
CUSTOMER_NAMES = names("customer", CUSTOMERS_TODAY)
REP_NAMES = names("rep", REPS_TODAY)
