"""Checking rows cell by cell. Pure.

A batch of rows is turned on its side, so that what a column says more than once is read once.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache, reduce
from itertools import islice, zip_longest
from typing import Any

from django.utils.translation import gettext_noop

from closing_site import cells
from closing_site.cells import Unreadable, escaped
from closing_site.exchange.headers import Header
from closing_site.exchange.sources import Malformed, Row
from closing_site.kind import Column, Kind
from closing_site.staged import Problem
from closing_site.told import Told, told

TOO_MANY_CELLS = gettext_noop("The row has more cells than the header.")
ALSO = gettext_noop("%(reason)s Also %(others)s")
NAMELESS = gettext_noop("column %(place)s, without a header")

#: Of each column, so many different values are remembered; a month's dates or a price list fit.
REMEMBERED = 1 << 16

Read = Callable[[str], str | Unreadable]


class Checker:
    """Reads the rows of one file.

    ``problems``: of bad rows; ``bad_keys``: their keys, as texts; ``nameless``: columns with
    something in them and nothing in the header.
    """

    def __init__(self, kind: Kind, header: Header) -> None:
        self.header = header
        self.problems: list[Problem] = []
        self.bad_keys: list[str] = []
        self.nameless: list[str] = []
        self._key_places = [header.places[name] for name in kind.key]
        self._columns = [
            (column.name, header.places[column.name], _remembering(column))
            for column in kind.columns
            if column.name in header.places
        ]
        self._derived = [
            (header.places[source], derive) for source, _, derive in kind.derived.values()
        ]
        self._nameless = [place for place, cell in enumerate(header.cells) if not cell.strip()]
        self.names = ["line", *(name for name, _, _ in self._columns), *kind.derived]

    def good_rows(self, batch: list[Row]) -> str:
        """The batch's good rows as COPY's text format has them, with the columns ``names``."""
        bad, lines, rows = self._split(batch)
        if not rows:
            self._remember(bad, {})
            return ""
        sides = self._sides(rows)
        for place in self._nameless[:]:
            if any(sides[place]):
                self._nameless.remove(place)
                self.nameless.append(told(NAMELESS, place=place + 1))
        texts: list[Any] = [map(str, lines)]
        for name, place, read in self._columns:
            meanings = {value: read(value) for value in set(sides[place])}
            unreadable = {
                value: meaning
                for value, meaning in meanings.items()
                if isinstance(meaning, Unreadable)
            }
            if unreadable:
                for line, value in zip(lines, sides[place], strict=True):
                    if found := unreadable.get(value):
                        problem = Problem(line, name, value.strip(), found.reason)
                        bad.setdefault(line, []).append(problem)
            texts.append(map(meanings.__getitem__, sides[place]))
        for place, derive in self._derived:
            derived = {value: escaped(derive(value.strip())) for value in set(sides[place])}
            texts.append(map(derived.__getitem__, sides[place]))
        staged = zip(*texts, strict=True)
        if not bad:
            return "\n".join(map("\t".join, staged)) + "\n"
        self._remember(bad, dict(zip(lines, rows, strict=True)))
        return "".join(
            "\t".join(row) + "\n"
            for line, row in zip(lines, staged, strict=True)
            if line not in bad
        )

    def _split(
        self, batch: list[Row]
    ) -> tuple[dict[int, list[Problem]], list[int], list[list[str]]]:
        width = len(self.header.cells)
        bad: dict[int, list[Problem]] = {}
        lines: list[int] = []
        rows: list[list[str]] = []
        for line, row in batch:
            if isinstance(row, Malformed):
                bad[line] = [Problem(line, "", row.text[:80], row.reason)]
                continue
            if len(row) > width and any(row[width:]):
                extra = " ".join(row[width:])[:80]
                bad[line] = [Problem(line, "", extra, told(TOO_MANY_CELLS))]
            lines.append(line)
            rows.append(row)
        return bad, lines, rows

    def _sides(self, rows: list[list[str]]) -> list[tuple[str, ...]]:
        """The columns of the header; what a row leaves out at its end is blank."""
        width = len(self.header.cells)
        sides = list(islice(zip_longest(*rows, fillvalue=""), width))
        return sides + [("",) * len(rows)] * (width - len(sides))

    def _remember(self, bad: dict[int, list[Problem]], rows: dict[int, list[str]]) -> None:
        for line, found in bad.items():
            self.problems.append(_joined(found))
            if row := rows.get(line):
                key = [row[place].strip() for place in self._key_places if place < len(row)]
                self.bad_keys.append("\x1f".join(key).replace("\0", ""))


def _remembering(column: Column) -> Read:
    @lru_cache(REMEMBERED)
    def read(value: str) -> str | Unreadable:
        if text := value.strip():
            return column.read(text)
        return Unreadable(told(cells.BLANK)) if column.is_needed else ""

    return read


def _joined(found: list[Problem]) -> Problem:
    """One problem per row: the first, its reason naming the others."""
    first, *others = found
    if not others:
        return first
    reason = told(ALSO, reason=first.reason, others=reduce(_and, map(_of_cell, others)))
    return Problem(first.line, first.column, first.value, reason)


def _of_cell(problem: Problem) -> Told:
    says = {"column": problem.column, "value": problem.value, "reason": problem.reason}
    return told("%(column)s (%(value)s): %(reason)s", **says)


def _and(before: Told, after: Told) -> Told:
    return told("%(before)s; %(after)s", before=before, after=after)


def batches(rows: Iterator[Row], size: int = 5000) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch
