"""Entering customers and exchange rates; what is offered while one types a customer's code."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.exchange_rates import record_exchange_rate
from closing_site.companies.may import may_write
from closing_site.companies.models import ExchangeRate
from closing_site.customers.actions import change_customer, record_customer
from closing_site.customers.entry_forms import CustomerForm, ExchangeRateForm
from closing_site.customers.models import Customer
from closing_site.desk.entering import enter, page_of
from closing_site.pages.columns import Column, DateColumn, NumberColumn
from closing_site.pages.entry_fields import given_of
from closing_site.pages.listing import list_page
from closing_site.pages.table import Table

MOST_SUGGESTED = 20


def customer_new(request: CompanyRequest) -> HttpResponse:
    form = CustomerForm(request.company, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = given_of(form)

        def do() -> dict[str, str]:
            return {
                "code": record_customer(company=request.company, given=given, by=request.user).code
            }

        if answer := enter(request, "new customer", form, do):
            messages.success(request, _("Customer %(code)s is recorded.") % answer)
            return redirect(page_of("customer", answer["code"], "customer_new"))
    shown = {"title": _("New customer"), "form": form, "submit": _("Save"), "back": reverse("home")}
    return render(request, "parts/entry_page.html", shown)


def customer_change(request: CompanyRequest, number: str) -> HttpResponse:
    customer = get_object_or_404(
        Customer.objects.select_related("company", "sales_rep"),
        company=request.company,
        code=number,
    )
    form = CustomerForm(request.company, customer, data=request.POST or None)
    back = page_of("customer", number)
    if request.method == "POST" and form.is_valid():
        given = given_of(form)

        def do() -> dict[str, str]:
            return {"code": change_customer(customer=customer, given=given, by=request.user).code}

        if enter(request, f"change customer {customer.pk}", form, do):
            messages.success(request, _("Customer %(code)s is changed.") % {"code": number})
            return redirect(back)
    title = _("Change customer %(code)s") % {"code": number}
    shown = {"title": title, "form": form, "submit": _("Save"), "back": back}
    return render(request, "parts/entry_page.html", shown)


class ExchangeRateTable(Table):
    name = "exchange_rates"
    default_sort = "-valid_from"
    currency = Column(gettext_lazy("Currency"), sort=True)
    valid_from = DateColumn(gettext_lazy("From"), sort=True)
    rate = NumberColumn(gettext_lazy("Rate"))


@require_safe
def exchange_rates(request: CompanyRequest) -> HttpResponseBase:
    rates = ExchangeRate.objects.filter(company=request.company)
    return list_page(
        request,
        table=ExchangeRateTable,
        queryset=rates,
        title=_("Exchange rates"),
        template="parts/entry_list.html",
        context={
            "new_url": "exchange_rate_new",
            "new_title": _("New exchange rate"),
            "may_write": may_write(request, "exchange_rate_new"),
        },
    )


def exchange_rate_new(request: CompanyRequest) -> HttpResponse:
    form = ExchangeRateForm(request.company, data=request.POST or None)
    back = reverse("exchange_rates")
    if request.method == "POST" and form.is_valid():
        given = given_of(form)

        def do() -> dict[str, int]:
            rate = record_exchange_rate(company=request.company, given=given, by=request.user)
            return {"rate": rate.pk}

        if enter(request, "new exchange rate", form, do):
            messages.success(request, _("The exchange rate is recorded."))
            return redirect(back)
    shown = {"title": _("New exchange rate"), "form": form, "submit": _("Save"), "back": back}
    return render(request, "parts/entry_page.html", shown)


@require_safe
def suggest_customers(request: CompanyRequest) -> HttpResponse:
    """Options for a ``datalist``: what begins with, or holds, what was typed."""
    typed = request.GET.get("customer_code", "").strip()
    seen = Customer.objects.seen_by(request.membership)
    found = seen.filter(Q(code__istartswith=typed) | Q(name__icontains=typed)).order_by("code")
    options = found.values_list("code", "name")[:MOST_SUGGESTED]
    return render(request, "parts/entry_options.html", {"options": options})
