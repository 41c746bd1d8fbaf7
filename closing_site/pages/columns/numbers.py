"""Columns of amounts, counts and days."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Expression
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from closing_site.money import currency_digits, round_half_away
from closing_site.pages.columns.column import Column, Read, reader
from closing_site.pages.formats import (
    NOTHING,
    day_html,
    money_html,
    number_html,
    percent_text,
    text_html,
)
from closing_site.tabular import Cell


class MoneyColumn(Column):
    """An amount in the currency that ``currency`` reads from the row.

    ``total`` is a field or an expression with the same amount, signed, for the totals below the
    list; ``base_total`` the same in the company's currency, or where that is the total at a rate,
    ``base_rate`` the rate. ``currency`` is a path then.
    """

    look = "is-number"

    def __init__(
        self,
        title: str | Promise,
        value: str | Read = "",
        *,
        currency: str | Read = "currency",
        total: str | Expression | None = None,
        base_total: str | Expression | None = None,
        base_rate: Expression | None = None,
        **options: Any,
    ) -> None:
        super().__init__(title, value, **options)
        self.currency = reader(currency)
        self.currency_field = "" if callable(currency) else currency.replace(".", "__")
        self.total = total
        self.base_total = base_total
        self.base_rate = base_rate

    @property
    def has_base_total(self) -> bool:
        return self.base_total is not None or self.base_rate is not None

    def html(self, row: Any) -> SafeString:
        return money_html(self.read(row), self.currency(row))

    def export(self, row: Any) -> Cell:
        amount: Decimal | None = self.read(row)
        if amount is None:
            return None
        shown = round_half_away(amount, currency_digits(self.currency(row)))
        return shown if shown == amount else amount


class NumberColumn(Column):
    """A count or a quantity."""

    look = "is-number"

    def html(self, row: Any) -> SafeString:
        return number_html(self.read(row))

    def export(self, row: Any) -> Cell:
        number: Decimal | int | None = self.read(row)
        return number if number is None or isinstance(number, int) else _short(number)


class PercentColumn(NumberColumn):
    """13 is 13 %."""

    def html(self, row: Any) -> SafeString:
        percent = self.read(row)
        return NOTHING if percent is None else text_html(percent_text(percent))


class DateColumn(Column):
    """A day, or a moment in the company's time zone."""

    look = "is-date"

    def html(self, row: Any) -> SafeString:
        return day_html(self.read(row))

    def export(self, row: Any) -> Cell:
        day: date | None = self.read(row)
        if isinstance(day, datetime) and timezone.is_aware(day):
            return timezone.localtime(day)
        return day


def _short(number: Decimal) -> Decimal:
    """Without zeros after the last digit."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()
