"""How values are written: the same in both languages, on pages and in PDFs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from closing_site.money import currency_digits, round_half_away

#: In the place of what is not there.
NOTHING = mark_safe('<span class="nothing">—</span>')


def money_text(amount: Decimal, currency: str) -> str:
    """``1,234.56``: the currency's digits, thousands by commas; more digits where it has them.

    An amount is never rounded to be shown: one with more digits than its currency shows them all.
    """
    digits = currency_digits(currency)
    if round_half_away(amount, digits) != amount:
        return number_text(amount)
    return f"{round_half_away(amount, digits):,.{digits}f}"


def number_text(number: Decimal | int) -> str:
    """``1,234.5``: thousands by commas, no zeros after the last digit."""
    if isinstance(number, int):
        return f"{number:,}"
    whole, _point, rest = f"{number:,f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def percent_text(percent: Decimal) -> str:
    """``13 %`` for 13."""
    return f"{number_text(percent)}\N{NO-BREAK SPACE}%"


def day_text(day: date) -> str:
    """ISO: ``2026-06-30``; of a moment also the time, in the time zone that is active."""
    if isinstance(day, datetime):
        local = timezone.localtime(day) if timezone.is_aware(day) else day
        return f"{local:%Y-%m-%d %H:%M}"
    return day.isoformat()


def money_html(amount: Decimal | None, currency: str, *, with_currency: bool = False) -> SafeString:
    """A ``<span class="money">``; negative ones have a class besides their sign."""
    if amount is None:
        return NOTHING
    text = money_text(amount, currency).replace("-", "\N{MINUS SIGN}")
    sign = " is-negative" if amount < 0 else ""
    code = format_html(' <span class="currency">{}</span>', currency) if with_currency else ""
    return format_html('<span class="money{}">{}{}</span>', sign, text, code)


def number_html(number: Decimal | int | None) -> SafeString:
    if number is None:
        return NOTHING
    text = number_text(number).replace("-", "\N{MINUS SIGN}")
    return format_html('<span class="number">{}</span>', text)


def day_html(day: date | None) -> SafeString:
    if day is None:
        return NOTHING
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), day_text(day))


def text_html(value: Any) -> SafeString:
    return NOTHING if value in (None, "") else format_html("{}", value)
