"""Invoices and credit notes, as the search finds them."""

from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Membership
from closing_site.desk.documents.search import Hit, Search, by_number_and_amount
from invoicing.models import Invoice


def invoices(membership: Membership, text: str) -> list[Hit]:
    seen = Invoice.objects.seen_by(membership).select_related("customer")
    return [
        Hit("invoice", i.number or "", i.customer.name, i.issued_on, i.gross, i.currency)
        for i in by_number_and_amount(seen, text, "number", "gross")
    ]


SEARCHES = [Search(_("Invoices"), "invoice_list", invoices)]
