"""Prices and days as documents write them; amounts and numbers are written by
``closing_site.pages.formats``."""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from closing_site.money import currency_digits


def written_price(price: Decimal, currency: str) -> str:
    """As many decimals as it has, at least the currency's: 24.50, 3.333333."""
    exponent = price.normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return f"{price:,.{max(currency_digits(currency), decimals)}f}"


def written_day(day: date) -> str:
    """In words, so that no reader takes the month for the day: 10 January 2026."""
    # How a day is written, in the letters of Django's date filter.
    return date_format(day, _("j F Y"))
