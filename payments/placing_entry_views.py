"""Allocating a payment by hand, and undoing that."""

from collections.abc import Collection, Iterable

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
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
    open_items,
    payment_item,
    place_payment,
    undo_allocation,
    undoable,
)
from payments.entry_forms import PlacingForm, UndoForm
from payments.entry_views import seen_payment
from payments.models import Allocation, Payment
from payments.named_items import Named, fits, named_documents

#: More open invoices than a person places by hand; the oldest come first.
MOST_SHOWN = 50


def payment_place(request: CompanyRequest, number: str) -> HttpResponse:
    payment = seen_payment(request, number)
    if reason := offered.why_not_placed(payment):
        raise NotPossible(reason=reason)
    documents = named_documents(payment)
    named = {item for one in documents for item in one.items}
    items = _shown(payment, named)
    if not items:
        raise NotPossible(reason=_why_nothing(payment))
    form = PlacingForm(payment, items, named, data=request.POST or None)
    remember(form, _still_open(items))
    back = page_of("payment", number)
    if request.method == "POST" and form.is_valid():
        amounts, in_full = form.amounts, form.in_full

        def do() -> dict[str, int]:
            made = place_payment(payment=payment, amounts=amounts, in_full=in_full, by=request.user)
            return {"placed": made}

        def now() -> dict[str, str]:
            return _still_open(_shown(seen_payment(request, number), named))

        if enter(request, f"place payment {payment.pk}", form, do, now=now):
            messages.success(request, _("Payment %(number)s is allocated.") % {"number": number})
            return redirect(back)
    shown = {
        "title": _("Allocate payment %(number)s") % {"number": number},
        "payment": payment,
        "left": _left(payment),
        "proposals": _proposals(payment, documents),
        "form": form,
        "submit": _("Allocate"),
        "back": back,
    }
    return render(request, "payments/entry_payment.html", shown)


def _why_nothing(payment: Payment) -> str:
    """Nothing is open, or only what a payment of this currency does not settle (ACCOUNTING 9)."""
    owed = OpenItem.objects.filter(
        company=payment.company_id,
        customer=payment.customer_id,
        kind__in=[OpenItemKind.INVOICE, OpenItemKind.OPENING_INVOICE],
        settled__lt=F("amount"),
    ).exclude(currency=payment.currency)
    found = sorted(set(owed.values_list("currency", flat=True)))
    if not found:
        return _("There is nothing open that it could be allocated to.")
    return _(
        "What is open is in %(currencies)s. A payment in %(currency)s settles invoices in"
        " %(currency)s; only one in %(base)s settles those in other currencies too."
    ) % {
        "currencies": ", ".join(found),
        "currency": payment.currency,
        "base": payment.company.currency,
    }


@require_safe
def payment_undo(request: CompanyRequest, number: str) -> HttpResponse:
    """Which of its allocations is to be undone."""
    payment = seen_payment(request, number)
    found = list(undoable(payment)[:MOST_SHOWN])
    if not found:
        raise NotPossible(reason=_("Nothing of it is allocated that could be undone."))
    if len(found) == 1:
        return redirect("allocation_undo", allocation=found[0].pk)
    shown = {"payment": payment, "allocations": found, "back": page_of("payment", number)}
    return render(request, "payments/entry_undo.html", shown)


def allocation_undo(request: CompanyRequest, allocation: int) -> HttpResponse:
    found = get_object_or_404(
        Allocation.objects.select_related("company", "credit_item", "debit_item"),
        company=request.company,
        pk=allocation,
    )
    is_refund = found.debit_item.kind == OpenItemKind.REFUND
    if not is_refund and found.credit_item.kind != OpenItemKind.PAYMENT:
        raise Http404
    day = posting_of(request.company, found.posted_on).posted_on
    form = UndoForm(request.POST or None, initial={"on": day})
    item: OpenItem = found.debit_item if is_refund else found.credit_item
    other: OpenItem = found.credit_item if is_refund else found.debit_item
    back = page_of("payment", item.number)
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]

        def do() -> dict[str, int]:
            return {"undone": undo_allocation(allocation=found, on=on, by=request.user).pk}

        if enter(request, f"undo allocation {found.pk}", form, do):
            messages.success(request, _("The allocation is undone."))
            return redirect(back)
    own, freed = found.credit_amount, found.debit_amount
    if is_refund:
        own, freed = freed, own
    says = {
        "amount": f"{money_text(own, item.currency)} {item.currency}",
        "open": f"{money_text(freed, other.currency)} {other.currency}",
        "other": other.number,
        "payment": item.number,
    }
    shown = {
        "title": _("Undo the allocation to %(other)s") % says,
        "consequences": [
            _("%(open)s of %(other)s is open again.") % says,
            _("%(amount)s of payment %(payment)s is unapplied again.") % says,
            _("The allocation stays in the books, with a reversal of the day below."),
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


def _shown(payment: Payment, named: Collection[int]) -> list[OpenItem]:
    """What it names first, then the oldest."""
    found = open_items(payment)
    first = list(found.filter(pk__in=named)[:MOST_SHOWN])
    return first + list(found.exclude(pk__in=named)[: MOST_SHOWN - len(first)])


def _proposals(payment: Payment, documents: list[Named]) -> list[str]:
    """Where more than one of the documents it names fits, each of these is proposed."""
    item = payment_item(payment)
    found = fits(documents, item.open_amount) if item else []
    return [" + ".join(numbers) for numbers in found] if len(found) > 1 else []


def _left(payment: Payment) -> str:
    item = payment_item(payment)
    left = item.open_amount if item else payment.amount
    return f"{money_text(left, payment.currency)} {payment.currency}"
