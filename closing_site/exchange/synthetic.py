"""A synthetic company's sales, in the exchange format: the same for the same plan. Pure.

Customers and products depend on their place in the list alone, so that another seed adds orders to
them and changes none. Amounts are counted in minor units.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random

from closing_site.money import currency_digits
from closing_site.periods.calendar import last_day_of, months

PRODUCTS = 200
FEWEST_CUSTOMERS = 20
ORDERS_A_CUSTOMER = 50
TAX_PERCENT = 13
#: Of a thousand payments: paid before the delivery, and only in a later month.
PREPAID, LATE = 5, 5

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
METHODS = (*["bank_transfer"] * 14, *["card"] * 2, *["wechat_pay"] * 2, "alipay", "cash")

#: What may be wrong with an order or its payment.
FAULTS = (
    *("not_delivered", "no_price", "unknown_product", "stated_total"),
    *("unpaid", "short", "over", "twice", "unnamed"),
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


@dataclass(frozen=True)
class Sale:
    """An order with its lines and what was paid for it."""

    order: Row
    lines: list[Row]
    payments: list[Row]


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
        price = _price(place)
        yield (
            f"P{place + 1:03d}",
            f"Product {place + 1}",
            CATEGORIES[place % len(CATEGORIES)],
            "piece",
            _money(price, plan.digits),
            _money(price * 3 // 5, plan.digits),
            str(TAX_PERCENT),
        )


def sales(plan: Plan) -> Iterator[Sale]:
    """In the order of their numbers, which is that of their days."""
    chance = Random(plan.seed)
    days = (plan.last_day - plan.first_day).days + 1
    #: How many orders a customer had so far.
    counts = [0] * plan.customers
    for place in range(plan.orders):
        # The first are the biggest: half of all orders come from a third of the customers.
        customer = int(plan.customers * chance.random() ** 1.6)
        ordered_on = plan.first_day + timedelta(days=place * days // plan.orders)
        yield _sale(plan, chance, plan.first_number + place, customer, counts[customer], ordered_on)
        counts[customer] += 1


def _sale(
    plan: Plan, chance: Random, number: int, customer: int, so_far: int, ordered_on: date
) -> Sale:
    fault = chance.choice(FAULTS) if chance.random() * 1000 < plan.faults else ""
    order_number, code = f"SO-{number:07d}", f"C{customer + 1:06d}"
    lines, net, tax = [], 0, 0
    for place in range(plan.lines):
        # No customer orders the same twice in a row: that would be a finding.
        product = (so_far + customer + place * 67) % PRODUCTS
        quantity = 1 + (so_far // PRODUCTS + chance.randrange(20) * (place > 0)) % 20
        discount = 5 if chance.random() < 0.1 else 0
        price = _price(product)
        line_net = _rounded(quantity * price * (100 - discount))
        net += line_net
        tax += _rounded(line_net * TAX_PERCENT)
        lines.append(
            (
                order_number,
                str(place + 1),
                f"P{product + 1:03d}" if fault != "unknown_product" else "P999",
                f"Product {product + 1}",
                str(quantity),
                "piece",
                _money(price, plan.digits) if fault != "no_price" else "",
                str(discount),
                str(TAX_PERCENT),
            )
        )
    month_end = last_day_of(ordered_on)
    delivered_on = min(ordered_on + timedelta(days=chance.randrange(6)), month_end)
    is_delivered = fault != "not_delivered"
    gross = net + tax
    stated = gross + 100 if fault == "stated_total" else gross
    day = delivered_on.isoformat() if is_delivered else ""
    order = (
        order_number,
        code,
        ordered_on.isoformat(),
        day,
        day,
        "delivered" if is_delivered else "open",
        str(chance.randrange(3, 6)) if chance.random() < 0.25 else "",
        _money(stated, plan.digits),
    )
    received_on = _received_on(chance, ordered_on, delivered_on, month_end)
    paid = {"short": gross - gross // 10, "over": gross + 100}.get(fault, gross)
    method = chance.choice(METHODS)
    payment = (
        f"PAY-{number:07d}",
        code,
        received_on.isoformat(),
        _money(paid, plan.digits),
        method,
        order_number if fault != "unnamed" else "",
    )
    if fault in ("unpaid", "not_delivered", "no_price", "unknown_product"):
        return Sale(order, lines, [])
    twin = [(f"{payment[0]}-2", *payment[1:])] if fault == "twice" else []
    return Sale(order, lines, [payment, *twin])


def _received_on(chance: Random, ordered_on: date, delivered_on: date, month_end: date) -> date:
    luck = chance.random() * 1000
    if luck < PREPAID:
        return ordered_on
    if luck < PREPAID + LATE:
        return month_end + timedelta(days=chance.randrange(1, 25))
    return min(delivered_on + timedelta(days=chance.randrange(1, 11)), month_end)


def _price(product: int) -> int:
    return 150 + product * 7919 % 9973


def _rounded(hundredths: int) -> int:
    """Half away from zero; none is negative."""
    return (hundredths + 50) // 100


def _money(minor: int, digits: int) -> str:
    if not digits:
        return str(minor)
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}d}"
