"""What the bank says."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from closing_site.fields import (
    CompanyForeignKey,
    CurrencyField,
    MoneyField,
    company_identity,
)
from closing_site.rows import CompanyRow
from payments.models.payments import Payment


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
