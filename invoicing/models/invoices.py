"""Invoices and credit notes."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import Customer
from closing_site.fields import (
    CompanyForeignKey,
    CurrencyField,
    ExchangeRateField,
    MoneyField,
    company_identity,
    one_of,
)
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow
from invoicing.models.issuing import NumberSeries, PartySnapshot
from invoicing.querysets import InvoiceQuerySet
from orders.models import Order


class InvoiceKind(models.TextChoices):
    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")
    DEPOSIT = "deposit", _("deposit invoice")


class InvoiceStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    ISSUED = "issued", _("issued")


class Invoice(CompanyRow):
    """An invoice, or with negative amounts a credit note. Issued, it has a number and changes no
    more (laws 1 and 2); what may still move lies in InvoiceProgress and in the open item.

    Amounts are in ``currency``; with ``base_`` in the company's, at ``exchange_rate`` (base per
    unit): gross and tax are rounded, net is the rest. ``order`` is null where one invoice bills a
    customer's month.
    """

    kind = models.CharField(max_length=11, choices=InvoiceKind.choices)
    status = models.CharField(max_length=6, choices=InvoiceStatus.choices)
    period = CompanyForeignKey(Period, null=True, soft=True)
    series = CompanyForeignKey(NumberSeries, null=True, soft=True)
    sequence_number = models.PositiveIntegerField(null=True)
    number = models.CharField(_("number"), max_length=80, null=True)  # noqa: DJ001 (a draft has none)
    customer = CompanyForeignKey(Customer)
    order = CompanyForeignKey(Order, null=True, soft=True)
    credits = CompanyForeignKey("self", null=True)
    currency = CurrencyField()
    exchange_rate = ExchangeRateField()
    prices_include_tax = models.BooleanField()
    supplied_on = models.DateField()
    posted_on = models.DateField(null=True)
    issued_on = models.DateField(null=True)
    issued_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    buyer = CompanyForeignKey(PartySnapshot, null=True, soft=True)
    seller = CompanyForeignKey(PartySnapshot, null=True, soft=True)
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()
    base_net = MoneyField()
    base_tax = MoneyField()
    base_gross = MoneyField()

    objects = InvoiceQuerySet.as_manager()
    #: Of ``with_open_amount``.
    open_amount: Decimal
    signed_open: Decimal

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            company_identity(),
            one_of("kind", InvoiceKind, "invoicing_invoice_kind"),
            models.UniqueConstraint(fields=["company", "number"], name="invoicing_invoice_number"),
            models.UniqueConstraint(
                fields=["series", "sequence_number"], name="invoicing_invoice_sequence"
            ),
            models.CheckConstraint(
                condition=Q(
                    status=InvoiceStatus.DRAFT,
                    number=None,
                    sequence_number=None,
                    series=None,
                    period=None,
                    posted_on=None,
                    issued_on=None,
                    issued_at=None,
                )
                | Q(
                    status=InvoiceStatus.ISSUED,
                    number__isnull=False,
                    # A comparison alone lets a null pass.
                    sequence_number__isnull=False,
                    sequence_number__gt=0,
                    series__isnull=False,
                    period__isnull=False,
                    posted_on__isnull=False,
                    issued_on__isnull=False,
                    issued_at__isnull=False,
                    buyer__isnull=False,
                    seller__isnull=False,
                ),
                name="invoicing_invoice_numbered_when_issued",
            ),
            models.CheckConstraint(
                condition=Q(gross=models.F("net") + models.F("tax"))
                & Q(base_gross=models.F("base_net") + models.F("base_tax")),
                name="invoicing_invoice_gross_is_net_and_tax",
            ),
            models.CheckConstraint(
                condition=Q(kind=InvoiceKind.CREDIT_NOTE, gross__lte=0, credits__isnull=False)
                | Q(kind__in=["invoice", "deposit"], gross__gte=0, credits=None),
                name="invoicing_invoice_sign",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "period", "issued_on", "id"], name="invoicing_invoice_of_month"
            ),
            models.Index(fields=["company", "issued_on", "id"], name="invoicing_invoice_issued"),
            models.Index(fields=["company", "gross", "id"], name="invoicing_invoice_gross"),
            models.Index(
                fields=["company", "issued_on", "id"],
                condition=Q(kind=InvoiceKind.CREDIT_NOTE),
                name="invoicing_invoice_credit",
            ),
            models.Index(fields=["company", "order"], name="invoicing_invoice_order"),
            models.Index(
                fields=["company", "customer", "issued_on", "id"],
                name="invoicing_invoice_of_customer",
            ),
        ]

    def __str__(self) -> str:
        return self.number or "–"


class InvoiceProgress(CompanyRow):
    """What may still move after a document is issued or its month locked."""

    invoice = CompanyForeignKey(Invoice)
    tax_invoice_number = models.CharField(max_length=50, blank=True)
    times_sent = models.PositiveSmallIntegerField(default=0)
    last_sent_at = models.DateTimeField(null=True)
    dunning_stage = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "invoice"], name="invoicing_invoiceprogress_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}"
