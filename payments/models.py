"""Money received, what it was set against, what will not be paid, and what the bank says."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import Customer, OpenItem
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
from payments.querysets import PaymentQuerySet


class PaymentMethod(models.TextChoices):
    CASH = "cash", _("cash")
    CHEQUE = "cheque", _("cheque")
    BANK_TRANSFER = "bank_transfer", _("bank transfer")
    CARD = "card", _("card")
    WECHAT_PAY = "wechat_pay", _("WeChat Pay")
    ALIPAY = "alipay", _("Alipay")
    ACCEPTANCE_DRAFT = "acceptance_draft", _("acceptance draft")
    VOUCHER = "voucher", _("gift voucher")
    OTHER = "other", _("other")


class Payment(CompanyRow):
    """Money received, positive, or refunded, negative; gross, with the acquirer's ``fee`` apart.

    ``amount`` and ``fee`` are in ``currency``, ``base_amount`` in the company's at
    ``exchange_rate``. Without a customer it is in suspense and has no open item.
    """

    reference = models.CharField(_("reference"), max_length=80)
    customer = CompanyForeignKey(Customer, null=True)
    period = CompanyForeignKey(Period, soft=True)
    received_on = models.DateField()
    posted_on = models.DateField()
    method = models.CharField(max_length=16, choices=PaymentMethod.choices)
    currency = CurrencyField()
    exchange_rate = ExchangeRateField()
    amount = MoneyField()
    base_amount = MoneyField()
    fee = MoneyField(default=0)
    order_number = models.CharField(max_length=80, blank=True)
    invoice_number = models.CharField(max_length=80, blank=True)
    payer = models.CharField(max_length=200, blank=True)
    memo = models.CharField(max_length=500, blank=True)

    objects = PaymentQuerySet.as_manager()
    #: Of ``with_unplaced``.
    signed_unplaced: Decimal

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "reference"], name="payments_payment_reference"
            ),
            one_of("method", PaymentMethod, "payments_payment_method"),
            models.CheckConstraint(condition=~Q(amount=0), name="payments_payment_not_zero"),
        ]
        indexes = [
            models.Index(
                fields=["company", "period", "received_on", "id"], name="payments_payment_of_month"
            ),
            models.Index(
                fields=["company", "customer", "received_on", "id"],
                name="payments_payment_of_customer",
            ),
            models.Index(fields=["company", "received_on", "id"], name="payments_payment_received"),
            models.Index(fields=["company", "amount", "id"], name="payments_payment_amount"),
            models.Index(
                fields=["company", "method", "received_on", "id"],
                name="payments_payment_method_day",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Allocation(CompanyRow):
    """Part of a credit item (payment, credit note) set against a debit item (invoice, refund).

    ``debit_amount`` is in the debit item's currency, ``credit_amount`` in the credit item's; with
    ``base_`` each at its own document's rate, so that base_credit − base_debit is the exchange
    gain. Positive; an undoing is a dated row of its own with both negative (``reverses``).
    """

    customer = CompanyForeignKey(Customer, soft=True)
    period = CompanyForeignKey(Period, soft=True)
    posted_on = models.DateField()
    debit_item = CompanyForeignKey(OpenItem, soft=True)
    credit_item = CompanyForeignKey(OpenItem, soft=True)
    debit_amount = MoneyField()
    credit_amount = MoneyField()
    base_debit = MoneyField()
    base_credit = MoneyField()
    rule = models.CharField(max_length=20, help_text=_("what placed it: a rule of the match-run"))
    reverses = CompanyForeignKey("self", null=True)

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "reverses"],
                condition=Q(reverses__isnull=False),
                name="payments_allocation_reversed_once",
            ),
            models.CheckConstraint(
                condition=Q(reverses=None, debit_amount__gt=0, credit_amount__gt=0)
                | Q(reverses__isnull=False, debit_amount__lt=0, credit_amount__lt=0),
                name="payments_allocation_sign",
            ),
        ]
        indexes = [
            models.Index(fields=["debit_item"], name="payments_allocation_debit"),
            models.Index(fields=["credit_item"], name="payments_allocation_credit"),
            models.Index(fields=["company", "period"], name="payments_allocation_period"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_item_id} → {self.debit_item_id}"


class DeductionReason(models.TextChoices):
    CASH_DISCOUNT = "cash_discount", _("cash discount")
    ALLOWANCE = "allowance", _("allowance")
    BANK_FEE = "bank_fee", _("bank fee")
    WITHHOLDING_TAX = "withholding_tax", _("withheld tax")
    ROUNDING = "rounding", _("rounding")
    BAD_DEBT = "bad_debt", _("bad debt (write-off)")
    OTHER = "other", _("other")


class Deduction(CompanyRow):
    """Part of an invoice that will not be paid; in the item's currency, positive.

    A bad debt is a write-off: it needs an approval. An undoing is a dated, negative row.
    """

    customer = CompanyForeignKey(Customer, soft=True)
    period = CompanyForeignKey(Period, soft=True)
    posted_on = models.DateField()
    recorded_on = models.DateField()
    item = CompanyForeignKey(OpenItem, soft=True)
    reason = models.CharField(max_length=15, choices=DeductionReason.choices)
    amount = MoneyField()
    base_amount = MoneyField()
    customer_confirmed_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    approval = models.ForeignKey(
        "desk.Approval", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reverses = CompanyForeignKey("self", null=True)

    class Meta:
        constraints = [
            company_identity(),
            one_of("reason", DeductionReason, "payments_deduction_reason"),
            models.CheckConstraint(
                condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="payments_deduction_sign",
            ),
            models.CheckConstraint(
                condition=~Q(reason=DeductionReason.BAD_DEBT) | Q(approval__isnull=False),
                name="payments_deduction_write_off_approved",
            ),
            models.UniqueConstraint(
                fields=["company", "reverses"],
                condition=Q(reverses__isnull=False),
                name="payments_deduction_reversed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["item"], name="payments_deduction_item"),
            models.Index(fields=["company", "period"], name="payments_deduction_period"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.amount}"


class BankAccount(CompanyRow):
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    currency = CurrencyField()

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(fields=["company", "code"], name="payments_bankaccount_code"),
        ]

    def __str__(self) -> str:
        return self.code


class BankStatement(CompanyRow):
    """A statement as imported; ``closing`` = ``opening`` + its lines (law 6)."""

    account = CompanyForeignKey(BankAccount)
    number = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    opening = MoneyField()
    lines_total = MoneyField()
    closing = MoneyField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "account", "number"], name="payments_bankstatement_once"
            ),
            models.CheckConstraint(
                condition=Q(closing=F("opening") + F("lines_total")),
                name="payments_bankstatement_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class BankStatementLine(CompanyRow):
    """One movement; taken once (law 6)."""

    account = CompanyForeignKey(BankAccount, soft=True)
    statement = CompanyForeignKey(BankStatement)
    identity = models.CharField(max_length=100, help_text=_("the bank's own key of the line"))
    booked_on = models.DateField()
    amount = MoneyField()
    counterparty = models.CharField(max_length=200, blank=True)
    memo = models.CharField(max_length=500, blank=True)
    payment = CompanyForeignKey(Payment, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "account", "identity"], name="payments_bankstatementline_once"
            ),
            models.UniqueConstraint(
                fields=["company", "payment"],
                condition=Q(payment__isnull=False),
                name="payments_bankstatementline_one_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount}"
