"""Deferrals of orders, and each month's list of what is recognised and not invoiced."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from closing_site.fields import CompanyForeignKey, MoneyField, company_identity, one_of
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow
from orders.models.deliveries import Delivery
from orders.models.orders import Order


class DeferralOrigin(models.TextChoices):
    """``automatic`` ends when the order passes every check, ``person`` when a person releases."""

    PERSON = "person", _("by a person")
    AUTOMATIC = "automatic", _("automatic")


class DeferralKind(models.TextChoices):
    """What is accrued for it (ACCOUNTING 1): the order's amount, an estimate, nothing."""

    BILLING = "billing", _("invoice later")
    AMOUNT_UNKNOWN = "amount_unknown", _("price or quantity open")
    RECOGNITION = "recognition", _("refused, returned or disputed")


class Deferral(CompanyRow):
    """The standing word that an order, or one delivery of it, is not invoiced yet.

    Without ``delivery`` it covers the whole order, also before anything is delivered. It belongs to
    no month. Rows are append-only, except that an open deferral is released once.

    ``estimate``: net in the order's currency, proposed for an unknown amount.
    """

    order = CompanyForeignKey(Order, related_name="deferrals")
    #: Soft: a delivery that is taken back leaves the record of its deferral.
    delivery = CompanyForeignKey(Delivery, null=True, soft=True, on_delete=models.DO_NOTHING)
    origin = models.CharField(max_length=9, choices=DeferralOrigin.choices)
    kind = models.CharField(
        max_length=14, choices=DeferralKind.choices, default=DeferralKind.BILLING
    )
    reason = models.TextField()
    estimate = MoneyField(null=True)
    expected_on = models.DateField(null=True)
    deferred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    deferred_at = models.DateTimeField(db_default=Now())
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True)
    release_reason = models.TextField(blank=True, db_default="")

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "order", "delivery"],
                condition=Q(released_at=None),
                nulls_distinct=False,
                name="orders_deferral_one_open",
            ),
            one_of("origin", DeferralOrigin, "orders_deferral_origin"),
            one_of("kind", DeferralKind, "orders_deferral_kind"),
            models.CheckConstraint(condition=~Q(reason=""), name="orders_deferral_reason"),
            models.CheckConstraint(
                condition=Q(origin=DeferralOrigin.PERSON)
                | Q(kind=DeferralKind.BILLING, delivery=None, estimate=None),
                name="orders_deferral_automatic_is_billing",
            ),
            models.CheckConstraint(
                condition=Q(estimate=None) | Q(kind=DeferralKind.AMOUNT_UNKNOWN, estimate__gte=0),
                name="orders_deferral_estimate",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None, release_reason="")
                | Q(released_at__isnull=False, released_by__isnull=False)
                | Q(released_at__isnull=False, origin=DeferralOrigin.AUTOMATIC),
                name="orders_deferral_released_by",
            ),
        ]
        indexes = [models.Index(fields=["company", "order"], name="orders_deferral_of_order")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.reason}"


class Unbilled(CompanyRow):
    """A delivery recognised by a month's end and deferred: on that month's unbilled list.

    ``net`` and ``tax`` are in the order's currency, null where they are not known. ``estimate``:
    what the approver accrues for an unknown amount. ``approval`` names who approved it for this
    month. ``deferral`` is null on lists older than deferrals.
    """

    delivery = CompanyForeignKey(Delivery, db_index=True)
    period = CompanyForeignKey(Period, soft=True)
    deferral = CompanyForeignKey(Deferral, null=True)
    posted_on = models.DateField()
    kind = models.CharField(
        max_length=14, choices=DeferralKind.choices, db_default=DeferralKind.BILLING
    )
    reason = models.TextField()
    net = MoneyField(null=True)
    tax = MoneyField(null=True)
    estimate = MoneyField(null=True)
    approval = models.ForeignKey(
        "desk.Approval", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "period", "delivery"], name="orders_unbilled_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="orders_unbilled_reason"),
            one_of("kind", DeferralKind, "orders_unbilled_kind"),
            models.CheckConstraint(
                condition=Q(estimate=None) | Q(kind=DeferralKind.AMOUNT_UNKNOWN, estimate__gte=0),
                name="orders_unbilled_estimate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.reason}"

    @property
    def accrued(self) -> Any:
        """Net that the month's end accrues (ACCOUNTING 1): the amount, the estimate, or nothing."""
        if self.kind == DeferralKind.RECOGNITION:
            return None
        return self.estimate if self.kind == DeferralKind.AMOUNT_UNKNOWN else self.net
