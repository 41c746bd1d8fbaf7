"""Invoices and credit notes: list and detail."""

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.desk.documents.page import About, document_page
from closing_site.desk.documents.tabs import tabs
from closing_site.desk.visibility import sees_whole_books
from closing_site.pages.listing import list_page
from invoicing.documents import document
from invoicing.filters import InvoiceFilterSet
from invoicing.models import Invoice
from invoicing.pdf import languages_of
from invoicing.tables import SETTLED_STATES, InvoiceTable, settled_state

LANGUAGES = dict(settings.LANGUAGES)


@require_safe
def invoice_list(request: CompanyRequest) -> HttpResponseBase:
    seen = Invoice.objects.seen_by(request.membership).with_open_amount()
    others = {"open_items": _("Open items")} if sees_whole_books(request.membership) else {}
    return list_page(
        request,
        table=InvoiceTable,
        queryset=seen.select_related("customer", "order"),
        title=_("Invoices"),
        filterset=InvoiceFilterSet,
        template="documents/list.html",
        empty=_("No invoice has been issued yet."),
        context={
            "tabs": tabs("invoice_list", invoice_list=_("Invoices"), **others),
        },
    )


@require_safe
def invoice(request: CompanyRequest, number: str) -> HttpResponse:
    seen = Invoice.objects.seen_by(request.membership).with_open_amount()
    found = get_object_or_404(seen.select_related("customer", "period", "order"), number=number)
    about = About(
        document=found,
        number=found.number or "",
        kinds=["invoice", "credit_note", "deposit"],
        on=found.issued_on,
        periods=[found.period] if found.period else [],
    )
    state = settled_state(found)
    context = {
        "invoice": found,
        "document": document(found),
        "state": state,
        "state_word": SETTLED_STATES[state],
        "settled": abs(found.gross) - found.open_amount,
        "languages": [(code, LANGUAGES[code]) for code in languages_of(request.company)],
    }
    return document_page(request, "invoicing/invoice.html", about, context)
