"""The lines of invoices, and their tax by rate."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from closing_site.fields import (
    CompanyForeignKey,
    MoneyField,
    PercentField,
    PriceField,
)
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow
from invoicing.models.invoices import Invoice
from orders.models import LineKind, OrderLine


class InvoiceLine(CompanyRow):
    """A line; in the invoice's currency and, with ``base_``, the company's. Written before its
    issued header, whose law checks that the lines add up to it."""

    invoice = CompanyForeignKey(Invoice, related_name="lines", soft=True)
    period = CompanyForeignKey(Period, null=True, soft=True)
    line_number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind.choices, default=LineKind.ITEM)
    order_line = CompanyForeignKey(OrderLine, null=True, soft=True)
    credited_line = CompanyForeignKey("self", null=True, soft=True)
    sku = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    quantity = PriceField()
    unit = models.CharField(max_length=50, blank=True)
    unit_price = PriceField()
    unit_cost = PriceField(null=True, help_text=_("the product's at the moment of issue"))
    discount_percent = PercentField()
    tax_category = models.CharField(max_length=20)
    tax_rate = PercentField()
    net = MoneyField()
    tax = MoneyField()
    base_net = MoneyField()
    base_tax = MoneyField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "line_number"], name="invoicing_invoiceline_number"
            ),
        ]
        indexes = [
            models.Index(fields=["order_line"], name="invoicing_invoiceline_ordered"),
            models.Index(fields=["company", "sku", "period"], name="invoicing_invoiceline_sold"),
            models.Index(
                fields=["credited_line"],
                condition=Q(credited_line__isnull=False),
                name="invoicing_invoiceline_credited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.line_number}"


class InvoiceTax(CompanyRow):
    """The tax of one rate on one document: the sum of its lines of that rate."""

    invoice = CompanyForeignKey(Invoice, related_name="taxes", soft=True)
    period = CompanyForeignKey(Period, null=True, soft=True)
    category = models.CharField(max_length=20)
    rate = PercentField()
    reason = models.CharField(max_length=200, blank=True)
    net = MoneyField()
    tax = MoneyField()
    base_net = MoneyField()
    base_tax = MoneyField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "category", "rate"], name="invoicing_invoicetax_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.rate}"
