"""Why an order is not delivered yet, in a person's words."""

from datetime import date

from django.utils import timezone

from closing_site.companies.models import User
from closing_site.desk.models import FollowUp
from closing_site.periods.reasons import reason_given
from orders.actions.entitled import require_order
from orders.actions.taking import holding_orders, require_not_cancelled
from orders.models import Order

#: Slug of what a rep says of an order that must wait.
WAITS = "order-waits"


def let_order_wait(*, order: Order, reason: str, expected_on: date | None, by: User) -> FollowUp:
    """Why it is not delivered, or must wait; what was said last stands.

    Raises ReasonNeeded, OrderCancelled, NotYourOrder.
    """
    reason = reason_given(reason)
    with holding_orders(order.company, by):
        require_order(order, by)
        require_not_cancelled(order)
        waits_no_more(order)
        return FollowUp.objects.create(
            company=order.company,
            document_kind="order",
            document_id=order.pk,
            document_number=order.number,
            slug=WAITS,
            parameters={"reason": reason, "by": by.username},
            owner=by,
            due_on=expected_on,
        )


def waits_no_more(order: Order) -> None:
    """Something of it is delivered, or something else is said of it."""
    FollowUp.objects.filter(
        company=order.company_id,
        document_kind="order",
        document_id=order.pk,
        slug=WAITS,
        done_at=None,
    ).update(done_at=timezone.now())
