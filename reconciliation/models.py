"""The finance records: accounts, vouchers, and each customer's balances at a month's end."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import Customer
from closing_site.fields import (
    CompanyForeignKey,
    CurrencyField,
    MoneyField,
    company_identity,
    one_of,
)
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow
from invoicing.models import NumberSeries
from reconciliation.querysets import VoucherQuerySet


class AccountRole(models.TextChoices):
    """What the voucher-run books on an account; each role has one account."""

    RECEIVABLE = "receivable", _("receivables")
    ADVANCE = "advance", _("advances from customers")
    SUSPENSE = "suspense", _("unidentified receipts")
    REVENUE = "revenue", _("revenue")
    TAX = "tax", _("output tax")
    CASH = "cash", _("cash")
    BANK = "bank", _("bank")
    WALLET = "wallet", _("cards and wallets")
    NOTES = "notes", _("notes receivable")
    FEES = "fees", _("fees")
    EXCHANGE = "exchange", _("exchange differences")
    DEDUCTION = "deduction", _("deductions")
    BAD_DEBT = "bad_debt", _("bad debts")
    OPENING = "opening", _("opening balances")


class Account(CompanyRow):
    code = models.CharField(_("code"), max_length=20)
    role = models.CharField(max_length=12, choices=AccountRole.choices)
    name = models.CharField(_("name"), max_length=100)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(fields=["company", "code"], name="reconciliation_account_code"),
            models.UniqueConstraint(fields=["company", "role"], name="reconciliation_account_role"),
            one_of("role", AccountRole, "reconciliation_account_known_role"),
        ]

    def __str__(self) -> str:
        return self.code


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

    voucher = CompanyForeignKey(Voucher, related_name="lines", deferred=True)
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.voucher_id}/{self.line_number}"


class CustomerBalance(CompanyRow):
    """The roll-forward of one customer and currency, frozen when its month was locked.

    All flows are positive as the columns of CONTRACT's ``receivables`` name them; with ``base_`` in
    the company's currency, where the exchange difference has a column. The next month opens with
    the closing ones, so that no close reads more than its own month.
    """

    period = CompanyForeignKey(Period)
    customer = CompanyForeignKey(Customer)
    currency = CurrencyField()
    opening = MoneyField()
    invoiced = MoneyField()
    credited = MoneyField()
    allocated = MoneyField()
    deducted = MoneyField()
    written_off = MoneyField()
    closing = MoneyField()
    advances_opening = MoneyField()
    received = MoneyField()
    refunded = MoneyField()
    placed = MoneyField()
    advances_closing = MoneyField()
    notes_opening = MoneyField()
    notes_received = MoneyField()
    notes_closing = MoneyField()
    base_opening = MoneyField()
    base_invoiced = MoneyField()
    base_credited = MoneyField()
    base_allocated = MoneyField()
    base_deducted = MoneyField()
    base_written_off = MoneyField()
    base_exchange = MoneyField()
    base_closing = MoneyField()
    base_advances_opening = MoneyField()
    base_received = MoneyField()
    base_refunded = MoneyField()
    base_placed = MoneyField()
    base_advances_closing = MoneyField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "period", "customer", "currency"],
                name="reconciliation_customerbalance_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    closing=F("opening")
                    + F("invoiced")
                    - F("credited")
                    - F("allocated")
                    - F("deducted")
                    - F("written_off")
                )
                & Q(
                    base_closing=F("base_opening")
                    + F("base_invoiced")
                    - F("base_credited")
                    - F("base_allocated")
                    - F("base_deducted")
                    - F("base_written_off")
                    + F("base_exchange")
                ),
                name="reconciliation_customerbalance_receivable",
            ),
            models.CheckConstraint(
                condition=Q(
                    advances_closing=F("advances_opening")
                    + F("received")
                    - F("refunded")
                    - F("placed")
                )
                & Q(
                    base_advances_closing=F("base_advances_opening")
                    + F("base_received")
                    - F("base_refunded")
                    - F("base_placed")
                )
                & Q(notes_closing=F("notes_opening") + F("notes_received")),
                name="reconciliation_customerbalance_advances",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.customer_id} {self.currency}"
