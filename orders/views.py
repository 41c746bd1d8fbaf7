"""Orders, deliveries and products: lists and details."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.desk.documents.page import About, document_page
from closing_site.desk.documents.tabs import tabs
from closing_site.desk.visibility import sees_costs
from closing_site.pages.addresses import keys_of
from closing_site.pages.listing import list_page
from orders.deferrals_shown import deferral_of
from orders.filters import DeliveryFilterSet, OrderFilterSet, ProductFilterSet
from orders.models import Delivery, Order, OrderLine, Product
from orders.tables import (
    DELIVERY_STATES,
    ORDER_STATES,
    CostedProductTable,
    DeliveryTable,
    OrderTable,
    ProductTable,
    delivery_state,
)
from orders.totals import margin_percent, taxes_of

LIST = "documents/list.html"


def _tabs(here: str) -> Mapping[str, Any]:
    return {"tabs": tabs(here, order_list=_("Orders"), delivery_list=_("Deliveries"))}


@require_safe
def order_list(request: CompanyRequest) -> HttpResponseBase:
    member = request.membership
    seen = Order.objects.seen_by(member).select_related("customer", "sales_rep")
    return list_page(
        request,
        table=OrderTable,
        queryset=seen.with_state(member),
        title=_("Orders"),
        filterset=OrderFilterSet,
        template=LIST,
        empty=_("There is no order yet."),
        context=_tabs("order_list"),
    )


@require_safe
def order(request: CompanyRequest, number: str) -> HttpResponse:
    member = request.membership
    seen = Order.objects.seen_by(member).select_related("customer", "sales_rep")
    found = get_object_or_404(seen.with_state(member), number=number)
    lines = OrderLine.objects.filter(company=request.company, order=found.pk)
    lines = lines.select_related("product").order_by("line_number")
    deliveries = Delivery.objects.filter(company=request.company, order=found.pk)
    deliveries = deliveries.select_related("period")
    about = About(
        document=found,
        number=found.number,
        kinds=["order"],
        on=found.order_date,
        ids=[d.pk for d in deliveries],
        periods=[d.period for d in deliveries if d.period],
        is_over=found.cancelled_on is not None,
    )
    context = {
        "order": found,
        "lines": lines,
        "taxes": taxes_of(lines),
        "state_word": ORDER_STATES.get(found.state, found.state),
    }
    return document_page(request, "orders/order.html", about, context)


def _deliveries(request: CompanyRequest) -> QuerySet[Delivery]:
    seen = Delivery.objects.seen_by(request.membership)
    seen = seen.with_amount().select_related("order__customer", "period")
    return seen.with_deferral()


@require_safe
def delivery_list(request: CompanyRequest) -> HttpResponseBase:
    return list_page(
        request,
        table=DeliveryTable,
        queryset=_deliveries(request),
        title=_("Deliveries"),
        filterset=DeliveryFilterSet,
        template=LIST,
        empty=_("Nothing has been delivered yet."),
        context=_tabs("delivery_list"),
    )


@require_safe
def delivery(request: CompanyRequest, number: str) -> HttpResponse:
    found = get_object_or_404(_deliveries(request), pk__in=keys_of([number]))
    about = About(
        document=found,
        number=number,
        kinds=["delivery"],
        on=found.delivered_on,
        periods=[found.period] if found.period else [],
    )
    state = delivery_state(found)
    lines = OrderLine.objects.filter(company=request.company, order=found.order_id)
    parts = {
        part.order_line_id: part.quantity for part in found.lines.filter(company=request.company)
    }
    context = {
        "delivery": found,
        "state": state,
        "state_word": DELIVERY_STATES[state],
        "lines": [
            (line, line.quantity if found.is_whole else parts[line.pk])
            for line in lines.order_by("line_number")
            if found.is_whole or line.pk in parts
        ],
        "deferral": None if found.period else deferral_of(found),
    }
    return document_page(request, "orders/delivery.html", about, context)


@require_safe
def product_list(request: CompanyRequest) -> HttpResponseBase:
    return list_page(
        request,
        table=CostedProductTable if sees_costs(request.membership) else ProductTable,
        queryset=Product.objects.seen_by(request.membership),
        title=_("Products"),
        filterset=ProductFilterSet,
        template=LIST,
        empty=_("There is no product yet."),
    )


@require_safe
def product(request: CompanyRequest, number: str) -> HttpResponse:
    found = get_object_or_404(Product.objects.seen_by(request.membership), sku=number)
    about = About(document=found, number=found.sku, kinds=["product"])
    knows = sees_costs(request.membership)
    margin = margin_percent(found) if knows else None
    context = {"product": found, "knows_costs": knows, "margin": margin}
    return document_page(request, "orders/product.html", about, context)
