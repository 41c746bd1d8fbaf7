"""Customers: list and detail."""

from django.db.models import F
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closing_site.companies.access import CompanyRequest
from closing_site.customers.filters import CustomerFilterSet
from closing_site.customers.models import Customer, OpenItem
from closing_site.customers.open_items import BUCKETS, balances, open_sums
from closing_site.customers.tables import CustomerTable
from closing_site.desk.documents.page import About, document_page
from closing_site.desk.visibility import sees_whole_books
from closing_site.pages.listing import list_page

#: Of what is open, on the customer's own page; the rest is in the list of open items.
MOST_ITEMS = 20
#: Items that are added up here. Who has more of them open is read in the roll-forward.
MOST_ADDED = 5_000


@require_safe
def customer_list(request: CompanyRequest) -> HttpResponseBase:
    return list_page(
        request,
        table=CustomerTable,
        queryset=Customer.objects.seen_by(request.membership).select_related("sales_rep"),
        title=_("Customers"),
        filterset=CustomerFilterSet,
        template="documents/list.html",
        empty=_("There is no customer yet."),
    )


@require_safe
def customer(request: CompanyRequest, number: str) -> HttpResponse:
    seen = Customer.objects.seen_by(request.membership).select_related("sales_rep")
    found = get_object_or_404(seen, code=number)
    every = OpenItem.objects.seen_by(request.membership).filter(customer=found.pk).open()
    items = every.with_signs().order_by(F("due_on").asc(nulls_last=True), "issued_on", "pk")
    shown = list(items[: MOST_ADDED + 1])
    about = About(document=found, number=found.code, kinds=["customer"])
    base = request.company.currency
    context = {
        "customer": found,
        "items": shown[:MOST_ITEMS],
        "has_more_items": len(shown) > MOST_ITEMS,
        "balances": balances(shown, timezone.localdate(), base)
        if len(shown) <= MOST_ADDED
        else None,
        "open_sums": open_sums(every, base) if shown else [],
        "buckets": [title for _last, title in BUCKETS],
        "today": timezone.localdate(),
        "sees_whole_books": sees_whole_books(request.membership),
    }
    return document_page(request, "customers/customer.html", about, context)
