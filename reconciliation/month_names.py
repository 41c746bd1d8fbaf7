"""Keeping the names of what occurs in a month, before its lock seals them."""

from copy import copy

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.companies.names_sql import COMPANY_TODAY, PEOPLE_TODAY
from closing_site.customers.names_sql import CUSTOMERS_TODAY, REPS_TODAY
from closing_site.periods.models import Period, PeriodName
from closing_site.periods.names_sql import KEPT
from closing_site.periods.parameters import period_parameters
from orders.names_sql import PRODUCTS_TODAY

_CONFIRMED = """
    SELECT DISTINCT o.customer_id, o.sales_rep_id FROM orders_delivery AS d
    JOIN orders_order AS o ON o.id = d.order_id
    WHERE d.company_id = %(company)s AND d.period_id = %(period)s
"""
#: Kind → today's rows, and which of them occur in the month.
_OCCUR = {
    "customer": (
        CUSTOMERS_TODAY,
        f"""
        SELECT customer_id FROM ({_CONFIRMED}) AS confirmed
        UNION SELECT customer_id FROM reconciliation_customerbalance
            WHERE company_id = %(company)s AND period_id = %(period)s
        UNION SELECT customer_id FROM invoicing_invoice
            WHERE company_id = %(company)s AND period_id = %(period)s
        UNION SELECT customer_id FROM payments_payment
            WHERE company_id = %(company)s AND period_id = %(period)s
        UNION SELECT o.customer_id FROM orders_unbilled AS u
            JOIN orders_delivery AS d ON d.id = u.delivery_id
            JOIN orders_order AS o ON o.id = d.order_id
            WHERE u.company_id = %(company)s AND u.period_id = %(period)s
        """,
    ),
    "rep": (
        REPS_TODAY,
        f"""
        SELECT sales_rep_id FROM ({_CONFIRMED}) AS confirmed
        UNION SELECT c.sales_rep_id FROM reconciliation_customerbalance AS b
            JOIN customers_customer AS c ON c.id = b.customer_id
            WHERE b.company_id = %(company)s AND b.period_id = %(period)s
        """,
    ),
    "product": (
        PRODUCTS_TODAY,
        """
        SELECT p.id FROM (
            SELECT DISTINCT sku FROM invoicing_invoiceline
            WHERE company_id = %(company)s AND period_id = %(period)s
        ) AS sold JOIN orders_product AS p ON p.company_id = %(company)s AND p.sku = sold.sku
        """,
    ),
    "person": (
        PEOPLE_TODAY,
        """
        SELECT a.acknowledged_by_id FROM desk_finding AS f
        JOIN desk_acknowledgement AS a ON a.company_id = f.company_id
            AND a.check_slug = f.check_slug AND a.document_kind = f.document_kind
            AND a.document_id = f.document_id AND a.digest = f.digest
        WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
        UNION SELECT s.signed_by_id FROM periods_signoff AS s
        WHERE s.company_id = %(company)s AND s.period_id = %(period)s
        UNION SELECT person FROM desk_approval AS a
        CROSS JOIN LATERAL (VALUES (a.requested_by_id), (a.decided_by_id)) AS of (person)
        WHERE a.company_id = %(company)s AND a.period_id = %(period)s
        UNION SELECT f.deferred_by_id FROM orders_unbilled AS u
        JOIN orders_deferral AS f ON f.id = u.deferral_id
        WHERE u.company_id = %(company)s AND u.period_id = %(period)s
        """,
    ),
    "company": (COMPANY_TODAY, "SELECT %(company)s"),
}


def keep_names(period: Period) -> None:
    """Keep the names of the month's customers, products, reps and people, and the company's own.

    Those of an earlier lock of the month, which was reopened since, are replaced.
    """
    PeriodName.objects.filter(company_id=period.company_id, period=period).delete()
    for kind, (today, occurring) in _OCCUR.items():
        sql.execute(
            "INSERT INTO periods_periodname (company_id, period_id, kind, key, code, name, name_zh,"
            " category, rep) SELECT %(company)s, %(period)s, %(kind)s, today.*"
            f" FROM ({today}) AS today WHERE today.id IN ({occurring}) ORDER BY today.id",
            {**period_parameters(period), "kind": kind},
        )


def company_of(period: Period) -> Company:
    """The month's company, by the names it had when the month was locked. Not to be saved."""
    company = copy(period.company)
    for kept in sql.rows(f"{KEPT} AND n.kind = 'company'", period_parameters(period)):
        company.name, company.name_zh = kept["name"], kept["name_zh"]
    return company
