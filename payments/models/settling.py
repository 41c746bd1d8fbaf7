"""What money was set against, and what of an invoice will not be paid."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import Customer, OpenItem
from closing_site.fields import (
    CompanyForeignKey,
    MoneyField,
    company_identity,
    one_of,
)
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow


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
