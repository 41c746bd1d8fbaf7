"""Which column of the exchange format each header means. Pure."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from closing_site import words
from closing_site.kind import Kind
from closing_site.staged import Problem
from closing_site.told import told

MISSING = gettext_noop("The file has no such column.")
TWICE = gettext_noop("Another column means the same: %(other)s.")
EMPTY = gettext_noop("The file has no header row.")

_NOISE = re.compile("[\\s_*\ufeff]+")


@dataclass(frozen=True)
class Header:
    """``places``: column → its place in the row. Where there are problems, no row can be read."""

    cells: list[str]
    places: dict[str, int]
    unknown: list[str]
    problems: list[Problem]
    #: What the header of the unit price says about tax; None: nothing.
    includes_tax: bool | None


def read_header(kind: Kind, line: int, cells: list[str]) -> Header:
    meanings = _meanings(kind)
    places: dict[str, int] = {}
    unknown: list[str] = []
    problems: list[Problem] = []
    includes_tax: bool | None = None
    for place, cell in enumerate(cells):
        name = meanings.get(_plain(cell))
        if name is None:
            if cell.strip():
                unknown.append(cell.strip())
        elif name in places:
            other = cells[places[name]].strip()
            problems.append(Problem(line, name, cell.strip(), told(TWICE, other=other)))
        else:
            places[name] = place
            if cell.strip() in words.INCLUDING_TAX | words.EXCLUDING_TAX:
                includes_tax = cell.strip() in words.INCLUDING_TAX
    problems += [
        Problem(line, name, "", told(MISSING)) for name in kind.required if name not in places
    ]
    return Header(cells, places, unknown, problems, includes_tax)


def no_header(kind: Kind) -> Header:
    """Of a file without rows."""
    return Header([], {}, [], [Problem(1, kind.required[0], "", told(EMPTY))], None)


def _meanings(kind: Kind) -> dict[str, str]:
    own = {_plain(column.name): column.name for column in kind.columns}
    aliases = {
        _plain(alias): name for name, others in words.HEADERS[kind.name].items() for alias in others
    }
    return aliases | own


def _plain(cell: str) -> str:
    return _NOISE.sub("", cell).casefold().replace("\uff08", "(").replace("\uff09", ")")
