"""Totals of an order's lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from orders.models import OrderLine

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
