"""Entering payments; giving one its customer; placing one by hand, and undoing that."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.customers.models import OpenItem, OpenItemKind
from closing_site.desk.entering import Answer, answer_of, enter, entry_page, page_of
from closing_site.desk.errors import NotPossible
from closing_site.pages.entry_fields import given_of, remember
from closing_site.pages.formats import money_text
from closing_site.periods.posting import posting_of, usual_day
from payments import offered
from payments.actions.placing import (
    open_invoices,
    payment_item,
    place_payment,
    undo_allocation,
    undoable,
)
from payments.actions.recording import change_payment, give_customer, record_payment
from payments.entry_forms import (
    CustomerOfPaymentForm,
    PaymentForm,
    PlacingForm,
    UndoForm,
    shown_of,
)
from payments.models import Allocation, Payment
from payments.proposals import next_reference

#: More open invoices than a person places by hand; the oldest come first.
MOST_SHOWN = 50


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
    payment = _payment(request, number)
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
        now=lambda: shown_of(_payment(request, number)),
    )


def payment_customer(request: CompanyRequest, number: str) -> HttpResponse:
    payment = _payment(request, number)
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
            return shown_of(_payment(request, number))

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


def payment_place(request: CompanyRequest, number: str) -> HttpResponse:
    payment = _payment(request, number)
    if reason := offered.why_not_placed(payment):
        raise NotPossible(reason=reason)
    items = list(open_invoices(payment)[:MOST_SHOWN])
    if not items:
        raise NotPossible(reason=_("Its customer owes nothing in this currency."))
    form = PlacingForm(items, data=request.POST or None)
    remember(form, _still_open(items))
    back = page_of("payment", number)
    if request.method == "POST" and form.is_valid():
        amounts = form.amounts

        def do() -> dict[str, int]:
            return {"placed": place_payment(payment=payment, amounts=amounts, by=request.user)}

        def now() -> dict[str, str]:
            return _still_open(open_invoices(_payment(request, number))[:MOST_SHOWN])

        if enter(request, f"place payment {payment.pk}", form, do, now=now):
            messages.success(request, _("Payment %(number)s is placed.") % {"number": number})
            return redirect(back)
    shown = {
        "title": _("Place payment %(number)s") % {"number": number},
        "payment": payment,
        "left": _left(payment),
        "form": form,
        "submit": _("Place"),
        "back": back,
    }
    return render(request, "payments/entry_payment.html", shown)


@require_safe
def payment_undo(request: CompanyRequest, number: str) -> HttpResponse:
    """Which of its placings is to be undone."""
    payment = _payment(request, number)
    found = list(undoable(payment)[:MOST_SHOWN])
    if not found:
        raise NotPossible(reason=_("Nothing of it is placed that could be undone."))
    if len(found) == 1:
        return redirect("allocation_undo", allocation=found[0].pk)
    shown = {"payment": payment, "allocations": found, "back": page_of("payment", number)}
    return render(request, "payments/entry_undo.html", shown)


def allocation_undo(request: CompanyRequest, allocation: int) -> HttpResponse:
    found = get_object_or_404(
        Allocation.objects.select_related("company", "credit_item", "debit_item"),
        company=request.company,
        credit_item__kind=OpenItemKind.PAYMENT,
        pk=allocation,
    )
    day = posting_of(request.company, found.posted_on).posted_on
    form = UndoForm(request.POST or None, initial={"on": day})
    item: OpenItem = found.credit_item
    back = page_of("payment", item.number)
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]

        def do() -> dict[str, int]:
            return {"undone": undo_allocation(allocation=found, on=on, by=request.user).pk}

        if enter(request, f"undo allocation {found.pk}", form, do):
            messages.success(request, _("The placing is undone."))
            return redirect(back)
    amount = f"{money_text(found.credit_amount, item.currency)} {item.currency}"
    says = {"amount": amount, "invoice": found.debit_item.number, "payment": item.number}
    shown = {
        "title": _("Undo the placing on %(invoice)s") % says,
        "consequences": [
            _("%(amount)s of %(invoice)s is open again.") % says,
            _("%(amount)s of payment %(payment)s is left to place.") % says,
            _("What was placed stays in the books, with a reversal of the day below."),
        ],
        "form": form,
        "submit": _("Undo it"),
        "back": back,
        "is_danger": True,
    }
    return render(request, "parts/confirm_page.html", shown)


def _payment(request: CompanyRequest, number: str) -> Payment:
    seen = Payment.objects.seen_by(request.membership)
    return get_object_or_404(seen.select_related("company", "customer", "period"), reference=number)


def _still_open(items: Iterable[OpenItem]) -> dict[str, str]:
    """What the form of a placing shows."""
    return {str(item.pk): f"{item.open_amount:f}" for item in items}


def _left(payment: Payment) -> str:
    item = payment_item(payment)
    left = item.amount - item.settled if item else payment.amount
    return f"{money_text(left, payment.currency)} {payment.currency}"
