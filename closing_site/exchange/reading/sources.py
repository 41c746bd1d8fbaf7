"""What rows come from: a CSV file, or a sheet of a workbook. Read as a stream, any number of times.

A row comes with the number of its first line; what cannot be split into cells comes as Malformed.
Rows without anything in them are passed over. Pure.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import Final, NamedTuple

from closing_site.exchange.reading.encodings import Encoding, encoding_of
from closing_site.exchange.reading.faults import UnreadableFile
from closing_site.exchange.reading.workbooks import (
    DAMAGED_ARCHIVE,
    MOST_CHARACTERS,
    Shown,
    Workbook,
    require_workbook,
)
from closing_site.message import Message, gettext_noop, message

OPEN_QUOTE: Final = gettext_noop("A quotation mark is not closed, or stands inside a cell.")
LONG_CELL: Final = gettext_noop("A cell of it is longer than %(most)s characters.")
LONG_LINE: Final = gettext_noop("line %(line)s is longer than %(most)s characters")
LONG_TEXT: Final = gettext_noop("row %(row)s has a cell longer than %(most)s characters")

#: A cell that the spreadsheet shows as an error, such as #N/A. No text has this character.
ERROR_CELL: Final = "#\0"

#: A line of so many characters is no row of a table.
LONGEST_LINE: Final = 1 << 23


class Malformed(NamedTuple):
    """Lines that are no row: their text as it stands, and what is wrong."""

    text: str
    reason: Message


Row = tuple[int, list[str] | Malformed]


@dataclass(frozen=True)
class CsvFile:
    """A CSV file; ``named``: the encoding a person names, for a file that does not tell its own.

    Raises UnreadableFile where its encoding is not known, or cannot be read all through.
    """

    path: Path
    named: Encoding | None = None

    @property
    def name(self) -> str:
        return self.path.name

    def encoding(self) -> Encoding:
        return encoding_of(self.path, self.named)

    def rows(self, encoding: Encoding | None = None) -> Iterator[Row]:
        found = encoding or self.encoding()
        with self.path.open("rb") as file:
            file.seek(found.mark)
            with TextIOWrapper(file, found.codec, newline="") as lines:
                yield from _split(_bounded(lines))


def _bounded(lines: TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := lines.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise UnreadableFile(message(LONG_LINE, line=number, most=LONGEST_LINE))
        yield line


def _split(lines: Iterator[str]) -> Iterator[Row]:
    taken: list[str] = []

    def remembered() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    reader = csv.reader(remembered(), strict=True)
    while True:
        first = reader.line_num + 1
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            is_long = "field limit" in str(error)
            most = csv.field_size_limit()
            reason = message(LONG_CELL, most=most) if is_long else Message(OPEN_QUOTE)
            yield first, Malformed("".join(taken), reason)
            continue
        if _has_something(cells):
            yield first, cells


def _has_something(cells: list[str]) -> bool:
    return any(cells) and not "".join(cells).isspace()


@dataclass(frozen=True)
class Sheet:
    """A sheet of an .xlsx workbook. Raises UnreadableFile where the file is none."""

    path: Path
    sheet: str

    @property
    def name(self) -> str:
        return self.path.name

    def encoding(self) -> Encoding | None:
        return None

    def rows(self, encoding: Encoding | None = None) -> Iterator[Row]:
        require_workbook(self.path)
        scan = Workbook(self.path).scan(self.sheet)
        # Slow to load, and not needed for CSV files.
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

        try:
            with CalamineWorkbook.from_path(str(self.path)) as book:
                sheet = book.get_sheet_by_name(self.sheet)
                left = sheet.start[1] if sheet.start else 0
                marks = scan.in_order()
                mark, how = next(marks, (-1, 0))
                for number, values in enumerate(sheet.iter_rows()):
                    cells = [cell_text(value) for value in values]
                    while mark >> 16 == number:
                        place = (mark & 0xFFFF) - left
                        cells[place] = shown_text(values[place], how)
                        mark, how = next(marks, (-1, 0))
                    if _has_something(cells):
                        if max(map(len, cells)) > MOST_CHARACTERS:
                            said = {"row": number + 1, "most": MOST_CHARACTERS}
                            raise UnreadableFile(message(LONG_TEXT, **said))
                        yield number + 1, cells
        except (CalamineError, OSError, IndexError) as error:
            raise UnreadableFile(Message(DAMAGED_ARCHIVE)) from error


Source = CsvFile | Sheet


def sheet_names(path: Path) -> list[str]:
    """Raises UnreadableFile."""
    require_workbook(path)
    return Workbook(path).sheet_names()


def cell_text(value: object) -> str:
    """A workbook's cell as it would stand in a CSV file."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{_exact(value):f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def shown_text(value: object, how: int) -> str:
    """As ``cell_text``, of a cell whose number the spreadsheet shows another way."""
    if how == Shown.ERROR:
        return ERROR_CELL
    if isinstance(value, bool) or not isinstance(value, float | int):
        return cell_text(value)
    if how == Shown.PERCENT:
        return f"{_plain(_exact(value) * 100):f}%"
    text = cell_text(value)
    return text.zfill(how - Shown.PADDED) if text.isdecimal() else text


def _exact(value: float) -> Decimal:
    """Fifteen digits are what a spreadsheet holds and shows: 0.1 + 0.2 is 0.3 there."""
    return Decimal(f"{value:.15g}")


def _plain(number: Decimal) -> Decimal:
    """Without zeros after the last digit that matters."""
    return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()
