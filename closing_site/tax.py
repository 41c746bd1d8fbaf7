"""Tax on a line, from prices that include it or not. Pure: Decimals in, Decimals out."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from closing_site.money import line_amount, round_money


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line in the document's currency; ``gross = net + tax`` always holds."""

    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def tax_line(
    *,
    quantity: Decimal,
    unit_price: Decimal,
    discount_percent: Decimal,
    rate_percent: Decimal,
    prices_include_tax: bool,
    currency: str,
) -> TaxedLine:
    """Net and tax of one line, tax rounded per line (company policy ``line``).

    Exclusive prices: net = amount, tax = round(net × rate).
    Inclusive prices: net = round(amount / (1 + rate)), tax = amount − net.
    ``rate_percent`` is percent: 13 means 13 %.
    """
    amount = line_amount(
        quantity=quantity,
        unit_price=unit_price,
        discount_percent=discount_percent,
        currency=currency,
    )
    with localcontext() as context:
        context.prec = 60
        if prices_include_tax:
            net = round_money(amount * 100 / (100 + rate_percent), currency)
            return TaxedLine(net=net, tax=amount - net)
        return TaxedLine(net=amount, tax=round_money(amount * rate_percent / 100, currency))
