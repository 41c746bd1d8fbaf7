"""How amounts, quantities and days are written for people, the same on pages and on paper."""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from closing_site.money import currency_digits, round_half_away


def written_money(amount: Decimal, currency: str) -> str:
    """With the currency's digits, thousands apart: 1,234.50."""
    return f"{round_half_away(amount, currency_digits(currency)):,f}"


def written_price(price: Decimal, currency: str) -> str:
    """As many decimals as it has, at least the currency's."""
    digits = currency_digits(currency)
    decimals = _decimals(price)
    return f"{round_half_away(price, max(digits, decimals)):,f}"


def written_number(number: Decimal) -> str:
    """A quantity, a percentage, a rate: as many decimals as it has."""
    return f"{round_half_away(number, _decimals(number)):,f}"


def written_day(day: date) -> str:
    """In words, so that no reader takes the month for the day: 10 January 2026."""
    # How a day is written, in the letters of Django's date filter.
    return date_format(day, _("j F Y"))


def written_month(day: date) -> str:
    return date_format(day, _("F Y"))


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
