"""Filters of the lists of orders, deliveries and products; their parameters in each docstring.

What has been invoiced is asked of the invoices, and what waits for confirmation of the deliveries:
there an index answers, of the orders only reading all of them would.
"""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from closing_site.customers.filters import CustomerFilter, RepFilter, SalesFilterSet, named
from closing_site.desk.documents.filters import (
    Choice,
    DocumentFilterSet,
    FindingsFilter,
    FromAmount,
    FromDay,
    MonthFilter,
    NumberSearch,
    SearchInput,
    ToAmount,
    ToDay,
)
from closing_site.periods.calendar import MONTH, first_day_of, last_day_of
from orders.models import Product
from orders.querysets import DeliveryQuerySet, OrderQuerySet


class OrderMonth(MonthFilter):
    """``month=2026-06``: ordered in that month."""

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not MONTH.fullmatch(value or ""):
            return rows
        first = first_day_of(value)
        return rows.filter(order_date__gte=first, order_date__lte=last_day_of(first))


class OrderFilterSet(SalesFilterSet):
    """``search`` (how the number begins, or the gross amount), ``state`` (``open``: not wholly
    delivered, ``closed``: short, ``cancelled``), ``month`` (of the order's date),
    ``since``/``until`` (order dates), ``customer`` (code or name), ``rep`` (code),
    ``amount_from``/``amount_to`` (gross),
    ``findings=standing``."""

    search = NumberSearch("number", "gross")
    state = Choice(
        _("State"),
        choices=[
            ("open", _("outstanding")),
            ("closed", _("closed short")),
            ("cancelled", _("cancelled")),
        ],
        method="in_state",
    )
    month = OrderMonth()
    customer = CustomerFilter()
    rep = RepFilter()
    since = FromDay("order_date", _("Ordered from"))
    until = ToDay("order_date", _("Ordered to"))
    amount_from = FromAmount("gross")
    amount_to = ToAmount("gross")
    findings = FindingsFilter("order")

    def in_state(self, rows: OrderQuerySet, _name: str, state: str) -> OrderQuerySet:
        if state == "open":
            return rows.outstanding()
        if state == "closed":
            return rows.filter(closed_on__isnull=False)
        return rows.filter(cancelled_on__isnull=False)


class DeliveryFilterSet(DocumentFilterSet):
    """``state`` (``waiting``: not confirmed, ``held_back``; of no cancelled order), ``month``
    (confirmed in it), ``since``/``until`` (delivered on). Whose they are is asked of the orders,
    which know it."""

    state = Choice(
        _("State"),
        choices=[("waiting", _("waits for confirmation")), ("held_back", _("deferred"))],
        method="in_state",
    )
    month = MonthFilter(label=_("Confirmed in"))
    since = FromDay("delivered_on", _("Delivered from"))
    until = ToDay("delivered_on", _("Delivered to"))

    def in_state(self, rows: DeliveryQuerySet, _name: str, state: str) -> DeliveryQuerySet:
        # A cancelled order's delivery stays where a locked month's list has it; it waits no more.
        waiting = rows.filter(period=None, order__cancelled_on=None)
        if state != "held_back":
            return waiting
        return waiting.deferred()


class ProductFilterSet(DocumentFilterSet):
    """``search`` (item number or name), ``category``."""

    search = django_filters.CharFilter(
        label=_("Item number or name"), method="find", widget=SearchInput
    )
    category = Choice(_("Category"), choices=[])

    def __init__(self, data: Any, queryset: QuerySet[Product], **options: Any) -> None:
        super().__init__(data, queryset, **options)
        of_company = Product.objects.filter(company=self.request.company).exclude(category="")
        found = of_company.values_list("category", flat=True).distinct().order_by("category")
        self.filters["category"].extra["choices"] = [(name, name) for name in found]

    def find(self, rows: QuerySet[Product], _name: str, text: str) -> QuerySet[Product]:
        return rows.filter(named(text, "sku"))
