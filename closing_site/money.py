"""Money: currencies' digits, and the one rounding function.

Amounts are ``Decimal`` in the currency named beside them. No function here does I/O.
"""

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


def digits_by_currency() -> dict[int, list[str]]:
    """The same the other way round: digits → currencies; those left out have two."""
    found: dict[int, list[str]] = {}
    for code, digits in _DIGITS.items():
        found.setdefault(digits, []).append(code)
    return found


def round_half_away(value: Decimal, digits: int) -> Decimal:
    """Round to ``digits`` decimals, halves away from zero, as PostgreSQL's ``round(numeric)``."""
    with localcontext() as context:
        context.prec = 60
        rounded = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        return abs(rounded) if rounded.is_zero() else rounded


def round_money(value: Decimal, currency: str) -> Decimal:
    """Round an amount to the minor unit of its currency, halves away from zero."""
    return round_half_away(value, currency_digits(currency))
