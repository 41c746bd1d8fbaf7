"""A sales rep's own orders that wait for a word from them."""

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.desk.models import FollowUp
from orders.actions.waiting import WAITS
from orders.models import Delivery, Order

MOST_SHOWN = 100


@require_safe
def my_orders(request: CompanyRequest) -> HttpResponse:
    """What a rep has to see to, on a phone: delivered, accepted, confirmed, or why not yet."""
    waiting = Delivery.objects.filter(
        company=OuterRef("company"), order=OuterRef("pk"), period=None
    )
    unaccepted = waiting.filter(accepted_on=None)
    begun = Delivery.objects.filter(company=OuterRef("company"), order=OuterRef("pk"))
    due = (
        Order.objects.seen_by(request.membership)
        .filter(cancelled_on=None)
        .annotate(
            has_waiting=Exists(waiting), has_unaccepted=Exists(unaccepted), is_begun=Exists(begun)
        )
        .filter(Q(delivered_on=None) | Q(has_waiting=True))
        .select_related("customer")
        .order_by("required_on", "order_date", "id")
    )
    orders = list(due[: MOST_SHOWN + 1])
    said = FollowUp.objects.filter(
        company=request.company,
        document_kind="order",
        document_id__in=[order.pk for order in orders],
        slug=WAITS,
        done_at=None,
    )
    reasons = {follow_up.document_id: follow_up for follow_up in said}
    shown = {
        "cards": [(order, reasons.get(order.pk)) for order in orders[:MOST_SHOWN]],
        "has_more": len(orders) > MOST_SHOWN,
        "needs_acceptance": request.company.requires_acceptance,
    }
    return render(request, "orders/entry_my_orders.html", shown)
