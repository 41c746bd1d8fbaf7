"""Money received and refunded."""

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


class RefundKind(models.TextChoices):
    """``bounce``: the receipt itself did not hold (a cheque, a direct debit, a chargeback)."""

    REFUND = "refund", _("refund")
    BOUNCE = "bounce", _("bounced")


class Payment(CompanyRow):
    """Money received, positive, or refunded, negative; gross, with the acquirer's ``fee`` apart.

    ``amount`` and ``fee`` are in ``currency``, ``base_amount`` in the company's at
    ``exchange_rate``. Without a customer it is in suspense and has no open item. A refund may name
    the payment or credit note it gives back, ``refund_of``; a blank ``refund_kind`` is a refund.
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
    refund_of = models.CharField(_("refund of"), max_length=80, blank=True, db_default="")
    refund_kind = models.CharField(
        _("kind of refund"), max_length=6, choices=RefundKind.choices, blank=True, db_default=""
    )

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
            models.CheckConstraint(
                condition=Q(refund_kind__in=["", *RefundKind.values]),
                name="payments_payment_refund_kind",
            ),
            models.CheckConstraint(
                condition=Q(amount__lt=0) | Q(refund_of="", refund_kind=""),
                name="payments_payment_only_refunds_name_one",
            ),
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
