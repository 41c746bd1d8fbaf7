"""A sales rep's own orders that wait for a word from them."""

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from orders.models import Deferral, Delivery, Order

MOST_SHOWN = 100


@require_safe
def my_orders(request: CompanyRequest) -> HttpResponse:
    """What a rep has to see to, on a phone: delivered, accepted, confirmed, or deferred."""
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
    open_ones = Deferral.objects.filter(
        company=request.company, order__in=[order.pk for order in orders], released_at=None
    )
    deferrals: dict[int, Deferral] = {}
    for deferral in open_ones.select_related("deferred_by").order_by("deferred_at", "pk"):
        deferrals.setdefault(deferral.order_id, deferral)
    shown = {
        "cards": [(order, deferrals.get(order.pk)) for order in orders[:MOST_SHOWN]],
        "has_more": len(orders) > MOST_SHOWN,
        "needs_acceptance": request.company.requires_acceptance,
    }
    return render(request, "orders/entry_my_orders.html", shown)
