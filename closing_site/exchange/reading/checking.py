"""Checking rows cell by cell. Pure.

A batch of rows is turned on its side, so that what a column says more than once is read once.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import islice, zip_longest
from typing import Any

from closing_site import cells
from closing_site.cells import Unreadable, escaped
from closing_site.exchange.reading.cell_texts import ERROR_CELL
from closing_site.exchange.reading.discounts import AMBIGUOUS, OF_PRICE, percent_off
from closing_site.exchange.reading.faults import Fault
from closing_site.exchange.reading.headers import Header
from closing_site.exchange.reading.sources import Malformed, Row
from closing_site.free_text import unescaped
from closing_site.kind import Column, Kind
from closing_site.message import Message, gettext_noop, message

TOO_MANY_CELLS = gettext_noop("The row has more cells than the header.")
ALSO = gettext_noop("%(reason)s Also %(others)s")
NAMELESS = gettext_noop("column %(place)s, without a header")
WORKBOOK_ERROR = gettext_noop("The workbook shows an error here, such as #N/A.")

#: Of each column, so many different values are remembered; a month's dates or a price list fit.
REMEMBERED = 1 << 14
#: Longer ones are read whenever they come: a note is rarely the same twice.
LONGEST_REMEMBERED = 100
#: So many bad rows of a file are named; the file of bad rows has them all.
MOST_FAULTS = 1_000
SHOWN_VALUE = 200
#: Beside the first fault of a row, so many others are named.
MOST_NAMED = 5
#: A longer key is none: codes have up to 80 characters.
LONGEST_KEY = 400

Read = Callable[[str], str | Unreadable]


class AmbiguousColumn(Exception):
    """A column may mean two things, and no one said which."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class Checker:
    """Reads the rows of one file.

    ``faults``: of the first bad rows, ``bad`` of them in all; ``bad_keys``: line and key of those
    of the last batch; ``nameless``: columns with something in them and nothing in the header.
    """

    def __init__(
        self,
        kind: Kind,
        header: Header,
        *,
        header_line: int = 1,
        discount_means: str = "",
        is_sheet: bool = False,
    ) -> None:
        # A sheet says itself what is text: an apostrophe in it belongs to the text.
        self._text = str if is_sheet else unescaped
        self.header = header
        self.faults: list[Fault] = []
        self.bad = 0
        self.bad_keys: list[tuple[int, str]] = []
        self.nameless: list[Message] = []
        self._key_places = [header.places[name] for name in kind.key]
        self._columns = [
            (column.name, header.places[column.name], _remembering(column, self._text))
            for column in (_meant(column, header, discount_means) for column in kind.columns)
            if column.name in header.places
        ]
        self._unclear: Fault | None = None
        if header.ambiguous_discount and not discount_means:
            reason = message(AMBIGUOUS, header=header.ambiguous_discount)
            name = "discount_percent"
            self._unclear = Fault(header_line, name, header.ambiguous_discount, reason)
        self._derived = [
            (header.places[source], derive) for source, _, derive in kind.derived.values()
        ]
        self._nameless = [place for place, cell in enumerate(header.cells) if not cell.strip()]
        self.names = ["line", *(name for name, _, _ in self._columns), *kind.derived]

    def good_rows(self, batch: list[Row]) -> str:
        """The batch's good rows as COPY's text format has them, with the columns ``names``. Raises
        AmbiguousColumn."""
        self.bad_keys.clear()
        bad, lines, rows = self._split(batch)
        if not rows:
            self._remember(bad, {})
            return ""
        sides = self._sides(rows)
        for place in self._nameless[:]:
            if any(sides[place]):
                self._nameless.remove(place)
                self.nameless.append(message(NAMELESS, place=place + 1))
        if self._unclear and any(
            map(_is_more_than_zero, sides[self.header.places["discount_percent"]])
        ):
            raise AmbiguousColumn(self._unclear)
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
                        fault = Fault(line, name, _shown(value), found.reason)
                        bad.setdefault(line, []).append(fault)
            texts.append(map(meanings.__getitem__, sides[place]))
        for place, derive in self._derived:
            derived = {
                value: escaped(derive(self._text(value.strip()))) for value in set(sides[place])
            }
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

    def _split(self, batch: list[Row]) -> tuple[dict[int, list[Fault]], list[int], list[list[str]]]:
        width = len(self.header.cells)
        bad: dict[int, list[Fault]] = {}
        lines: list[int] = []
        rows: list[list[str]] = []
        for line, row in batch:
            if isinstance(row, Malformed):
                bad[line] = [Fault(line, "", row.text[:80], row.reason)]
                continue
            if len(row) > width and any(row[width:]):
                extra = " ".join(row[width:])[:80]
                bad[line] = [Fault(line, "", extra, Message(TOO_MANY_CELLS))]
            lines.append(line)
            rows.append(row)
        return bad, lines, rows

    def _sides(self, rows: list[list[str]]) -> list[tuple[str, ...]]:
        """The columns of the header; what a row leaves out at its end is blank."""
        width = len(self.header.cells)
        sides = list(islice(zip_longest(*rows, fillvalue=""), width))
        return sides + [("",) * len(rows)] * (width - len(sides))

    def _remember(self, bad: dict[int, list[Fault]], rows: dict[int, list[str]]) -> None:
        self.bad += len(bad)
        for line, found in bad.items():
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(_joined(found))
            row = rows.get(line, ())
            key = [self._text(row[place].strip()) for place in self._key_places if place < len(row)]
            text = "\x1f".join(key).replace("\0", "")
            self.bad_keys.append((line, text if len(text) <= LONGEST_KEY else ""))


def _remembering(column: Column, text_of: Callable[[str], str]) -> Read:
    is_text = column.sql_type == "text"

    def read(value: str) -> str | Unreadable:
        if text := value.strip():
            if text == ERROR_CELL:
                return Unreadable(Message(WORKBOOK_ERROR))
            return column.read(text_of(text) if is_text else text)
        return Unreadable(Message(cells.BLANK)) if column.is_needed else ""

    remembered = lru_cache(REMEMBERED)(read)
    return lambda value: (remembered if len(value) <= LONGEST_REMEMBERED else read)(value)


def _meant(column: Column, header: Header, discount_means: str) -> Column:
    """The column as its header is to be understood."""
    is_of_price = bool(header.ambiguous_discount) and discount_means == OF_PRICE
    if column.name == "discount_percent" and is_of_price:
        return replace(column, read=percent_off)
    return column


def _is_more_than_zero(discount: str) -> bool:
    """A column of zeros is not ambiguous: nobody writes zero percent of the price."""
    return bool(discount.strip("0. \t%"))


def _shown(value: str) -> str:
    text = value.strip()
    return "#" if text == ERROR_CELL else text[:SHOWN_VALUE].replace("\0", "\ufffd")


def _joined(found: list[Fault]) -> Fault:
    """One fault per row: the first, its reason naming the others."""
    first, *others = found
    if not others:
        return first
    others = others[:MOST_NAMED]
    reason = message(ALSO, reason=first.reason, others=reduce(_and, map(_of_cell, others)))
    return first._replace(reason=reason)


def _of_cell(fault: Fault) -> Message:
    says = {"column": fault.column, "value": fault.value, "reason": fault.reason}
    return message("%(column)s (%(value)s): %(reason)s", **says)


def _and(before: Message, after: Message) -> Message:
    return message("%(before)s; %(after)s", before=before, after=after)


def batches(rows: Iterator[Row], size: int = 5000) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch
