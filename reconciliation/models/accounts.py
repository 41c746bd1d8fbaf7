"""The chart of accounts, by what is booked on each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from closing_site.fields import (
    company_identity,
    one_of,
)
from closing_site.rows import CompanyRow


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
