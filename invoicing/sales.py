"""Revenue by month of one customer or product, in the company's currency, as SQL."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.periods.models import Period

MONTHS = 12

#: The months of a sum.
_MONTHS = """
    SELECT id, code, starts_on FROM periods_period
    WHERE company_id = %(company)s AND starts_on >= %(since)s
"""
#: A deposit is no revenue.
OF_CUSTOMER = f"""
    SELECT p.code AS month, coalesce(sum(i.base_net), 0) AS net, 0 AS quantity, NULL AS cost
    FROM ({_MONTHS}) AS p
    LEFT JOIN invoicing_invoice AS i ON i.company_id = %(company)s AND i.customer_id = %(key)s
        AND i.period_id = p.id AND i.issued_on >= %(since)s AND i.kind <> 'deposit'
    GROUP BY p.code, p.starts_on ORDER BY p.starts_on
"""
OF_PRODUCT = f"""
    SELECT p.code AS month, coalesce(sum(sold.base_net), 0) AS net,
        coalesce(sum(sold.quantity), 0) AS quantity,
        CASE WHEN count(sold.sku) = count(sold.unit_cost)
            THEN coalesce(sum(sold.quantity * sold.unit_cost), 0) END AS cost
    FROM ({_MONTHS}) AS p
    LEFT JOIN (
        SELECT l.period_id, l.sku, l.base_net, l.quantity, l.unit_cost
        FROM invoicing_invoiceline AS l
        JOIN invoicing_invoice AS i ON i.id = l.invoice_id AND i.kind <> 'deposit'
        WHERE l.company_id = %(company)s AND l.sku = %(key)s AND l.kind <> 'deposit'
            AND l.period_id IN (SELECT id FROM ({_MONTHS}) AS m)
    ) AS sold ON sold.period_id = p.id
    GROUP BY p.code, p.starts_on ORDER BY p.starts_on
"""


class Month(NamedTuple):
    """``cost`` is unknown where a line's is."""

    month: str
    net: Decimal
    quantity: Decimal
    cost: Decimal | None


def sales_by_month(company: Company, query: str, key: int | str) -> Sequence[Month]:
    """The twelve newest months of the company, oldest first; ``net`` is that of the invoices."""
    newest = Period.objects.filter(company=company).order_by("-starts_on")
    starts = list(newest.values_list("starts_on", flat=True)[:MONTHS])
    if not starts:
        return []
    parameters = {"company": company.pk, "key": key, "since": starts[-1]}
    return [Month(**row) for row in sql.rows(query, parameters)]
