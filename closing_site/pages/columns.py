"""The columns of a list: each knows how to read a row, to show a cell and to export it.

``value`` is a path as in templates (``"customer.name"``), or a function of the row; left out, it is
the column's own name. ``sort`` is the name of a field as in ``order_by``: a field, a path with
``__``, or an annotation; ``True`` stands for the column's own name; None is not sortable.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from closing_site.money import currency_digits, round_half_away
from closing_site.pages.documents import document_html
from closing_site.pages.formats import (
    NOTHING,
    day_html,
    money_html,
    number_html,
    percent_text,
    text_html,
)
from closing_site.pages.status import badge_html
from closing_site.tabular import Cell

Read = Callable[[Any], Any]


def reader(value: str | Read) -> Read:
    """A path of attributes: None as soon as one is None."""
    if callable(value):
        return value
    if "." not in value:
        return attrgetter(value)
    path = value.split(".")

    def read(row: Any) -> Any:
        for name in path:
            row = getattr(row, name)
            if row is None:
                return None
        return row

    return read


class Column:
    """Text."""

    #: The class of the cell and its head.
    look = ""

    def __init__(
        self,
        title: str | Promise,
        value: str | Read = "",
        *,
        sort: str | bool | None = None,
        hidden: bool = False,
        phone: bool = True,
    ) -> None:
        """``hidden`` is shown only to who asks for it; without ``phone`` it is left out there."""
        self.title = title
        self._value = value
        self._sort = sort
        self.is_hidden = hidden
        self.on_phone = phone
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.read = reader(self._value or name)
        self.sort = name if self._sort is True else self._sort or ""

    @property
    def classes(self) -> str:
        return f"{self.look}{'' if self.on_phone else ' not-on-phone'}".strip()

    def html(self, row: Any) -> SafeString:
        return text_html(self.read(row))

    def export(self, row: Any) -> Cell:
        value = self.read(row)
        return None if value is None else str(value)


class MoneyColumn(Column):
    """An amount in the currency that ``currency`` reads from the row."""

    look = "is-number"

    def __init__(
        self,
        title: str | Promise,
        value: str | Read = "",
        *,
        currency: str | Read = "currency",
        **options: Any,
    ) -> None:
        super().__init__(title, value, **options)
        self.currency = reader(currency)

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


class StatusColumn(Column):
    """A badge: the field's slug for the colour, its label for the word.

    The words are the field's choices, or ``labels``, slug → word.
    """

    look = "is-status"

    def __init__(
        self,
        title: str | Promise,
        value: str | Read = "",
        *,
        labels: Mapping[str, str | Promise] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(title, value, **options)
        self.labels = labels

    def word(self, row: Any) -> str:
        state = self.read(row)
        if self.labels is not None:
            return str(self.labels.get(state, state))
        display = getattr(row, f"get_{self.name}_display", None)
        return str(display() if display else state)

    def html(self, row: Any) -> SafeString:
        state = self.read(row)
        return badge_html(str(state), self.word(row)) if state else NOTHING

    def export(self, row: Any) -> Cell:
        return self.word(row) if self.read(row) else None


class DocumentColumn(Column):
    """A number that links to its document; ``kind`` as in the app's LINKS, or a function of the row
    that tells it."""

    look = "is-document"

    def __init__(
        self,
        title: str | Promise,
        value: str | Read = "",
        *,
        kind: str | Read,
        **options: Any,
    ) -> None:
        super().__init__(title, value, **options)
        self.kind = kind

    def html(self, row: Any) -> SafeString:
        number = self.read(row)
        if not number:
            return NOTHING
        kind = self.kind(row) if callable(self.kind) else self.kind
        return document_html(kind, str(number))


class FlagColumn(Column):
    """Yes is a tick, no is nothing."""

    look = "is-flag"
    yes = mark_safe('<span class="yes" aria-hidden="true">✓</span>')

    def html(self, row: Any) -> SafeString:
        if not self.read(row):
            return NOTHING
        return format_html('{}<span class="visually-hidden">{}</span>', self.yes, self.title)

    def export(self, row: Any) -> Cell:
        return bool(self.read(row))


def _short(number: Decimal) -> Decimal:
    """Without zeros after the last digit."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()
