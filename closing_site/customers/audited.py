"""The columns of this floor that the audit keeps, in words."""

from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import InvoiceGrouping
from closing_site.desk.documents.history import MONEY

FILES = {
    "customers": _("Customers"),
    "products": _("Products"),
    "orders": _("Orders"),
    "order_lines": _("Order lines"),
    "deliveries": _("Deliveries"),
}


def _grouping(slug: str) -> str:
    return str(dict(InvoiceGrouping.choices).get(slug, slug))


def _rows_of(kind: str) -> str:
    return str(FILES.get(kind, kind))


COLUMNS = {
    "name": _("Name"),
    "tax_id": _("Tax number"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "address": _("Address"),
    "city": _("City"),
    "region": _("Region"),
    "postal_code": _("Postal code"),
    "country": _("Country"),
    "currency": _("Currency"),
    "payment_terms_days": _("Days to pay"),
    "payment_method": _("Method of payment"),
    "discount_terms": _("Cash discount"),
    "credit_limit": (_("Credit limit"), MONEY),
    "invoice_grouping": (_("Invoicing"), _grouping),
    "is_on_hold": _("On credit hold"),
    "sales_rep": _("Sales rep"),
    # What a file brought.
    "file": _("File"),
    "rows_of": (_("Kind"), _rows_of),
    "rows": _("Rows"),
}
