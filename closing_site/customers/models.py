"""Customers, the reps who look after them, and what each customer owes or is owed."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from closing_site.customers.querysets import CustomerQuerySet, OpenItemQuerySet
from closing_site.fields import (
    CompanyForeignKey,
    CurrencyField,
    MoneyField,
    company_identity,
    one_of,
)
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow


class SalesRep(CompanyRow):
    """A code on orders, with a user where the rep signs in."""

    code = models.CharField(_("code"), max_length=80)
    name = models.CharField(_("name"), max_length=200, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(fields=["company", "code"], name="customers_salesrep_code"),
        ]

    def __str__(self) -> str:
        return self.code


class InvoiceGrouping(models.TextChoices):
    ORDER = "order", _("an invoice per order")
    DELIVERY = "delivery", _("an invoice per delivery")
    MONTH = "month", _("an invoice per month")


class Customer(CompanyRow):
    code = models.CharField(_("code"), max_length=80)
    name = models.CharField(_("name"), max_length=200)
    tax_id = models.CharField(_("tax number"), max_length=50, blank=True)
    email = models.CharField(_("e-mail"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=50, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=50, blank=True)
    currency = CurrencyField(_("currency"), blank=True)
    payment_terms_days = models.PositiveIntegerField(_("days to pay"), null=True)
    payment_method = models.CharField(_("method of payment"), max_length=20, blank=True)
    discount_terms = models.CharField(_("cash discount"), max_length=50, blank=True)
    credit_limit = MoneyField(_("credit limit"), null=True)
    sales_rep = CompanyForeignKey(SalesRep, null=True)
    invoice_grouping = models.CharField(
        max_length=8, choices=InvoiceGrouping.choices, default=InvoiceGrouping.ORDER
    )
    is_on_hold = models.BooleanField(default=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            company_identity(),
            models.UniqueConstraint(fields=["company", "code"], name="customers_customer_code"),
            one_of("invoice_grouping", InvoiceGrouping, "customers_customer_grouping"),
        ]
        indexes = [
            models.Index(fields=["company", "name", "id"], name="customers_customer_named"),
            models.Index(fields=["company", "sales_rep"], name="customers_customer_rep"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="customers_customer_search"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Side(models.TextChoices):
    DEBIT = "debit", _("the customer owes it")
    CREDIT = "credit", _("the customer is owed it")


class OpenItemKind(models.TextChoices):
    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")
    PAYMENT = "payment", _("payment")
    REFUND = "refund", _("refund")
    OPENING_INVOICE = "opening_invoice", _("invoice from before")
    OPENING_CREDIT_NOTE = "opening_credit_note", _("credit note from before")
    OPENING_ADVANCE = "opening_advance", _("advance from before")


DEBIT_KINDS = (OpenItemKind.INVOICE, OpenItemKind.REFUND, OpenItemKind.OPENING_INVOICE)


class OpenItem(CompanyRow):
    """One receivable document of a customer, and how much of it is settled.

    All amounts are positive, in ``currency`` and, with ``base_``, in the company's; the side tells
    who owes. ``settled`` is kept by the trigger of allocations and deductions and by nothing else
    (law 5). An opening item is a document of its own, its number in ``number``; it is posted on the
    first day of the books.
    """

    customer = CompanyForeignKey(Customer)
    period = CompanyForeignKey(Period, soft=True)
    side = models.CharField(max_length=6, choices=Side.choices)
    kind = models.CharField(max_length=20, choices=OpenItemKind.choices)
    document_id = models.BigIntegerField(help_text=_("0 for an opening item"))
    number = models.CharField(max_length=80)
    currency = CurrencyField()
    amount = MoneyField()
    base_amount = MoneyField()
    settled = MoneyField(default=0)
    base_settled = MoneyField(default=0)
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    posted_on = models.DateField()

    objects = OpenItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "document_id"],
                condition=Q(document_id__gt=0),
                name="customers_openitem_document",
            ),
            models.UniqueConstraint(
                fields=["company", "kind", "number"],
                condition=Q(document_id=0),
                name="customers_openitem_opening_number",
            ),
            one_of("kind", OpenItemKind, "customers_openitem_kind"),
            models.CheckConstraint(
                condition=Q(side=Side.DEBIT, kind__in=[k.value for k in DEBIT_KINDS])
                | Q(side=Side.CREDIT) & ~Q(kind__in=[k.value for k in DEBIT_KINDS]),
                name="customers_openitem_side",
            ),
            models.CheckConstraint(
                condition=Q(settled__gte=0, settled__lte=F("amount")),
                name="customers_openitem_settled_within_amount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "customer", "currency"],
                condition=Q(settled__lt=F("amount")),
                name="customers_openitem_open",
            ),
            models.Index(
                fields=["company", "issued_on", "id"],
                condition=Q(settled__lt=F("amount")),
                name="customers_openitem_open_issued",
            ),
            models.Index(
                fields=["company", "due_on", "id"],
                condition=Q(settled__lt=F("amount")),
                name="customers_openitem_open_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"

    @property
    def open_amount(self) -> Decimal:
        """What is not settled, positive."""
        left: Decimal = self.amount - self.settled
        return left
