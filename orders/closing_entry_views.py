"""Closing an order short on its page, and reopening it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from closing_site.companies.access import CompanyRequest
from closing_site.desk.entering import enter, page_of
from closing_site.desk.errors import NotPossible
from closing_site.periods.posting import posting_of, usual_day
from orders import offered
from orders.actions.closing import close_order, closed_lines, open_charges, reopen_order
from orders.entry_forms.orders import CloseForm, ReopenForm
from orders.entry_views import seen_order


def order_close(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    if reason := offered.why_not_closed(order):
        raise NotPossible(reason=reason)
    today = usual_day(request.company, timezone.localdate())
    charges = open_charges(order)
    form = CloseForm(charges, data=request.POST or None, initial={"closed_on": today})
    back = page_of("order", number)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, str]:
            closed = close_order(
                order=order,
                reason=data["reason"],
                closed_on=data["closed_on"],
                charges=form.charges,
                by=request.user,
            )
            return {"number": closed.number}

        if enter(request, f"close order {order.pk}", form, do):
            messages.success(request, _("Order %(number)s is closed.") % {"number": number})
            return redirect(back)
    consequences = [
        _("Its undelivered goods, services and their share of discounts will not be invoiced."),
        _("What is delivered stays, and is invoiced as usual."),
        posting_of(request.company, today).sentence,
    ]
    shown = {
        "title": _("Close order %(number)s short") % {"number": number},
        "consequences": consequences,
        "form": form,
        "submit": _("Close the order"),
        "back": back,
        "is_danger": True,
    }
    return render(request, "parts/confirm_page.html", shown)


def order_reopen(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    if reason := offered.why_not_reopened(order):
        raise NotPossible(reason=reason)
    form = ReopenForm(closed_lines(order), data=request.POST or None)
    back = page_of("order", number)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, str]:
            return {"number": reopen_order(order=order, by=request.user, **data).number}

        if enter(request, f"reopen order {order.pk}", form, do):
            messages.success(request, _("Order %(number)s is reopened.") % {"number": number})
            return redirect(back)
    shown = {
        "title": _("Reopen order %(number)s") % {"number": number},
        "consequences": [
            _("What was closed of these lines is to be delivered after all."),
            _("Your reason is recorded."),
        ],
        "form": form,
        "submit": _("Reopen the order"),
        "back": back,
    }
    return render(request, "parts/confirm_page.html", shown)
