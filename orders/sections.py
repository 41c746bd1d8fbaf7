"""What orders add to the pages of a customer and of an order."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from closing_site.companies.access import CompanyRequest
from closing_site.customers.models import Customer
from closing_site.desk.documents.sections import Section
from orders.deferrals_shown import deferrals_of_order
from orders.models import Order
from orders.tables import ORDER_STATES

LATEST = 5


def latest_orders(request: CompanyRequest, customer: Customer) -> Section | None:
    member = request.membership
    seen = Order.objects.seen_by(member).filter(customer=customer.pk).with_state(member)
    found = list(seen.order_by("-order_date", "-pk")[:LATEST])
    if not found:
        return None
    query = urlencode({"customer": customer.code})
    return Section(
        _("Latest orders"),
        "orders/latest.html",
        {"orders": [(order, ORDER_STATES.get(order.state, order.state)) for order in found]},
        more_url=f"{reverse('order_list')}?{query}",
        more_text=_("All orders"),
    )


SECTIONS = {"customer": [latest_orders], "order": [deferrals_of_order]}
