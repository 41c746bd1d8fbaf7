"""What every column knows: how to read a row, to show a cell and to export it."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from closing_site.pages.formats import text_html
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
