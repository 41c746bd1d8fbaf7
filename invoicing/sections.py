"""What invoices add to the pages of customers and products."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from closing_site.charts import Number, Series, bars
from closing_site.companies.access import CompanyRequest
from closing_site.customers.models import Customer
from closing_site.desk.documents.sections import Section
from closing_site.desk.visibility import sees_costs, sees_whole_books
from closing_site.pages.formats import money_text
from invoicing.models import Invoice
from invoicing.sales import Month, sales_of_customer, sales_of_product
from orders.models import Product

LATEST = 5


def revenue_of_customer(request: CompanyRequest, customer: Customer) -> Section | None:
    """Of the invoices that the member sees."""
    months = sales_of_customer(request.membership, customer)
    if not any(month.net for month in months):
        return None
    chart = _chart(request, months, [Series(_("Revenue, net"), [m.net for m in months])])
    return Section(
        _("Revenue by month"),
        "invoicing/months.html",
        {
            "chart": chart,
            "months": _linked(months, customer=customer.code),
            "total": _total(months),
        },
    )


def latest_invoices(request: CompanyRequest, customer: Customer) -> Section | None:
    seen = Invoice.objects.seen_by(request.membership).filter(customer=customer.pk)
    found = list(seen.with_open_amount().order_by("-issued_on", "-pk")[:LATEST])
    if not found:
        return None
    query = urlencode({"customer": customer.code})
    return Section(
        _("Latest invoices"),
        "invoicing/latest.html",
        {"invoices": found},
        more_url=f"{reverse('invoice_list')}?{query}",
        more_text=_("All invoices"),
    )


def months_of_product(request: CompanyRequest, product: Product) -> Section | None:
    """They are everyone's, and tell the cost."""
    if not (sees_whole_books(request.membership) and sees_costs(request.membership)):
        return None
    months = sales_of_product(request.company, product)
    if not any(month.net or month.quantity for month in months):
        return None
    series = [Series(_("Revenue, net"), [m.net for m in months])]
    series.append(Series(_("Cost"), [m.cost for m in months]))
    return Section(
        _("Sales by month"),
        "invoicing/months.html",
        {
            "chart": _chart(request, months, series),
            "months": _linked(months),
            "total": _total(months),
            "has_costs": True,
        },
    )


def _total(months: Sequence[Month]) -> dict[str, Any]:
    """Cost and margin are unknown where a month's are."""
    net = sum((month.net for month in months), Decimal(0))
    costs = [month.cost for month in months if month.cost is not None]
    cost = sum(costs, Decimal(0)) if len(costs) == len(months) else None
    return {
        "net": net,
        "quantity": sum((month.quantity for month in months), Decimal(0)),
        "cost": cost,
        "margin": None if cost is None else net - cost,
    }


def _linked(months: Sequence[Month], **query: str) -> list[dict[str, Any]]:
    address = reverse("invoice_list")
    shown: list[dict[str, Any]] = []
    for month in reversed(months):
        link = f"{address}?{urlencode({'month': month.month, **query})}" if query else ""
        margin = None if month.cost is None else month.net - month.cost
        shown.append({"month": month, "url": link, "margin": margin})
    return shown


def _chart(request: CompanyRequest, months: Sequence[Month], series: list[Series]) -> SafeString:
    def written(amount: Number) -> str:
        return money_text(Decimal(amount), request.company.currency).removesuffix(".00")

    title = f"{series[0].title} ({request.company.currency})"
    return bars(title, [month.month for month in months], series, write=written)


SECTIONS = {
    "customer": [revenue_of_customer, latest_invoices],
    "product": [months_of_product],
}
