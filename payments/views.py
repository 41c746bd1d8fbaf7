"""Payments: list and detail."""

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
from payments.filters import PaymentFilterSet
from payments.models import Payment
from payments.tables import PaymentTable


@require_safe
def payment_list(request: CompanyRequest) -> HttpResponseBase:
    seen = Payment.objects.seen_by(request.membership).with_unplaced()
    others = {"open_items": _("Open items")} if sees_whole_books(request.membership) else {}
    return list_page(
        request,
        table=PaymentTable,
        queryset=seen.select_related("customer"),
        title=_("Payments"),
        filterset=PaymentFilterSet,
        template="documents/list.html",
        empty=_("No payment has been recorded yet."),
        context={
            "tabs": tabs("payment_list", payment_list=_("Payments"), **others),
        },
    )


@require_safe
def payment(request: CompanyRequest, number: str) -> HttpResponse:
    seen = Payment.objects.seen_by(request.membership).with_unplaced()
    found = get_object_or_404(seen.select_related("customer", "period"), reference=number)
    about = About(
        document=found,
        number=found.reference,
        kinds=["payment"],
        on=found.received_on,
        periods=[found.period],
    )
    context = {"payment": found, "placed": found.amount - found.signed_unplaced}
    return document_page(request, "payments/payment.html", about, context)
