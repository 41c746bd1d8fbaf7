"""Who sees which orders, deliveries and products (law 15)."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.expressions import RawSQL

from closing_site.companies.models import Membership
from closing_site.customers.querysets import own_reps
from orders.part_amounts import part_amounts

if TYPE_CHECKING:
    from orders.models import Deferral, Delivery, Order, Product  # noqa: F401 (named in quotes)

#: What state an order is in depends on invoices: a view of a higher floor tells.
#: What is delivered in part is open there, with the day of what came last.
STATE = """(SELECT CASE WHEN v.state = 'open' AND v.delivered_on IS NOT NULL
        THEN 'part_delivered' ELSE v.state END
    FROM v_orders AS v WHERE v.company = %s AND v.number = orders_order.number)"""


_ITSELF = "SELECT own.* FROM orders_delivery AS own WHERE own.id = orders_delivery.id"
AMOUNT = f"""(CASE WHEN orders_delivery.is_whole
    THEN (SELECT o.gross FROM orders_order AS o WHERE o.id = orders_delivery.order_id)
    ELSE (SELECT part.net + part.tax FROM ({part_amounts(_ITSELF)}) AS part) END)"""


class OrderQuerySet(models.QuerySet["Order"]):
    def seen_by(self, membership: Membership) -> Self:
        """The company's; of a sales rep their own."""
        rows = self.filter(company=membership.company_id)
        reps = own_reps(membership)
        return rows if reps is None else rows.filter(sales_rep__in=reps)

    def with_state(self, membership: Membership) -> Self:
        """With ``state`` as CONTRACT's ``v_orders`` tells it, or ``part_delivered``."""
        return self.annotate(state=RawSQL(STATE, [membership.company.code], models.CharField()))

    def outstanding(self) -> Self:
        """Neither wholly delivered nor cancelled."""
        return self.filter(delivered_on=None, cancelled_on=None)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def seen_by(self, membership: Membership) -> Self:
        """The company's; of a sales rep those of their own orders."""
        rows = self.filter(company=membership.company_id)
        reps = own_reps(membership)
        return rows if reps is None else rows.filter(order__sales_rep__in=reps)

    def with_amount(self) -> Self:
        """With ``gross``, in the order's currency: what it bills, or has billed, by itself."""
        return self.annotate(gross=RawSQL(AMOUNT, [], models.DecimalField()))  # noqa: S611

    def with_deferral(self) -> Self:
        """With ``is_held_back``: an open deferral covers it."""
        return self.annotate(is_held_back=models.Exists(_covering()))

    def deferred(self) -> Self:
        """Those that an open deferral covers."""
        return self.filter(models.Exists(_covering()))


def _covering() -> models.QuerySet["Deferral"]:
    from orders.models import Deferral

    return Deferral.objects.filter(
        models.Q(delivery=None) | models.Q(delivery=models.OuterRef("pk")),
        company=models.OuterRef("company"),
        order=models.OuterRef("order"),
        released_at=None,
    )


class ProductQuerySet(models.QuerySet["Product"]):
    def seen_by(self, membership: Membership) -> Self:
        """The company's, whoever they are: a rep sells all of them."""
        return self.filter(company=membership.company_id)
