"""Placing a payment by hand, and undoing that."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.customers.models import OpenItem, OpenItemKind
from closing_site.desk.entering import enter, page_of
from closing_site.desk.errors import NotPossible
from closing_site.pages.entry_fields import remember
from closing_site.pages.formats import money_text
from closing_site.periods.posting import posting_of
from payments import offered
from payments.actions.placing import (
    open_invoices,
    payment_item,
    place_payment,
    undo_allocation,
    undoable,
)
from payments.entry_forms import PlacingForm, UndoForm
from payments.entry_views import seen_payment
from payments.models import Allocation, Payment

#: More open invoices than a person places by hand; the oldest come first.
MOST_SHOWN = 50


def payment_place(request: CompanyRequest, number: str) -> HttpResponse:
    payment = seen_payment(request, number)
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
            return _still_open(open_invoices(seen_payment(request, number))[:MOST_SHOWN])

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
    payment = seen_payment(request, number)
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


def _still_open(items: Iterable[OpenItem]) -> dict[str, str]:
    """What the form of a placing shows."""
    return {str(item.pk): f"{item.open_amount:f}" for item in items}


def _left(payment: Payment) -> str:
    item = payment_item(payment)
    left = item.amount - item.settled if item else payment.amount
    return f"{money_text(left, payment.currency)} {payment.currency}"
