"""Products and tax rates; orders, what was handed over of them, and what of it is deferred."""

from orders.models.basics import STANDARD, FormerTaxRate, Product, ProductKind, TaxRate
from orders.models.deferrals import Deferral, DeferralKind, DeferralOrigin, Unbilled
from orders.models.deliveries import Delivery, DeliveryLine
from orders.models.orders import LineKind, Order, OrderLine, RemovedLine

__all__ = [
    "STANDARD",
    "Deferral",
    "DeferralKind",
    "DeferralOrigin",
    "Delivery",
    "DeliveryLine",
    "FormerTaxRate",
    "LineKind",
    "Order",
    "OrderLine",
    "Product",
    "ProductKind",
    "RemovedLine",
    "TaxRate",
    "Unbilled",
]
