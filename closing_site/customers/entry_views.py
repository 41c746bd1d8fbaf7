"""Entering customers and exchange rates; what is offered while one types a customer's code."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.exchange_rates import record_exchange_rate
from closing_site.companies.may import may_write
from closing_site.companies.models import ExchangeRate
from closing_site.customers.actions import change_customer, record_customer
from closing_site.customers.entry_forms import CustomerForm, ExchangeRateForm, shown_of
from closing_site.customers.models import Customer
from closing_site.customers.suggesting import suggestions
from closing_site.desk.entering import Answer, answer_of, entry_page, page_of
from closing_site.pages.columns import Column, DateColumn, NumberColumn
from closing_site.pages.entry_fields import given_of
from closing_site.pages.listing import list_page
from closing_site.pages.table import Table


def customer_new(request: CompanyRequest) -> HttpResponse:
    form = CustomerForm(request.company, data=request.POST or None)

    def do() -> Answer:
        made = record_customer(company=request.company, given=given_of(form), by=request.user)
        return {"code": made.code}

    return entry_page(
        request,
        form,
        do,
        action="new customer",
        title=_("New customer"),
        back=reverse("customer_list"),
        said=_("Customer %(code)s is recorded."),
        to=lambda answer: page_of("customer", answer["code"], "customer_new"),
        is_wide=True,
    )


def customer_change(request: CompanyRequest, number: str) -> HttpResponse:
    own = Customer.objects.filter(company=request.company).select_related("company", "sales_rep")
    customer = get_object_or_404(own, code=number)
    form = CustomerForm(request.company, customer, data=request.POST or None)

    def do() -> Answer:
        return {
            "code": change_customer(customer=customer, given=given_of(form), by=request.user).code
        }

    return entry_page(
        request,
        form,
        do,
        action=f"change customer {customer.pk}",
        title=_("Change customer %(code)s") % {"code": number},
        back=page_of("customer", number),
        said=_("Customer %(code)s is changed."),
        now=lambda: shown_of(own.get(pk=customer.pk)),
        is_wide=True,
    )


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

    def do() -> Answer:
        rate = record_exchange_rate(
            company=request.company,
            given=given_of(form),
            answer=answer_of(request),
            by=request.user,
        )
        return {"rate": rate.pk}

    return entry_page(
        request,
        form,
        do,
        action="new exchange rate",
        title=_("New exchange rate"),
        back=reverse("exchange_rates"),
        said=_("The exchange rate is recorded."),
    )


@require_safe
def suggest_customers(request: CompanyRequest) -> HttpResponse:
    seen = Customer.objects.seen_by(request.membership)
    return suggestions(request, seen, request.GET.get("customer_code", ""), "code")
