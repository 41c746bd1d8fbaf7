"""A kind of rows that come from outside: their columns, and what each may hold. Pure.

A file's rows and the single document of a form are read by the same columns and staged in the same
tables (closing_site.staged), so that one rule holds for both. Each app declares its own kinds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from closing_site import cells, words
from closing_site.cells import Reader


@dataclass(frozen=True)
class Column:
    """``is_required``: it must be in the header. ``is_needed``: and no cell of it may be blank."""

    name: str
    read: Reader
    sql_type: str = "text"
    is_required: bool = False
    is_needed: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of rows. ``derived``: more columns of the staged rows, each made from one cell."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    derived: Mapping[str, tuple[str, str, Callable[[str], str]]] = field(default_factory=dict)

    @property
    def required(self) -> list[str]:
        return [column.name for column in self.columns if column.is_required]


def value(name: str, read: Reader, sql_type: str = "text") -> Column:
    return Column(name, read, sql_type)


def required(name: str, read: Reader, sql_type: str = "text") -> Column:
    return Column(name, read, sql_type, is_required=True)


def needed(name: str, read: Reader, sql_type: str = "text") -> Column:
    return Column(name, read, sql_type, is_required=True, is_needed=True)


CODE = cells.code(80)
#: Far from the sixteen digits that an amount has room for, so that no sum of them overflows.
AMOUNT = cells.number(digits=13, decimals=4)
PRICE = cells.number(digits=12, decimals=6)
FLAG = cells.choice(words.FLAGS)
