"""Entering products and tax rates; what is offered while one types an item number."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.companies.may import may_write
from closing_site.companies.models import ZeroCategory
from closing_site.customers.suggesting import suggestions
from closing_site.desk.entering import Answer, entry_page, page_of
from closing_site.pages.columns import Column, PercentColumn
from closing_site.pages.entry_fields import given_of, texts_of
from closing_site.pages.listing import list_page
from closing_site.pages.table import Table
from orders.actions.basics import change_product, change_tax_rate, record_product, record_tax_rate
from orders.entry_forms.basics import PRODUCT_NAMES, ProductForm, ReasonOfRateForm, TaxRateForm
from orders.models import STANDARD, Product, TaxRate


def product_new(request: CompanyRequest) -> HttpResponse:
    form = ProductForm(data=request.POST or None)

    def do() -> Answer:
        made = record_product(company=request.company, given=given_of(form), by=request.user)
        return {"sku": made.sku}

    return entry_page(
        request,
        form,
        do,
        action="new product",
        title=_("New product"),
        back=reverse("product_list"),
        said=_("Product %(sku)s is recorded."),
        to=lambda answer: page_of("product", answer["sku"], "product_new"),
    )


def product_change(request: CompanyRequest, number: str) -> HttpResponse:
    own = Product.objects.filter(company=request.company).select_related("company")
    product = get_object_or_404(own, sku=number)
    form = ProductForm(product, data=request.POST or None)

    def do() -> Answer:
        return {"sku": change_product(product=product, given=given_of(form), by=request.user).sku}

    return entry_page(
        request,
        form,
        do,
        action=f"change product {product.pk}",
        title=_("Change product %(sku)s") % {"sku": number},
        back=page_of("product", number),
        said=_("Product %(sku)s is changed."),
        now=lambda: texts_of(own.get(pk=product.pk), PRODUCT_NAMES),
    )


def _category(rate: TaxRate) -> Any:
    return _("standard") if rate.category == STANDARD else ZeroCategory(rate.category).label


class TaxRateTable(Table):
    name = "tax_rates"
    default_sort = "percent"
    category = Column(gettext_lazy("Category"), _category)
    percent = PercentColumn(gettext_lazy("Percent"), sort=True)
    reason = Column(gettext_lazy("Reason"))


@require_safe
def tax_rates(request: CompanyRequest) -> HttpResponseBase:
    rates = TaxRate.objects.filter(company=request.company)
    is_writer = may_write(request, "tax_rate_new")
    unexplained = rates.filter(percent=0).order_by("category") if is_writer else ()
    return list_page(
        request,
        table=TaxRateTable,
        queryset=rates,
        title=_("Tax rates"),
        template="orders/entry_tax_rates.html",
        context={
            "new_url": "tax_rate_new",
            "new_title": _("New tax rate"),
            "may_write": is_writer,
            "zero_rates": [(rate, _category(rate)) for rate in unexplained],
        },
    )


def tax_rate_new(request: CompanyRequest) -> HttpResponse:
    form = TaxRateForm(request.POST or None)

    def do() -> Answer:
        rate = record_tax_rate(company=request.company, by=request.user, **form.cleaned_data)
        return {"rate": rate.pk}

    return entry_page(
        request,
        form,
        do,
        action="new tax rate",
        title=_("New tax rate"),
        back=reverse("tax_rates"),
        said=_("The tax rate is recorded."),
    )


def tax_rate_change(request: CompanyRequest, rate: int) -> HttpResponse:
    own = TaxRate.objects.filter(company=request.company).select_related("company")
    found = get_object_or_404(own, pk=rate)
    form = ReasonOfRateForm(request.POST or None, initial={"reason": found.reason})

    def do() -> Answer:
        return {"rate": change_tax_rate(rate=found, by=request.user, **form.cleaned_data).pk}

    says = {"rate": f"{found.percent.normalize():f}", "category": _category(found)}
    return entry_page(
        request,
        form,
        do,
        action=f"change tax rate {found.pk}",
        title=_("Why %(rate)s %% is %(category)s") % says,
        back=reverse("tax_rates"),
        said=_("The tax rate is changed."),
        now=lambda: {"reason": own.get(pk=found.pk).reason},
    )


@require_safe
def suggest_products(request: CompanyRequest) -> HttpResponse:
    """The field of a line has its place in its name."""
    sent = [str(text) for key, text in request.GET.items() if key.endswith("sku")]
    seen = Product.objects.seen_by(request.membership)
    return suggestions(request, seen, "".join(sent[:1]), "sku")
