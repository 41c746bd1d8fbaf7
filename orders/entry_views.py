"""Entering orders with their lines; cancelling one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from closing_site.companies.access import CompanyRequest
from closing_site.desk.entering import enter, page_of, say_taken
from closing_site.desk.errors import NotPossible
from closing_site.pages.entry_fields import given_of, remember, texts_of
from closing_site.periods.posting import usual_day
from orders import offered, proposals
from orders.actions.checking_lines import known_rates
from orders.actions.ordering import cancel_order, change_order, record_order
from orders.entry_forms.orders import (
    LINE_NAMES,
    ORDER_NAMES,
    CancelForm,
    LineForm,
    LineFormSet,
    MoreLines,
    OrderForm,
    order_initial,
)
from orders.models import Order


def order_new(request: CompanyRequest) -> HttpResponse:
    today = usual_day(request.company, timezone.localdate())
    initial = order_initial(proposals.next_number(request.company), today)
    form = OrderForm(request.membership, data=request.POST or None, initial=initial)
    lines = LineFormSet(request.POST or None, prefix="lines", form_kwargs=_rates(request))
    if request.method == "POST" and form.is_valid() & lines.is_valid():
        given, rows = given_of(form, without=["seen"]), _given_lines(lines)

        def do() -> dict[str, str]:
            order = record_order(
                company=request.company,
                given=given,
                lines=[row for _f, row in rows],
                by=request.user,
            )
            return {"number": order.number}

        kept = {"order_lines": [line for line, _row in rows]}
        if answer := enter(request, "new order", form, do, lines=kept):
            messages.success(request, _("Order %(number)s is recorded.") % answer)
            return redirect(page_of("order", answer["number"], "my_orders"))
    return _order_page(request, form, lines, _("New order"), reverse("order_list"))


def order_change(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    if reason := offered.why_not_changed(order):
        raise NotPossible(reason=reason)
    initial, there = _shown(order)
    form = OrderForm(request.membership, order, data=request.POST or None, initial=initial)
    remember(form, [initial, there])
    lines = MoreLines(
        request.POST or None, prefix="lines", initial=there, form_kwargs=_rates(request)
    )
    back = page_of("order", number)
    if request.method == "POST" and form.is_valid() & lines.is_valid():
        given, rows = given_of(form, without=["seen"]), _given_lines(lines)

        def do() -> dict[str, str]:
            new = [row for _form, row in rows]
            return {
                "number": change_order(order=order, given=given, lines=new, by=request.user).number
            }

        kept = {"order_lines": [line for line, _row in rows]}
        answer = enter(
            request,
            f"change order {order.pk}",
            form,
            do,
            lines=kept,
            now=lambda: _shown(seen_order(request, number)),
        )
        if answer:
            say_taken(request, _("Order %(number)s is changed."), answer)
            return redirect(back)
    title = _("Change order %(number)s") % {"number": number}
    return _order_page(request, form, lines, title, back, order)


def order_cancel(request: CompanyRequest, number: str) -> HttpResponse:
    order = seen_order(request, number)
    if reason := offered.why_not_cancelled(order):
        raise NotPossible(reason=reason)
    today = usual_day(request.company, timezone.localdate())
    form = CancelForm(request.POST or None, initial={"cancelled_on": today})
    back = page_of("order", number)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, str]:
            return {"number": cancel_order(order=order, by=request.user, **data).number}

        if enter(request, f"cancel order {order.pk}", form, do):
            messages.success(request, _("Order %(number)s is cancelled.") % {"number": number})
            return redirect(back)
    consequences = [_("It is not delivered, confirmed or invoiced any more.")]
    if months := offered.sealed_lists(order):
        said = _("What stands on the unbilled list of %(months)s, which is locked, stays there.")
        consequences.append(said % {"months": ", ".join(months)})
    elif order.deliveries.exists():
        consequences.append(_("Its delivery, which is not confirmed, is taken back."))
    shown = {
        "title": _("Cancel order %(number)s") % {"number": number},
        "consequences": consequences,
        "form": form,
        "submit": _("Cancel the order"),
        "back": back,
        "is_danger": True,
    }
    return render(request, "parts/confirm_page.html", shown)


@require_POST
def order_totals(request: CompanyRequest) -> HttpResponse:
    """What the lines come to, while they are typed. ``order``: the number of that they change."""
    number = request.GET.get("order", "")
    order = seen_order(request, number) if number else None
    form = OrderForm(request.membership, data=request.POST)
    form.is_valid()
    lines = LineFormSet(request.POST, prefix="lines", form_kwargs=_rates(request))
    lines.is_valid()
    return render(request, "orders/entry_totals.html", _totals(request, form, lines, order))


def seen_order(request: CompanyRequest, number: str) -> Order:
    """Another's order is not found."""
    seen = Order.objects.seen_by(request.membership)
    return get_object_or_404(seen.select_related("company", "customer", "sales_rep"), number=number)


def _rates(request: CompanyRequest) -> dict[str, Any]:
    """What a line's rate is chosen from, as texts of a form."""
    rates = sorted(known_rates(request.company))
    return {"rates": [f"{rate.normalize():f}" for rate in rates]}


def _shown(order: Order) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What the form shows of an order, and of each of its lines."""
    head = texts_of(order, ORDER_NAMES)
    head["sales_rep"] = order.sales_rep.code if order.sales_rep else ""
    # Saving the order as it is keeps a line that the source's file does not contain any more.
    return head, [
        {**texts_of(line, LINE_NAMES), "is_missing": "1" if line.missing_since else ""}
        for line in order.lines.order_by("line_number")
    ]


def _order_page(
    request: CompanyRequest,
    form: OrderForm,
    lines: Any,
    title: str,
    back: str,
    order: Order | None = None,
) -> HttpResponse:
    shown = {"title": title, "form": form, "lines": lines, "back": back, "order": order}
    computed = _totals(request, form, lines, order) if form.is_bound or lines.initial_forms else {}
    return render(request, "orders/entry_order.html", {**shown, **computed})


def _totals(
    request: CompanyRequest, form: OrderForm, lines: Any, order: Order | None
) -> dict[str, Any]:
    head = getattr(form, "cleaned_data", None) or form.initial
    rows = [getattr(line, "cleaned_data", None) or line.initial for line in lines]
    given = [row for row in rows if row.get("sku") and not row.get("is_removed")]
    currency = proposals.currency_of(
        request.company, head.get("currency") or "", head.get("customer_code") or ""
    )
    includes_tax = head.get("prices_include_tax") == "1"
    computed = proposals.computed_lines(
        request.company, given, currency=currency, includes_tax=includes_tax, order=order
    )
    shown = [{**line, "sku": row["sku"]} for line, row in zip(computed, given, strict=True)]
    return {"computed": shown, "totals": proposals.totals(computed), "currency": currency}


def _given_lines(lines: Any) -> list[tuple[LineForm, dict[str, str | None]]]:
    """The lines with something in them; a new one takes the number after the last."""
    given = [line for line in lines if line.cleaned_data and line.is_given]
    last = max([int(line.initial.get("line_number") or 0) for line in lines], default=0)
    rows = []
    for line in given:
        row = given_of(line, without=["is_removed"])
        row["line_number"] = str(line.initial.get("line_number") or "")
        if not row["line_number"]:
            last += 1
            row["line_number"] = str(last)
        rows.append((line, row))
    return rows
