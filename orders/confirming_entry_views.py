"""Confirming one order, and taking its confirmation back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from closing_site.companies.access import CompanyRequest
from closing_site.desk.entering import enter, page_of
from closing_site.desk.errors import NotPossible
from orders import offered
from orders.actions.confirming import confirm_order
from orders.actions.taking_back import take_back_confirmation
from orders.delivery_entry_views import back_of
from orders.entry_forms.deliveries import TakeBackForm
from orders.entry_views import seen_order


def order_confirm(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    if reason := offered.why_not_confirmed(order):
        raise NotPossible(reason=reason)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():

        def do() -> dict[str, Any]:
            return {"blocked": confirm_order(order=order, by=request.user)}

        if answer := enter(request, f"confirm order {order.pk}", form, do):
            if not answer["blocked"]:
                messages.success(request, _("Order %(number)s is confirmed.") % {"number": number})
                return redirect(back_of(request, number))
            form.add_error(None, _("It cannot be confirmed yet:"))
            for reason in answer["blocked"]:
                form.add_error(None, reason)
    shown = {
        "title": _("Confirm order %(number)s") % {"number": number},
        "order": order,
        "consequences": [
            _("What was delivered goes on to be invoiced; lines, prices and customer stay."),
            _("Later corrections are credit notes."),
        ],
        "form": form,
        "submit": _("Confirm"),
        "back": back_of(request, number),
    }
    return render(request, "orders/entry_confirm.html", shown)


def order_take_back(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    if reason := offered.why_not_taken_back(order):
        raise NotPossible(reason=reason)
    form = TakeBackForm(offered.confirmed_months(order), data=request.POST or None)
    back = page_of("order", number)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, int]:
            return {"taken": take_back_confirmation(order=order, by=request.user, **data)}

        if enter(request, f"take back confirmation {order.pk}", form, do):
            said = _("Order %(number)s is no longer confirmed.") % {"number": number}
            messages.success(request, said)
            return redirect(back)
    shown: dict[str, Any] = {
        "title": _("Take back the confirmation of order %(number)s") % {"number": number},
        "order": order,
        "consequences": [
            _("It can be changed, and waits to be confirmed again."),
            _("Your reason stands in the audit."),
        ],
        "form": form,
        "submit": _("Take it back"),
        "back": back,
        "is_danger": True,
    }
    return render(request, "orders/entry_confirm.html", shown)
