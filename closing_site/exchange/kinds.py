"""The exchange files: each holds rows of one kind, which the layers below declare. Pure."""

from closing_site.companies.kinds import EXCHANGE_RATES
from closing_site.customers.kinds import CUSTOMERS, OPENING_ITEMS, SALES_REPS
from orders.kinds import DELIVERIES, ORDER_LINES, ORDERS, PRODUCTS, TAX_RATES
from payments.kinds import PAYMENTS

#: In the order in which they are imported: what others refer to comes first.
KINDS = {
    kind.name: kind
    for kind in (
        EXCHANGE_RATES,
        SALES_REPS,
        TAX_RATES,
        CUSTOMERS,
        PRODUCTS,
        OPENING_ITEMS,
        ORDERS,
        ORDER_LINES,
        DELIVERIES,
        PAYMENTS,
    )
}

#: Kinds that are not taken in yet, with their columns.
NOT_YET = {
    "deductions": (
        *("invoice_number", "order_number", "recorded_on", "reason", "amount"),
        *("customer_confirmed_on", "note"),
    ),
    "returns": (
        *("reference", "order_number", "customer_code", "line_number", "returned_on", "quantity"),
        *("amount", "reason"),
    ),
}
