"""What was handed over of orders, and what of it was held back."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from closing_site.fields import CompanyForeignKey, PriceField, company_identity
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow
from orders.models.orders import Order, OrderLine
from orders.querysets import DeliveryQuerySet


class Delivery(CompanyRow):
    """What was handed over on a day: all of the order (``is_whole``, without lines), or its lines.

    Confirmed, it carries its period and the day it is posted on, and changes no more (law 8).
    """

    order = CompanyForeignKey(Order, related_name="deliveries")
    delivered_on = models.DateField()
    accepted_on = models.DateField(null=True)
    is_whole = models.BooleanField(default=False)
    period = CompanyForeignKey(Period, null=True, soft=True)
    posted_on = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()
    #: Of ``with_amount``.
    gross: Decimal | None
    #: Of ``with_deferral``.
    is_held_back: bool

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "order", "delivered_on"], name="orders_delivery_day"
            ),
            models.CheckConstraint(
                condition=Q(period=None, posted_on=None, confirmed_at=None)
                | Q(period__isnull=False, posted_on__isnull=False, confirmed_at__isnull=False),
                name="orders_delivery_confirmed_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "delivered_on"],
                condition=Q(period=None),
                name="orders_delivery_unconfirmed",
            ),
            models.Index(
                fields=["company", "period", "delivered_on", "id"],
                condition=Q(period__isnull=False),
                name="orders_delivery_confirmed",
            ),
            models.Index(fields=["company", "delivered_on", "id"], name="orders_delivery_dated"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.delivered_on}"


class DeliveryLine(CompanyRow):
    """How much of an order line a delivery in parts handed over."""

    delivery = CompanyForeignKey(Delivery, related_name="lines")
    order_line = CompanyForeignKey(OrderLine, db_index=True)
    quantity = PriceField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "delivery", "order_line"], name="orders_deliveryline_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="orders_deliveryline_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.quantity}"
