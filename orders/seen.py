"""How this floor's documents are asked for, by kind."""

from orders.models import Delivery, Order, Product

SEEN = {
    "order": Order.objects.seen_by,
    "delivery": Delivery.objects.seen_by,
    "product": Product.objects.seen_by,
}
