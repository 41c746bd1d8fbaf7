"""How values are written: the same in both languages, on pages and in PDFs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from closing_site.money import currency_digits

#: 1, 0.1 … 0.0001
UNITS = tuple(Decimal(1).scaleb(-digits) for digits in range(5))

#: In the place of what is not there.
NOTHING = mark_safe('<span class="nothing">—</span>')


def money_text(amount: Decimal, currency: str) -> str:
    """``1,234.56``: the currency's digits, thousands by commas; more digits where it has them.

    An amount is never rounded to be shown: one with more digits than its currency shows them all.
    """
    shown = amount.quantize(UNITS[currency_digits(currency)])
    if shown != amount:
        return number_text(amount)
    return f"{shown:,f}" if shown else f"{abs(shown):,f}"


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
    # Nothing in it is anyone's text: a list has hundreds, which format_html would take twice as
    # long for.
    return mark_safe(f'<span class="money{sign}">{text}{code}</span>')


def number_html(number: Decimal | int | None) -> SafeString:
    if number is None:
        return NOTHING
    text = number_text(number).replace("-", "\N{MINUS SIGN}")
    return mark_safe(f'<span class="number">{text}</span>')


def day_html(day: date | None) -> SafeString:
    if day is None:
        return NOTHING
    return mark_safe(f'<time datetime="{day.isoformat()}">{day_text(day)}</time>')


def text_html(value: Any) -> SafeString:
    return NOTHING if value is None or value == "" else wrapped_html(conditional_escape(value))


#: Letters without a space that a cell of a table may have as they are.
LONGEST_WORD = 32


def wrapped_html(text: Any) -> SafeString:
    """A word so long that it would widen its table may be broken anywhere; others never are."""
    if len(str(text)) <= LONGEST_WORD or max(map(len, str(text).split())) <= LONGEST_WORD:
        return conditional_escape(text)
    return format_html('<span class="long">{}</span>', text)
