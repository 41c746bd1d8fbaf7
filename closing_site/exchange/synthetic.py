"""A synthetic company in the exchange format: what is asked for, its customers, its products. Pure.

They depend on their place in the list alone, so that another seed adds orders to them and changes
none. Amounts are counted in minor units.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from closing_site.money import currency_digits
from closing_site.periods.calendar import months

PRODUCTS = 200
FEWEST_CUSTOMERS = 20
ORDERS_A_CUSTOMER = 50
TAX_PERCENT = 13
CITIES = ("Shanghai", "Hangzhou", "Suzhou", "Ningbo", "Wuxi", "Nanjing", "Hefei", "Jiaxing")
CATEGORIES = (
    "Beverages",
    "Condiments",
    "Confections",
    "Dairy",
    "Grains",
    "Meat",
    "Produce",
    "Fish",
)
CUSTOMER_COLUMNS = (
    *("code", "name", "tax_id", "email", "phone", "address", "city", "postal_code", "country"),
    "payment_terms_days",
)
PRODUCT_COLUMNS = ("sku", "name", "category", "unit", "unit_price", "unit_cost", "tax_rate")
ORDER_COLUMNS = (
    *("number", "customer_code", "order_date", "delivered_on", "accepted_on", "status"),
    *("satisfaction", "stated_total"),
)
LINE_COLUMNS = (
    *("order_number", "line_number", "sku", "description", "quantity", "unit", "unit_price"),
    *("discount_percent", "tax_rate"),
)
PAYMENT_COLUMNS = ("reference", "customer_code", "received_on", "amount", "method", "order_number")

Row = tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """``faults``: of a thousand orders. ``first_number``: the first order's."""

    orders: int
    first_day: date
    currency: str
    months: int = 1
    lines: int = 3
    seed: int = 1
    faults: int = 0
    first_number: int = 1

    @property
    def digits(self) -> int:
        return currency_digits(self.currency)

    @property
    def customers(self) -> int:
        return max(FEWEST_CUSTOMERS, self.orders // ORDERS_A_CUSTOMER)

    @property
    def last_day(self) -> date:
        """The end of the last month."""
        day = self.first_day
        for _first, last in islice(months(self.first_day, date.max), self.months):
            day = last
        return day


def customers(plan: Plan) -> Iterator[Row]:
    for place in range(plan.customers):
        number = f"{place + 1:06d}"
        yield (
            f"C{number}",
            f"Customer {place + 1}",
            f"91310000MA1{number}X",
            f"finance@customer{place + 1}.example",
            f"+86 21 {number}",
            f"{place % 900 + 1} Renmin Road",
            CITIES[place % len(CITIES)],
            f"{200000 + place % 9000}",
            "CN",
            "30",
        )


def products(plan: Plan) -> Iterator[Row]:
    for place in range(PRODUCTS):
        price = price_of(place)
        yield (
            f"P{place + 1:03d}",
            f"Product {place + 1}",
            CATEGORIES[place % len(CATEGORIES)],
            "piece",
            money(price, plan.digits),
            money(price * 3 // 5, plan.digits),
            str(TAX_PERCENT),
        )


def price_of(product: int) -> int:
    return 150 + product * 7919 % 9973


def money(minor: int, digits: int) -> str:
    if not digits:
        return str(minor)
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}d}"
