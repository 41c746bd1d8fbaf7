"""Entering payments, and giving one its customer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from closing_site.companies.access import CompanyRequest
from closing_site.desk.entering import Answer, answer_of, enter, entry_page, page_of
from closing_site.desk.errors import NotPossible
from closing_site.pages.entry_fields import given_of, remember
from closing_site.periods.posting import posting_of, usual_day
from payments import offered
from payments.actions.recording import change_payment, give_customer, record_payment
from payments.entry_forms import CustomerOfPaymentForm, PaymentForm, shown_of
from payments.models import Payment
from payments.proposals import next_reference


def payment_new(request: CompanyRequest) -> HttpResponse:
    day = usual_day(request.company, timezone.localdate())
    initial = {"reference": next_reference(request.company), "received_on": day.isoformat()}
    hint = posting_of(request.company, day).sentence
    form = PaymentForm(hint, data=request.POST or None, initial=initial)

    def do() -> Answer:
        made = record_payment(
            company=request.company,
            given=given_of(form),
            answer=answer_of(request),
            by=request.user,
        )
        return {"reference": made.reference}

    return entry_page(
        request,
        form,
        do,
        action="new payment",
        title=_("New payment"),
        back=reverse("payment_list"),
        said=_("Payment %(reference)s is recorded."),
        to=lambda answer: page_of("payment", answer["reference"], "payment_new"),
    )


def payment_change(request: CompanyRequest, number: str) -> HttpResponse:
    payment = seen_payment(request, number)
    if reason := offered.why_not_changed(payment):
        raise NotPossible(reason=reason)
    initial = shown_of(payment)
    hint = posting_of(request.company, payment.received_on).sentence
    form = PaymentForm(hint, payment, data=request.POST or None, initial=initial)

    def do() -> Answer:
        done = change_payment(
            payment=payment, given=given_of(form), answer=answer_of(request), by=request.user
        )
        return {"number": done.reference}

    return entry_page(
        request,
        form,
        do,
        action=f"change payment {payment.pk}",
        title=_("Change payment %(number)s") % {"number": number},
        back=page_of("payment", number),
        said=_("Payment %(number)s is changed."),
        now=lambda: shown_of(seen_payment(request, number)),
    )


def payment_customer(request: CompanyRequest, number: str) -> HttpResponse:
    payment = seen_payment(request, number)
    if reason := offered.why_not_changed(payment):
        raise NotPossible(reason=reason)
    form = CustomerOfPaymentForm(request.POST or None)
    remember(form, shown_of(payment))
    back = page_of("payment", number)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["customer_code"]

        def do() -> dict[str, str]:
            done = give_customer(payment=payment, code=code, by=request.user)
            return {"reference": done.reference}

        def now() -> dict[str, str]:
            return shown_of(seen_payment(request, number))

        if enter(request, f"customer of payment {payment.pk}", form, do, now=now):
            said = _("Payment %(number)s is %(code)s's.") % {"number": number, "code": code}
            messages.success(request, said)
            return redirect(back)
    shown = {
        "title": _("Whose payment is %(number)s?") % {"number": number},
        "payment": payment,
        "form": form,
        "submit": _("Save"),
        "back": back,
    }
    return render(request, "payments/entry_payment.html", shown)


def seen_payment(request: CompanyRequest, number: str) -> Payment:
    seen = Payment.objects.seen_by(request.membership)
    return get_object_or_404(seen.select_related("company", "customer", "period"), reference=number)
