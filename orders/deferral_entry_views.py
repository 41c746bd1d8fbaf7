"""Deferring an order, and releasing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from closing_site.companies.access import CompanyRequest
from closing_site.desk.entering import enter
from closing_site.desk.errors import NotPossible
from orders import offered
from orders.actions.deferring import defer_order, open_deferrals, release_deferral
from orders.delivery_entry_views import back_of
from orders.entry_forms.deferrals import DeferForm, ReleaseForm
from orders.entry_forms.deliveries import waiting_deliveries
from orders.entry_views import seen_order


def order_defer(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    if reason := offered.why_not_deferred(order):
        raise NotPossible(reason=reason)
    form = DeferForm(waiting_deliveries(order), data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, int]:
            return {"deferral": defer_order(order=order, by=request.user, **data).pk}

        if enter(request, f"defer order {order.pk}", form, do):
            said = _("Order %(number)s is deferred until someone releases it.")
            messages.success(request, said % {"number": number})
            return redirect(back_of(request, number))
    shown = {
        "title": _("Defer order %(number)s") % {"number": number},
        "order": order,
        "consequences": [
            _("It is not confirmed or invoiced until you or finance release it."),
            _("Finance sees the reason; each month's lock asks for its approval."),
        ],
        "form": form,
        "submit": _("Defer"),
        "back": back_of(request, number),
    }
    return render(request, "orders/entry_confirm.html", shown)


def order_release(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    deferrals = open_deferrals(order)
    if not deferrals:
        raise NotPossible(reason=_("It is not deferred."))
    initial = {"deferral": request.GET.get("deferral")}
    form = ReleaseForm(deferrals, data=request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, str]:
            release_deferral(by=request.user, **data)
            return {"number": order.number}

        if enter(request, f"release order {order.pk}", form, do):
            said = _("Order %(number)s is released.") % {"number": number}
            messages.success(request, said)
            return redirect(back_of(request, number))
    shown: dict[str, Any] = {
        "title": _("Release order %(number)s") % {"number": number},
        "order": order,
        "consequences": [
            _("It can be confirmed and invoiced again in an open month."),
            _("The list of a locked month stays as it is."),
        ],
        "form": form,
        "submit": _("Release"),
        "back": back_of(request, number),
    }
    return render(request, "orders/entry_confirm.html", shown)
