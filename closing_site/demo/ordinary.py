"""What the demo company sells from day to day: the same for the same chance. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from closing_site.demo.master_data import (
    AGREED_RATES,
    DESIGN,
    FREIGHT,
    SHOP,
    Customer,
    Product,
    customers,
    products,
)
from closing_site.demo.sale import Line, Part, Sale, price_in
from closing_site.periods.calendar import last_day_of

#: Month → its orders, and how much is bought against an average month: a slack July, and the shops
#: fill their shelves for the end of the year.
SEASON = {
    5: (50, 1.0),
    6: (54, 1.0),
    7: (44, 0.85),
    8: (52, 1.0),
    9: (62, 1.2),
    10: (72, 1.4),
}
#: Days on which the company works again after a holiday that begins the month.
BACK_ON = {5: 6, 10: 8}
LINES, LINES_SHARES = (1, 2, 3, 4, 5, 6), (20, 26, 24, 15, 9, 6)
#: Lamps sell as the evenings grow long.
LAMPS = {5: 2, 6: 2, 7: 2, 8: 3, 9: 5, 10: 6}


def ordinary_sales(chance: Random, first: date) -> Iterator[Sale]:
    """A month's, by day. No customer buys the very same twice: that would be a finding."""
    how_many, volume = SEASON[first.month]
    last = last_day_of(first)
    begin = first.replace(day=BACK_ON.get(first.month, 1))
    seen: set[tuple[str, object]] = set()
    for place in range(how_many):
        day = begin + timedelta(days=place * ((last - begin).days + 1) // how_many)
        if day.weekday() == 6:
            day = max(begin, day - timedelta(days=2))
        sale = _sale(chance, day, volume)
        while (content := (sale.customer.code, sale.lines)) in seen:
            sale = _sale(chance, day, volume)
        seen.add(content)
        yield sale


def lines_for(chance: Random, customer: Customer, month: int, volume: float = 1) -> list[Line]:
    goods = [product for product in products().values() if product.is_goods]
    shares = [LAMPS[month] if product.sku.startswith("LT") else 2 for product in goods]
    how_many = 2 if customer.code == SHOP else chance.choices(LINES, LINES_SHARES)[0]
    chosen: dict[str, Product] = {}
    for product in chance.choices(goods, shares, k=how_many):
        chosen.setdefault(product.sku, product)
    lines = [
        line_of(customer, product, _quantity(chance, customer, product, volume))
        for product in chosen.values()
    ]
    if customer.code == SHOP or chance.random() > 0.3:
        return lines
    extra = products()[DESIGN if chance.random() < 0.25 else FREIGHT]
    hours = Decimal(chance.randint(2, 12)) if extra.sku == DESIGN else Decimal(1)
    return [*lines, line_of(customer, extra, hours)]


def line_of(customer: Customer, product: Product, quantity: Decimal) -> Line:
    """At the list price; what goes abroad bears no tax, and a large quantity is cheaper."""
    discount = 0 if not product.is_goods else 10 if quantity >= 60 else 5 if quantity >= 30 else 0
    return Line(
        product=product,
        quantity=quantity,
        price=price_in(product, customer, AGREED_RATES[customer.currency]),
        discount=discount,
        tax_rate=Decimal(0) if customer.is_abroad else product.tax_rate,
    )


def _quantity(chance: Random, customer: Customer, product: Product, volume: float) -> Decimal:
    if customer.code == SHOP:
        return Decimal(chance.randint(1, 3))
    worth = chance.uniform(1500, 4600) * (0.5 + 0.3 * customer.share) * volume
    quantity = max(1, round(worth / float(product.price)))
    return Decimal(quantity if quantity < 20 else quantity // 5 * 5)


def _sale(chance: Random, day: date, volume: float) -> Sale:
    everyone = list(customers().values())
    (customer,) = chance.choices(everyone, [customer.share for customer in everyone])
    lag = 0 if customer.code == SHOP else chance.randint(3, 12 if customer.is_abroad else 7)
    sale = Sale(
        customer=customer,
        ordered_on=day,
        lines=tuple(lines_for(chance, customer, day.month, volume)),
        delivered_on=day + timedelta(days=lag),
    )
    if not customer.is_monthly and customer.code != SHOP and chance.random() < 0.14:
        return in_parts(sale, timedelta(days=chance.randint(4, 14)))
    return accepted(chance, sale)


def accepted(chance: Random, sale: Sale) -> Sale:
    """Signed for within the month, but for one in twenty; half of them say how they liked it."""
    signed_on = sale.delivered_on + timedelta(days=chance.randint(0, 2))
    is_signed = chance.random() < 0.95 or sale.customer.code == SHOP
    late = 1 if sale.delivered_on - sale.ordered_on > timedelta(days=6) else 0
    return replace(
        sale,
        accepted_on=min(signed_on, last_day_of(sale.delivered_on)) if is_signed else None,
        satisfaction=chance.choice((3, 4, 4, 5, 5, 5)) - late if chance.random() < 0.5 else None,
    )


def in_parts(sale: Sale, later: timedelta) -> Sale:
    """Of each line of some size, three fifths at first and the rest later."""
    first, last = sale.delivered_on, sale.delivered_on + later
    parts: list[Part] = []
    for place, line in enumerate(sale.lines, start=1):
        if not line.product.is_goods:
            continue
        before = line.quantity * 3 // 5 if line.quantity >= 5 else line.quantity
        parts.append(Part(place, first, before))
        if before < line.quantity:
            parts.append(Part(place, last, line.quantity - before))
    return replace(sale, parts=tuple(parts), delivered_on=max(part.day for part in parts))
