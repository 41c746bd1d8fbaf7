"""Revenue by month of one customer or product, in the company's currency."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from closing_site import sql
from closing_site.companies.models import Company, Membership
from closing_site.customers.models import Customer
from closing_site.periods.models import Period
from invoicing.models import Invoice, InvoiceKind
from orders.models import Product

MONTHS = 12

#: The months of a sum.
_MONTHS = """
    SELECT id, code, starts_on FROM periods_period
    WHERE company_id = %(company)s AND starts_on >= %(since)s
"""
#: A deposit is no revenue.
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


def sales_of_customer(membership: Membership, customer: Customer) -> list[Month]:
    """The twelve newest months of the company, oldest first; ``net`` is that of the invoices which
    the member sees."""
    months = _newest(membership.company_id)
    if not months:
        return []
    seen = Invoice.objects.seen_by(membership).filter(
        customer=customer.pk,
        issued_on__gte=months[0].starts_on,
        period__in=[month.pk for month in months],
    )
    sums = seen.exclude(kind=InvoiceKind.DEPOSIT).order_by().values_list("period")
    net = dict(sums.annotate(net=Sum("base_net")))
    nothing = Decimal(0)
    return [Month(month.code, net.get(month.pk, nothing), nothing, None) for month in months]


def sales_of_product(company: Company, product: Product) -> list[Month]:
    """As ``sales_of_customer``, of everyone's sales, with quantity and cost."""
    months = _newest(company.pk)
    if not months:
        return []
    parameters = {"company": company.pk, "key": product.sku, "since": months[0].starts_on}
    return [Month(**row) for row in sql.rows(OF_PRODUCT, parameters)]


def _newest(company: int) -> list[Period]:
    newest = Period.objects.filter(company=company).order_by("-starts_on")
    return list(newest[:MONTHS])[::-1]
