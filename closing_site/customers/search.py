"""Customers, as the search finds them."""

from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Membership
from closing_site.customers.filters import named
from closing_site.customers.models import Customer
from closing_site.desk.documents.search import MOST, Hit, Search


def customers(membership: Membership, text: str) -> list[Hit]:
    found = Customer.objects.seen_by(membership).filter(named(text)).order_by("code")
    return [Hit("customer", c.code, c.name) for c in found[: MOST + 1]]


SEARCHES = [Search(_("Customers"), "customer_list", customers)]
