"""Products, and the tax rates of what is sold."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import ZeroCategory
from closing_site.fields import CompanyForeignKey, PercentField, PriceField, company_identity
from closing_site.rows import CompanyRow
from orders.querysets import ProductQuerySet

STANDARD = "standard"


class TaxRate(CompanyRow):
    """A rate of the company's. A zero rate says why (category and reason)."""

    category = models.CharField(_("category"), max_length=20)
    percent = PercentField(_("percent"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    #: A file brought it to a company that had other rates: it may be a mistake.
    is_unexpected = models.BooleanField(db_default=False)

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
            models.CheckConstraint(
                condition=Q(percent__range=(0, 100)), name="orders_taxrate_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} {self.category}"


class ProductKind(models.TextChoices):
    """What decides with which part of an order a line is billed (orders.due_sql)."""

    GOODS = "goods", _("goods")
    SERVICE = "service", _("service")
    CHARGE = "charge", _("charge")


class Product(CompanyRow):
    """``kind`` is blank where nobody has said it. ``delivered_since``: the first day on which a
    delivery by lines handed it over, whatever the order; what has such a day is taken for goods.
    """

    sku = models.CharField(_("item number"), max_length=80)
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=100, blank=True)
    kind = models.CharField(
        _("kind"), max_length=7, choices=ProductKind.choices, blank=True, default="", db_default=""
    )
    delivered_since = models.DateField(null=True)
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
            models.CheckConstraint(
                condition=Q(kind__in=["", *ProductKind.values]), name="orders_product_kind"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "name", "id"], name="orders_product_named"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="orders_product_search"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class FormerTaxRate(CompanyRow):
    """The rate that a product had before a day; without a product, the company's default.

    ``until``: the day of the change, in the company's time zone; of several changes on a day the
    first counts. Null: there was none. Written by the triggers of the change.
    """

    product = CompanyForeignKey(Product, null=True)
    tax_rate = PercentField(null=True)
    until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "product", "until"],
                name="orders_formertaxrate_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tax_rate} until {self.until}"
