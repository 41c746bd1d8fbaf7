"""Orders and products, as the search finds them."""

from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Membership
from closing_site.customers.filters import named
from closing_site.desk.documents.search import MOST, Hit, Search, by_number_and_amount
from orders.models import Order, Product
from orders.tables import customer_of


def orders(membership: Membership, text: str) -> list[Hit]:
    seen = Order.objects.seen_by(membership).select_related("customer")
    return [
        Hit("order", o.number, customer_of(o), o.order_date, o.gross, o.currency)
        for o in by_number_and_amount(seen, text, "number", "gross")
    ]


def products(membership: Membership, text: str) -> list[Hit]:
    found = Product.objects.seen_by(membership).filter(named(text, "sku")).order_by("sku")
    return [Hit("product", p.sku, p.name) for p in found[: MOST + 1]]


SEARCHES = [
    Search(_("Products"), "product_list", products),
    Search(_("Orders"), "order_list", orders),
]
