"""Entering products and tax rates; what is offered while one types an item number."""

from typing import Any

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
from closing_site.companies.may import may_write
from closing_site.companies.models import ZeroCategory
from closing_site.desk.entering import enter, page_of
from closing_site.pages.columns import Column, PercentColumn
from closing_site.pages.entry_fields import given_of
from closing_site.pages.listing import list_page
from closing_site.pages.table import Table
from orders.actions.basics import change_product, change_tax_rate, record_product, record_tax_rate
from orders.entry_forms import ProductForm, ReasonOfRateForm, TaxRateForm
from orders.models import STANDARD, Product, TaxRate

MOST_SUGGESTED = 20


def product_new(request: CompanyRequest) -> HttpResponse:
    form = ProductForm(data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = given_of(form)

        def do() -> dict[str, str]:
            product = record_product(company=request.company, given=given, by=request.user)
            return {"sku": product.sku}

        if answer := enter(request, "new product", form, do):
            messages.success(request, _("Product %(sku)s is recorded.") % answer)
            return redirect(page_of("product", answer["sku"], "product_new"))
    shown = {"title": _("New product"), "form": form, "submit": _("Save"), "back": reverse("home")}
    return render(request, "parts/entry_page.html", shown)


def product_change(request: CompanyRequest, number: str) -> HttpResponse:
    product = get_object_or_404(
        Product.objects.select_related("company"), company=request.company, sku=number
    )
    form = ProductForm(product, data=request.POST or None)
    back = page_of("product", number)
    if request.method == "POST" and form.is_valid():
        given = given_of(form)

        def do() -> dict[str, str]:
            return {"sku": change_product(product=product, given=given, by=request.user).sku}

        if enter(request, f"change product {product.pk}", form, do):
            messages.success(request, _("Product %(sku)s is changed.") % {"sku": number})
            return redirect(back)
    shown = {
        "title": _("Change product %(sku)s") % {"sku": number},
        "form": form,
        "submit": _("Save"),
        "back": back,
    }
    return render(request, "parts/entry_page.html", shown)


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
    back = reverse("tax_rates")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def do() -> dict[str, int]:
            return {"rate": record_tax_rate(company=request.company, by=request.user, **data).pk}

        if enter(request, "new tax rate", form, do):
            messages.success(request, _("The tax rate is recorded."))
            return redirect(back)
    shown = {"title": _("New tax rate"), "form": form, "submit": _("Save"), "back": back}
    return render(request, "parts/entry_page.html", shown)


def tax_rate_change(request: CompanyRequest, rate: int) -> HttpResponse:
    found = get_object_or_404(
        TaxRate.objects.select_related("company"), company=request.company, pk=rate
    )
    form = ReasonOfRateForm(request.POST or None, initial={"reason": found.reason})
    back = reverse("tax_rates")
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]

        def do() -> dict[str, int]:
            return {"rate": change_tax_rate(rate=found, reason=reason, by=request.user).pk}

        if enter(request, f"change tax rate {found.pk}", form, do):
            messages.success(request, _("The tax rate is changed."))
            return redirect(back)
    title = _("Why %(rate)s %% is %(category)s")
    says = {"rate": f"{found.percent.normalize():f}", "category": _category(found)}
    shown = {"title": title % says, "form": form, "submit": _("Save"), "back": back}
    return render(request, "parts/entry_page.html", shown)


@require_safe
def suggest_products(request: CompanyRequest) -> HttpResponse:
    """Options for a ``datalist``; the field of a line has its place in its name."""
    sent = [str(text) for key, text in request.GET.items() if key.endswith("sku")]
    typed = "".join(sent[:1]).strip()
    seen = Product.objects.seen_by(request.membership)
    found = seen.filter(Q(sku__istartswith=typed) | Q(name__icontains=typed)).order_by("sku")
    options = found.values_list("sku", "name")[:MOST_SUGGESTED]
    return render(request, "parts/entry_options.html", {"options": options})
