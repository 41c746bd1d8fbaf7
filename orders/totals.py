"""Totals of an order's lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from closing_site.money import round_half_away
from orders.models import OrderLine, Product

ZERO = Decimal(0)


@dataclass(frozen=True)
class RateTotal:
    """What the lines of one rate (percent) come to, in the order's currency."""

    rate: Decimal
    net: Decimal
    tax: Decimal


def taxes_of(lines: Iterable[OrderLine]) -> list[RateTotal]:
    """By rate, the highest first, of the lines that can be computed."""
    found: dict[Decimal, RateTotal] = {}
    for line in lines:
        if line.net is None or line.tax is None or line.tax_rate is None:
            continue
        before = found.get(line.tax_rate, RateTotal(line.tax_rate, ZERO, ZERO))
        found[line.tax_rate] = RateTotal(
            line.tax_rate, before.net + line.net, before.tax + line.tax
        )
    return [found[rate] for rate in sorted(found, reverse=True)]


def margin_percent(product: Product) -> Decimal | None:
    """On its list price, one decimal; None where price or cost is not known."""
    if product.unit_cost is None or not product.unit_price:
        return None
    share: Decimal = (product.unit_price - product.unit_cost) / product.unit_price * 100
    return round_half_away(share, 1)
