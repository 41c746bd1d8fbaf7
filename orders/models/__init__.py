"""Products and tax rates; orders, what was handed over of them, and what was held back."""

from orders.models.basics import STANDARD, Product, ProductKind, TaxRate
from orders.models.deliveries import Delivery, DeliveryLine, HeldBack
from orders.models.orders import LineKind, Order, OrderLine, RemovedLine

__all__ = [
    "STANDARD",
    "Delivery",
    "DeliveryLine",
    "HeldBack",
    "LineKind",
    "Order",
    "OrderLine",
    "Product",
    "ProductKind",
    "RemovedLine",
    "TaxRate",
]
