"""An order of the demo company, with all that becomes of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from closing_site.demo.master_data import Customer, Product
from closing_site.money import currency_digits, round_half_away, round_money
from closing_site.periods.calendar import last_day_of


@dataclass(frozen=True)
class Line:
    """``price`` is in the order's currency; the discount and the rate are percent."""

    product: Product
    quantity: Decimal
    price: Decimal
    discount: int
    tax_rate: Decimal

    def gross(self, currency: str, *, includes_tax: bool) -> Decimal:
        digits = currency_digits(currency)
        amount = self.quantity * self.price * (100 - self.discount) / 100
        amount = round_half_away(amount, digits)
        if includes_tax:
            return amount
        return amount + round_half_away(amount * self.tax_rate / 100, digits)


@dataclass(frozen=True)
class Part:
    """Of a line, handed over on a day."""

    line: int
    day: date
    quantity: Decimal


@dataclass(frozen=True)
class Sale:
    """``fault``: what is wrong with it in the books; ``paid``: how the customer pays it.

    ``delivered_on`` is the day of the last part, where there are parts.
    """

    customer: Customer
    ordered_on: date
    lines: tuple[Line, ...]
    delivered_on: date
    accepted_on: date | None = None
    parts: tuple[Part, ...] = ()
    satisfaction: int | None = None
    fault: str = ""
    paid: str = ""
    note: str = ""
    number: str = ""

    @cached_property
    def gross(self) -> Decimal:
        currency, includes_tax = self.customer.currency, self.customer.includes_tax
        return sum(
            (line.gross(currency, includes_tax=includes_tax) for line in self.lines), Decimal(0)
        )

    @property
    def mended_after(self) -> date | None:
        """Until this day, and on it, the books have the fault."""
        return last_day_of(self.ordered_on) if self.fault in MENDED else None


#: What is put right in the month after; in the last month all of it is still to do.
MENDED = frozenset({"no_price", "no_quantity", "late_note"})


@dataclass
class Numbers:
    """Order numbers without a gap, but where one is planted."""

    last: int = 2_600_000
    missing: int = 2
    taken: list[Sale] = field(default_factory=list)

    def give(self, sales: Iterator[Sale] | list[Sale]) -> list[Sale]:
        for sale in sales:
            self.last += 1 + (self.missing if sale.fault == "gap" else 0)
            self.taken.append(replace(sale, number=f"SO-{self.last}"))
        return self.taken


def price_in(product: Product, customer: Customer, rate: Decimal) -> Decimal:
    """A price as it is agreed: with the tax in it where the customer wants that."""
    price = product.price / rate
    if customer.includes_tax:
        price *= 1 + product.tax_rate / 100
    return round_money(price, customer.currency)
