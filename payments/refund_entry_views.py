"""Refunding a payment or a credit note."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from closing_site.companies.access import CompanyRequest
from closing_site.desk.entering import Answer, answer_of, entry_page, page_of
from closing_site.desk.errors import NotPossible
from closing_site.pages.entry_fields import given_of
from closing_site.periods.posting import posting_of, usual_day
from invoicing.models import Invoice
from payments.actions.refunding import (
    Original,
    original_credit_note,
    original_payment,
    record_refund,
)
from payments.entry_forms import RefundForm
from payments.entry_views import seen_payment
from payments.proposals import next_reference


def payment_refund(request: CompanyRequest, number: str) -> HttpResponse:
    original = original_payment(seen_payment(request, number))
    return _page(request, original, back=page_of("payment", number))


def credit_note_refund(request: CompanyRequest, number: str) -> HttpResponse:
    seen = Invoice.objects.seen_by(request.membership).select_related("customer")
    original = original_credit_note(get_object_or_404(seen, number=number))
    if original is None:
        raise NotPossible(reason=_("An invoice is not refunded: refund its payment."))
    return _page(request, original, back=page_of("invoice", number))


def _page(request: CompanyRequest, original: Original, *, back: str) -> HttpResponse:
    day = usual_day(request.company, timezone.localdate())
    initial = {
        "reference": next_reference(request.company),
        "received_on": day.isoformat(),
        "amount": f"{original.left or original.amount:f}",
        "method": original.method,
    }
    hint = posting_of(request.company, day).sentence
    form = RefundForm(hint, original.currency, data=request.POST or None, initial=initial)

    def do() -> Answer:
        made = record_refund(
            company=request.company,
            original=original,
            given=given_of(form),
            answer=answer_of(request),
            by=request.user,
        )
        return {"reference": made.reference}

    return entry_page(
        request,
        form,
        do,
        action=f"refund of {original.number}",
        title=_("Refund %(number)s") % {"number": original.number},
        back=back,
        said=_("Refund %(reference)s is recorded."),
        to=lambda answer: page_of("payment", answer["reference"], "payment_list"),
    )
