"""Vouchers: the balanced double entry for each document."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import Customer
from closing_site.fields import (
    CompanyForeignKey,
    CurrencyField,
    MoneyField,
    company_identity,
    one_of,
    rows_of_a_month,
)
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow
from invoicing.models import NumberSeries
from reconciliation.models.accounts import Account
from reconciliation.querysets import VoucherQuerySet


class VoucherKind(models.TextChoices):
    """The word before a voucher's number (凭证字)."""

    TRANSFER = "transfer", _("transfer voucher")
    RECEIPT = "receipt", _("receipt voucher")
    PAYMENT = "payment", _("payment voucher")


class Voucher(CompanyRow):
    """The balanced double entry for a document, in base currency. Written after its lines, which
    its law adds up; never changed."""

    period = CompanyForeignKey(Period, soft=True)
    kind = models.CharField(max_length=8, choices=VoucherKind.choices)
    series = CompanyForeignKey(NumberSeries, soft=True)
    sequence_number = models.PositiveIntegerField()
    number = models.CharField(max_length=80)
    posted_on = models.DateField()
    document_kind = models.CharField(max_length=30)
    document_id = models.BigIntegerField()
    document_number = models.CharField(max_length=80)
    total = MoneyField()

    objects = VoucherQuerySet.as_manager()
    #: Of ``with_people``.
    prepared_by: str | None
    reviewed_by: str | None
    posted_by: str | None
    cashier: str | None

    class Meta:
        constraints = [
            company_identity(),
            one_of("kind", VoucherKind, "reconciliation_voucher_kind"),
            models.UniqueConstraint(
                fields=["series", "sequence_number"], name="reconciliation_voucher_sequence"
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "period", "document_kind", "document_id"],
                name="reconciliation_voucher_doc",
            ),
            models.Index(fields=["company", "number"], name="reconciliation_voucher_number"),
            models.Index(fields=["company", "period", "id"], name="reconciliation_voucher_month"),
        ]

    def __str__(self) -> str:
        return self.number


class VoucherLine(CompanyRow):
    """``debit`` or ``credit``, one of them zero, in base currency; ``amount`` is the same in
    ``currency``, positive for a debit. ``source_kind`` and ``source_id`` name the row it books,
    where that is not the voucher's document itself."""

    voucher = CompanyForeignKey(Voucher, related_name="lines", soft=True)
    period = CompanyForeignKey(Period, soft=True)
    line_number = models.PositiveIntegerField()
    account = CompanyForeignKey(Account, soft=True)
    customer = CompanyForeignKey(Customer, null=True, soft=True)
    currency = CurrencyField()
    amount = MoneyField()
    debit = MoneyField()
    credit = MoneyField()
    source_kind = models.CharField(max_length=12, blank=True)
    source_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["voucher", "line_number"], name="reconciliation_voucherline_number"
            ),
            models.CheckConstraint(
                condition=Q(debit__gte=0, credit__gte=0) & (Q(debit=0) | Q(credit=0)),
                name="reconciliation_voucherline_one_side",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "source_kind", "source_id"],
                condition=Q(source_id__isnull=False),
                name="reconciliation_line_source",
            ),
            rows_of_a_month("reconciliation_line_month"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher_id}/{self.line_number}"
