"""Money: the one rounding function, and the splitting of amounts without losing a cent.

Amounts are ``Decimal`` in the currency named beside them. No function here does I/O.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

#: Minor-unit digits where ISO 4217 does not give two.
_DIGITS: Final = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}


def currency_digits(currency: str) -> int:
    """Digits of the currency's minor unit, 0 to 4 (ISO 4217 table A.1)."""
    return _DIGITS.get(currency, 2)


def round_half_away(value: Decimal, digits: int) -> Decimal:
    """Round to ``digits`` decimals, halves away from zero, as PostgreSQL's ``round(numeric)``."""
    with localcontext() as context:
        context.prec = 60
        rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        return abs(rounded) if rounded.is_zero() else rounded


def round_money(value: Decimal, currency: str) -> Decimal:
    """Round an amount to the minor unit of its currency, halves away from zero."""
    return round_half_away(value, currency_digits(currency))


def line_amount(
    *, quantity: Decimal, unit_price: Decimal, discount_percent: Decimal, currency: str
) -> Decimal:
    """A document line's amount: round(quantity × price × (1 − discount/100)).

    It includes tax when the price does. Negative only for a negative price (a discount line).
    """
    with localcontext() as context:
        context.prec = 60
        exact = quantity * unit_price * (100 - discount_percent) / 100
    return round_money(exact, currency)


def spread_by_largest_remainder(
    total: Decimal, weights: Sequence[Decimal], digits: int
) -> list[Decimal]:
    """Split ``total`` in proportion to ``weights`` so that the parts sum to it exactly.

    Each part is cut towards zero to ``digits`` decimals; the cents left go to the parts with the
    largest remainders, the earlier first. ``total`` must already have ``digits`` decimals.

    Raises ValueError when the weights sum to zero and the total does not.
    """
    unit = Decimal(1).scaleb(-digits)
    weight_sum = sum(weights, Decimal(0))
    if weight_sum == 0:
        if total != 0:
            raise ValueError("an amount cannot be spread over weights that sum to zero")
        return [Decimal(0).quantize(unit) for _ in weights]
    with localcontext() as context:
        context.prec = 60
        exact = [total * weight / weight_sum for weight in weights]
    parts = [part.quantize(unit, rounding="ROUND_DOWN") for part in exact]
    left = total - sum(parts, Decimal(0))
    step = unit if left > 0 else -unit
    by_remainder = sorted(
        range(len(parts)), key=lambda i: ((exact[i] - parts[i]) * step, -i), reverse=True
    )
    for index in by_remainder[: int(left / step)]:
        parts[index] += step
    return parts
