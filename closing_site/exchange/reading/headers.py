"""Which column of the exchange format each header means. Pure."""

import re
from dataclasses import dataclass

from closing_site import words
from closing_site.exchange.reading.faults import Fault
from closing_site.kind import Kind
from closing_site.message import Message, gettext_noop, message

MISSING = gettext_noop("The file has no such column.")
TWICE = gettext_noop("Another column means the same: %(other)s.")
EMPTY = gettext_noop("The file has no header row.")
TOO_WIDE = gettext_noop("The header has %(columns)s columns; up to %(most)s are read.")
UNPRINTABLE = gettext_noop(
    "The header of column %(place)s holds a character that no text has (%(code)s); save the file"
    " again as UTF-8."
)

#: As many as are read of a workbook's sheet.
MOST_COLUMNS = 256

_NOISE = re.compile("[\\s_*\ufeff]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Header:
    """``places``: column → its place in the row. Where there are problems, no row can be read."""

    cells: list[str]
    places: dict[str, int]
    unknown: list[str]
    problems: list[Fault]
    #: What the header of the unit price says about tax; None: nothing.
    includes_tax: bool | None
    #: What the header of the discount says, where that may mean two things.
    ambiguous_discount: str = ""

    @classmethod
    def unusable(cls, fault: Fault) -> "Header":
        return cls([], {}, [], [fault], None)


def read_header(kind: Kind, line: int, cells: list[str]) -> Header:
    meanings = _meanings(kind)
    places: dict[str, int] = {}
    unknown: list[str] = []
    problems: list[Fault] = []
    includes_tax: bool | None = None
    ambiguous_discount = ""
    if fault := _fault_of(line, cells):
        return Header.unusable(fault)
    for place, cell in enumerate(cells):
        name = meanings.get(_plain(cell))
        if name is None:
            if cell.strip():
                unknown.append(cell.strip())
        elif name in places:
            other = cells[places[name]].strip()
            problems.append(Fault(line, name, cell.strip(), message(TWICE, other=other)))
        else:
            places[name] = place
            if cell.strip() in words.INCLUDING_TAX | words.EXCLUDING_TAX:
                includes_tax = cell.strip() in words.INCLUDING_TAX
            if _plain(cell) in _AMBIGUOUS_DISCOUNTS:
                ambiguous_discount = cell.strip()
    problems += [
        Fault(line, name, "", Message(MISSING)) for name in kind.required if name not in places
    ]
    return Header(cells, places, unknown, problems, includes_tax, ambiguous_discount)


def no_header(kind: Kind) -> Header:
    """Of a file without rows."""
    return Header.unusable(Fault(1, kind.required[0], "", Message(EMPTY)))


def _fault_of(line: int, cells: list[str]) -> Fault | None:
    used = max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    if used > MOST_COLUMNS:
        return Fault(line, "", "", message(TOO_WIDE, columns=used, most=MOST_COLUMNS))
    for place, cell in enumerate(cells, start=1):
        if found := _CONTROL.search(cell):
            code = f"U+{ord(found.group()):04X}"
            shown = _CONTROL.sub("\ufffd", cell)[:80]
            return Fault(line, "", shown, message(UNPRINTABLE, place=place, code=code))
    return None


def _meanings(kind: Kind) -> dict[str, str]:
    own = {_plain(column.name): column.name for column in kind.columns}
    aliases = {
        _plain(alias): name for name, others in words.HEADERS[kind.name].items() for alias in others
    }
    return aliases | own


def _plain(cell: str) -> str:
    return _NOISE.sub("", cell).casefold().replace("\uff08", "(").replace("\uff09", ")")


_AMBIGUOUS_DISCOUNTS = frozenset(map(_plain, words.AMBIGUOUS_DISCOUNTS))
