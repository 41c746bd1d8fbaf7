"""Entering what was handed over and accepted."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from closing_site.companies.access import CompanyRequest
from closing_site.companies.models import Role
from closing_site.desk.entering import answer_of, enter, page_of
from closing_site.desk.errors import NotPossible
from closing_site.pages.entry_fields import remember
from closing_site.periods.posting import posting_of, usual_day
from orders import offered
from orders.actions.delivering import (
    accept_delivery,
    deliver_lines,
    deliver_order,
    take_back_delivery,
)
from orders.entry_forms.deliveries import (
    AcceptForm,
    DeliverForm,
    DeliveryForm,
    waiting_deliveries,
)
from orders.entry_views import seen_order
from orders.models import DeliveryLine, Order


def back_of(request: CompanyRequest, number: str) -> str:
    """A rep goes on with their list."""
    if request.membership.role == Role.SALES_REP:
        return reverse("my_orders")
    return page_of("order", number)


def _today(request: CompanyRequest) -> Any:
    return usual_day(request.company, timezone.localdate())


def order_deliver(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    if reason := offered.why_not_delivered(order):
        raise NotPossible(reason=reason)
    if order.deliveries.filter(is_whole=False).exists():
        return redirect("order_deliver_lines", number=number)
    # Sent twice is no refusal: what was delivered meanwhile the action knows.
    if request.method != "POST" and (reason := offered.why_not_delivered_whole(order)):
        raise NotPossible(reason=reason)
    day = _today(request)
    hint = posting_of(request.company, day).sentence
    form = DeliverForm(hint, data=request.POST or None, initial={"delivered_on": day})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, str]:
            return {"number": deliver_order(order=order, by=request.user, **data).number}

        if enter(request, f"deliver order {order.pk}", form, do):
            _say_delivered(request, order)
            return redirect(back_of(request, number))
    title = _("Order %(number)s was delivered") % {"number": number}
    by_line = reverse("order_deliver_lines", kwargs={"number": number})
    return _page(request, order, form, title, _("Delivered"), other=(by_line, _("Only a part?")))


def order_deliver_lines(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    if reason := offered.why_not_delivered(order):
        raise NotPossible(reason=reason)
    day = _today(request)
    hint = posting_of(request.company, day).sentence
    own = DeliveryLine.objects.filter(company=request.company, order_line=OuterRef("pk"))
    so_far = own.values("order_line").annotate(total=Sum("quantity")).values("total")
    found = order.lines.annotate(delivered=Subquery(so_far)).select_related("product")
    lines = list(found.order_by("line_number"))
    form = DeliverForm(hint, lines, data=request.POST or None, initial={"delivered_on": day})
    remember(form, _delivered(order))
    if request.method == "POST" and form.is_valid():
        data, quantities = form.cleaned_data, form.quantities

        def do() -> dict[str, str]:
            done = deliver_lines(
                order=order,
                delivered_on=data["delivered_on"],
                accepted_on=data["accepted_on"],
                quantities=quantities,
                answer=answer_of(request),
                by=request.user,
            )
            return {"number": done.number}

        given = [number_ for number_, text in quantities.items() if text.strip()]
        kept = {"deliveries": [_of_line(form, line) for line in given]}
        name = f"deliver order {order.pk}"
        if enter(request, name, form, do, lines=kept, now=lambda: _delivered(order)):
            _say_delivered(request, order)
            return redirect(back_of(request, number))
    title = _("What of order %(number)s was delivered") % {"number": number}
    return _page(request, order, form, title, _("Delivered"))


def _say_delivered(request: CompanyRequest, order: Order) -> None:
    """Delivering ends no deferral."""
    says = {"n": order.number}
    messages.success(request, _("The delivery of order %(n)s is recorded.") % says)
    if order.deferrals.filter(released_at=None).exists():
        said = _("Order %(n)s stays deferred: release it when it can be invoiced.")
        messages.warning(request, said % says)


def _delivered(order: Order) -> list[Any]:
    """What was there when the form was opened."""
    return list(order.deliveries.order_by("pk").values_list("pk", "delivered_on", "is_whole"))


class _OfLine:
    """A line's field of the form, for what is wrong with its quantity."""

    def __init__(self, form: forms.Form, line: int) -> None:
        self.form, self.line = form, line
        self.fields = {"quantity": None}

    def add_error(self, field: str | None, error: str) -> None:
        self.form.add_error(f"line_{self.line}" if field else None, error)


def _of_line(form: forms.Form, line: int) -> Any:
    return _OfLine(form, line)


def order_accept(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    waiting = waiting_deliveries(order).filter(accepted_on=None)
    if not waiting:
        raise NotPossible(reason=_("It has no delivery that waits to be accepted."))
    form = AcceptForm(waiting, data=request.POST or None, initial={"accepted_on": _today(request)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, str]:
            accept_delivery(by=request.user, **data)
            return {"number": order.number}

        if enter(request, f"accept order {order.pk}", form, do):
            said = _("Order %(number)s is accepted.") % {"number": number}
            messages.success(request, said)
            return redirect(back_of(request, number))
    title = _("The customer accepted order %(number)s") % {"number": number}
    return _page(request, order, form, title, _("Accepted"))


def order_undeliver(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    if reason := offered.why_not_undelivered(order):
        raise NotPossible(reason=reason)
    waiting = offered.takeable_deliveries(order)
    if not waiting:
        raise NotPossible(reason=_("It has no delivery that could be taken back."))
    form = DeliveryForm(waiting, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        delivery = form.cleaned_data["delivery"]

        def do() -> dict[str, str]:
            take_back_delivery(delivery=delivery, by=request.user)
            return {"number": order.number}

        if enter(request, f"take back order {order.pk}", form, do):
            messages.success(request, _("The delivery is taken back."))
            return redirect(back_of(request, number))
    shown = {
        "title": _("Take back a delivery of order %(number)s") % {"number": number},
        "consequences": [_("As if it had not happened: the order waits to be delivered again.")],
        "form": form,
        "submit": _("Take it back"),
        "back": back_of(request, number),
        "is_danger": True,
    }
    return render(request, "parts/confirm_page.html", shown)


def _page(
    request: CompanyRequest,
    order: Order,
    form: forms.Form,
    title: str,
    submit: str,
    other: tuple[str, str] | None = None,
) -> HttpResponse:
    shown = {
        "title": title,
        "order": order,
        "form": form,
        "submit": submit,
        "back": back_of(request, order.number),
        "other": other,
    }
    return render(request, "orders/entry_delivery.html", shown)
