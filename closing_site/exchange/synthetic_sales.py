"""A synthetic company's orders and payments: the same for the same plan. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from closing_site.exchange.synthetic import PRODUCTS, TAX_PERCENT, Plan, Row, money, price_of
from closing_site.periods.calendar import last_day_of

#: Of a thousand payments: paid before the delivery, and only in a later month.
PREPAID, LATE = 5, 5

METHODS = (*["bank_transfer"] * 14, *["card"] * 2, *["wechat_pay"] * 2, "alipay", "cash")

#: What may be wrong with an order or its payment.
FAULTS = (
    *("not_delivered", "no_price", "unknown_product", "stated_total"),
    *("unpaid", "short", "over", "twice", "unnamed"),
)


@dataclass(frozen=True)
class Sale:
    """An order with its lines and what was paid for it."""

    order: Row
    lines: list[Row]
    payments: list[Row]


def sales(plan: Plan) -> Iterator[Sale]:
    """In the order of their numbers, which is that of their days."""
    chance = Random(plan.seed)
    days = (plan.last_day - plan.first_day).days + 1
    #: How many orders a customer had so far; above all that an earlier plan can have given them.
    counts = [plan.first_number - 1] * plan.customers
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
    lines: list[Row] = []
    net = tax = 0
    for place in range(plan.lines):
        # No customer orders the same twice in a row: that would be a finding.
        product = (so_far + customer + place * 67) % PRODUCTS
        quantity = 1 + (so_far // PRODUCTS + chance.randrange(20) * (place > 0)) % 20
        discount = 5 if chance.random() < 0.1 else 0
        price = price_of(product)
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
                money(price, plan.digits) if fault != "no_price" else "",
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
        money(stated, plan.digits),
    )
    received_on = _received_on(chance, ordered_on, delivered_on, month_end)
    paid = {"short": gross - gross // 10, "over": gross + 100}.get(fault, gross)
    method = chance.choice(METHODS)
    payment: Row = (
        f"PAY-{number:07d}",
        code,
        received_on.isoformat(),
        money(paid, plan.digits),
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


def _rounded(hundredths: int) -> int:
    """Half away from zero; none is negative."""
    return (hundredths + 50) // 100
