"""What customers ordered, line by line."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

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
from closing_site.rows import CompanyRow
from orders.models.basics import Product, ProductKind
from orders.querysets import OrderQuerySet


class Order(CompanyRow):
    """What a customer ordered. Its number, as given, is ``number``; ``sort_key`` puts numbers into
    natural order, ``number_prefix`` and ``number_value`` are its parts (SO-0012 → SO-, 12).

    ``net``, ``tax`` and ``gross`` are the sums of its lines, null while a line cannot be computed.
    ``closed_on``: closed short, that day: its undelivered rest will not come (``close_reason``);
    ``closed_by_file``: nobody was asked about its charges.
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
    closed_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    closed_by_file = models.BooleanField(default=False, db_default=False)
    cancelled_net = MoneyField(
        null=True, help_text=_("net of what was delivered and went with the cancellation")
    )
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

    @property
    def current_customer_code(self) -> str:
        """The customer's code today; of one who is not known, as given."""
        return self.customer.code if self.customer else self.customer_code

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
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_at=None)
                | (Q(closed_on__isnull=False, closed_at__isnull=False) & ~Q(close_reason="")),
                name="orders_order_closed_with_reason",
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
                fields=["company", "closed_on"],
                condition=Q(closed_on__isnull=False),
                name="orders_order_closed",
            ),
            models.Index(
                fields=["company", "order_date", "id"],
                condition=Q(closed_on__isnull=False),
                name="orders_order_closed_short",
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
    """``net``, ``tax``: in the order's currency; null while quantity, price or rate is missing.

    ``closed_quantity``: what of ``quantity`` will not come, because the order was closed short; net
    and tax are those of the rest. ``supply_kind``: the kind (``ProductKind``) as which the line was
    billed without a delivery of its own; set when it is first billed so, and kept from then on.
    """

    order = CompanyForeignKey(Order, related_name="lines", db_index=False)
    line_number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind.choices, default=LineKind.ITEM)
    sku = models.CharField(max_length=80)
    product = CompanyForeignKey(Product, null=True, soft=True)
    description = models.CharField(max_length=300, blank=True)
    quantity = PriceField(null=True)
    closed_quantity = PriceField(default=0, db_default=0)
    supply_kind = models.CharField(
        max_length=7, choices=ProductKind.choices, blank=True, default="", db_default=""
    )
    unit = models.CharField(max_length=50, blank=True)
    unit_price = PriceField(null=True)
    discount_percent = PercentField(default=0)
    given_tax_rate = PercentField(null=True, help_text=_("as given on the line"))
    tax_rate = PercentField(null=True, help_text=_("the line's, else the product's, else default"))
    tax_category = models.CharField(max_length=20, blank=True)
    net = MoneyField(null=True)
    tax = MoneyField(null=True)
    missing_since = models.DateTimeField(
        null=True, help_text=_("delivered, but no longer in the file it came from")
    )

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "order", "line_number"], name="orders_orderline_number"
            ),
            one_of("kind", LineKind, "orders_orderline_kind"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="orders_orderline_quantity"),
            models.CheckConstraint(
                condition=Q(closed_quantity=0)
                | Q(closed_quantity__gt=0, closed_quantity__lte=models.F("quantity")),
                name="orders_orderline_closed",
            ),
            models.CheckConstraint(
                condition=Q(supply_kind__in=["", *ProductKind.values]),
                name="orders_orderline_supply_kind",
            ),
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


class RemovedLine(CompanyRow):
    """A line that an import removed, because its file has the order without it.

    Amounts are in the order's currency. ``restored_at``: a later import or a person has entered the
    line again.
    """

    order = CompanyForeignKey(Order, related_name="removed_lines", db_index=False)
    line_number = models.PositiveIntegerField()
    sku = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    quantity = PriceField(null=True)
    unit_price = PriceField(null=True)
    discount_percent = PercentField(default=0)
    tax_rate = PercentField(null=True)
    net = MoneyField(null=True)
    tax = MoneyField(null=True)
    file = models.CharField(max_length=300, blank=True)
    removed_at = models.DateTimeField()
    restored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "order", "line_number"],
                condition=Q(restored_at=None),
                name="orders_removedline_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.line_number}"
