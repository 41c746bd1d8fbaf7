"""Products and tax rates; orders, what was handed over of them, and what was held back."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import ZeroCategory
from closing_site.customers.models import Customer, SalesRep
from closing_site.fields import (
    CompanyForeignKey,
    CurrencyField,
    MoneyField,
    PercentField,
    PriceField,
    company_identity,
    one_of,
)
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow
from orders.querysets import DeliveryQuerySet, OrderQuerySet, ProductQuerySet

STANDARD = "standard"


class TaxRate(CompanyRow):
    """A rate of the company's. A zero rate says why (category and reason)."""

    category = models.CharField(_("category"), max_length=20)
    percent = PercentField(_("percent"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "category", "percent"], name="orders_taxrate_once"
            ),
            models.CheckConstraint(
                condition=Q(category=STANDARD, percent__gt=0)
                | Q(category__in=ZeroCategory.values, percent=0),
                name="orders_taxrate_zero_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} {self.category}"


class Product(CompanyRow):
    sku = models.CharField(_("item number"), max_length=80)
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=100, blank=True)
    unit = models.CharField(_("unit"), max_length=50, blank=True)
    unit_price = PriceField(_("unit price"), null=True)
    unit_cost = PriceField(_("unit cost"), null=True)
    tax_rate = PercentField(_("tax rate"), null=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            company_identity(),
            models.UniqueConstraint(fields=["company", "sku"], name="orders_product_sku"),
        ]
        indexes = [
            models.Index(fields=["company", "name", "id"], name="orders_product_named"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="orders_product_search"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class Order(CompanyRow):
    """What a customer ordered. Its number, as given, is ``number``; ``sort_key`` puts numbers into
    natural order, ``number_prefix`` and ``number_value`` are its parts (SO-0012 → SO-, 12).

    ``net``, ``tax`` and ``gross`` are the sums of its lines, null while a line cannot be computed.
    """

    number = models.CharField(_("number"), max_length=80)
    sort_key = models.CharField(max_length=200)
    number_prefix = models.CharField(max_length=80)
    number_value = models.BigIntegerField(null=True)
    customer = CompanyForeignKey(Customer, null=True)
    customer_code = models.CharField(max_length=80, help_text=_("as given"))
    order_date = models.DateField(_("order date"))
    required_on = models.DateField(null=True)
    delivered_on = models.DateField(null=True, help_text=_("nothing is outstanding since then"))
    cancelled_on = models.DateField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    currency = CurrencyField(_("currency"))
    prices_include_tax = models.BooleanField(default=False)
    sales_rep = CompanyForeignKey(SalesRep, null=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    stated_total = MoneyField(null=True)
    customer_reference = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True)
    net = MoneyField(null=True)
    tax = MoneyField(null=True)
    gross = MoneyField(null=True)

    objects = OrderQuerySet.as_manager()
    #: Of ``with_state``.
    state: str

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            company_identity(),
            models.UniqueConstraint(fields=["company", "number"], name="orders_order_number"),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)),
                name="orders_order_satisfaction",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on=None) | ~Q(cancel_reason=""),
                name="orders_order_cancelled_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "order_date", "id"], name="orders_order_dated"),
            models.Index(fields=["company", "gross", "id"], name="orders_order_gross"),
            models.Index(
                fields=["company", "customer", "order_date", "id"], name="orders_order_customer"
            ),
            models.Index(
                fields=["company", "sales_rep", "order_date", "id"], name="orders_order_rep"
            ),
            models.Index(
                fields=["company", "order_date", "id"],
                condition=Q(delivered_on=None, cancelled_on=None),
                name="orders_order_outstanding",
            ),
            models.Index(
                fields=["company", "order_date", "id"],
                condition=Q(cancelled_on__isnull=False),
                name="orders_order_given_up",
            ),
            models.Index(
                fields=["company", "number_prefix", "number_value"], name="orders_order_sequence"
            ),
            models.Index(fields=["company", "delivered_on"], name="orders_order_delivered"),
            models.Index(
                fields=["company", "cancelled_on"],
                condition=Q(cancelled_on__isnull=False),
                name="orders_order_cancelled",
            ),
            models.Index(
                fields=["company", "customer_code"],
                condition=Q(customer=None),
                name="orders_order_unknown_customer",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class LineKind(models.TextChoices):
    ITEM = "item", _("item")
    DISCOUNT = "discount", _("discount")
    DEPOSIT = "deposit", _("deposit deducted")


class OrderLine(CompanyRow):
    """``net``, ``tax``: in the order's currency; null while quantity, price or rate is missing."""

    order = CompanyForeignKey(Order, related_name="lines", db_index=False)
    line_number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind.choices, default=LineKind.ITEM)
    sku = models.CharField(max_length=80)
    product = CompanyForeignKey(Product, null=True, soft=True)
    description = models.CharField(max_length=300, blank=True)
    quantity = PriceField(null=True)
    unit = models.CharField(max_length=50, blank=True)
    unit_price = PriceField(null=True)
    discount_percent = PercentField(default=0)
    given_tax_rate = PercentField(null=True, help_text=_("as given on the line"))
    tax_rate = PercentField(null=True, help_text=_("the line's, else the product's, else default"))
    tax_category = models.CharField(max_length=20, blank=True)
    net = MoneyField(null=True)
    tax = MoneyField(null=True)

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "order", "line_number"], name="orders_orderline_number"
            ),
            one_of("kind", LineKind, "orders_orderline_kind"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="orders_orderline_quantity"),
        ]
        indexes = [
            models.Index(
                fields=["company", "sku"],
                condition=Q(product=None),
                name="orders_orderline_unknown_sku",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.line_number}"


class Delivery(CompanyRow):
    """What was handed over on a day: all of the order (``is_whole``, without lines), or its lines.

    Confirmed, it carries its period and the day it is posted on, and changes no more (law 8).
    """

    order = CompanyForeignKey(Order, related_name="deliveries")
    delivered_on = models.DateField()
    accepted_on = models.DateField(null=True)
    is_whole = models.BooleanField(default=False)
    period = CompanyForeignKey(Period, null=True, soft=True)
    posted_on = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "order", "delivered_on"], name="orders_delivery_day"
            ),
            models.CheckConstraint(
                condition=Q(period=None, posted_on=None, confirmed_at=None)
                | Q(period__isnull=False, posted_on__isnull=False, confirmed_at__isnull=False),
                name="orders_delivery_confirmed_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "delivered_on"],
                condition=Q(period=None),
                name="orders_delivery_unconfirmed",
            ),
            models.Index(
                fields=["company", "period", "delivered_on", "id"],
                condition=Q(period__isnull=False),
                name="orders_delivery_confirmed",
            ),
            models.Index(fields=["company", "delivered_on", "id"], name="orders_delivery_dated"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.delivered_on}"


class DeliveryLine(CompanyRow):
    """How much of an order line a delivery in parts handed over."""

    delivery = CompanyForeignKey(Delivery, related_name="lines")
    order_line = CompanyForeignKey(OrderLine, db_index=True)
    quantity = PriceField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "delivery", "order_line"], name="orders_deliveryline_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="orders_deliveryline_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.quantity}"


class HeldBack(CompanyRow):
    """A delivery recognised by a month's end but faulty in its data: on that month's unbilled list.

    ``net`` and ``tax`` are in the order's currency, null where the fault keeps them from being
    known. ``approval`` names who let it wait.
    """

    delivery = CompanyForeignKey(Delivery, db_index=True)
    period = CompanyForeignKey(Period, soft=True)
    posted_on = models.DateField()
    reason = models.TextField()
    net = MoneyField(null=True)
    tax = MoneyField(null=True)
    approval = models.ForeignKey(
        "desk.Approval", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "period", "delivery"], name="orders_heldback_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="orders_heldback_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.reason}"
