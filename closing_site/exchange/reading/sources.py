"""What rows come from: a CSV file, or a sheet of a workbook. Read as a stream, any number of times.

A row comes with the number of its first line; what cannot be split into cells comes as Malformed.
Empty rows are skipped. Pure.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Final, NamedTuple

from closing_site.exchange.reading.cell_texts import Shown, cell_text, shown_text
from closing_site.exchange.reading.encodings import Encoding, encoding_of
from closing_site.exchange.reading.faults import UnreadableFile
from closing_site.message import Message, gettext_noop, message

OPEN_QUOTE: Final = gettext_noop("A quotation mark is not closed, or stands inside a cell.")
LONG_CELL: Final = gettext_noop("A cell of it is longer than %(most)s characters.")
LONG_LINE: Final = gettext_noop("line %(line)s is longer than %(most)s characters")
UNCALCULATED: Final = gettext_noop(
    "row %(row)s has a formula that was not calculated; open the workbook in a spreadsheet and save"
    " it"
)
LONG_TEXT: Final = gettext_noop("row %(row)s has a cell longer than %(most)s characters")

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
        # Slow to load, and not needed for CSV files.
        from python_calamine import CalamineError, CalamineWorkbook

        from closing_site.exchange.reading.workbooks import (
            DAMAGED_ARCHIVE,
            MOST_CHARACTERS,
            Workbook,
            require_workbook,
        )

        require_workbook(self.path)
        scan = Workbook(self.path).scan(self.sheet)
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
                        is_inside = 0 <= place < len(values)
                        if not is_inside or (values[place] == "" and how != Shown.ERROR):
                            break
                        if how != Shown.FORMULA:
                            cells[place] = shown_text(values[place], how)
                        mark, how = next(marks, (-1, 0))
                    if mark >> 16 == number:
                        break
                    if _has_something(cells):
                        if max(map(len, cells)) > MOST_CHARACTERS:
                            said = {"row": number + 1, "most": MOST_CHARACTERS}
                            raise UnreadableFile(message(LONG_TEXT, **said))
                        yield number + 1, cells
                if mark >= 0:
                    raise UnreadableFile(message(UNCALCULATED, row=(mark >> 16) + 1))
        except (CalamineError, OSError, IndexError) as error:
            raise UnreadableFile(Message(DAMAGED_ARCHIVE)) from error


Source = CsvFile | Sheet


def sheet_names(path: Path) -> list[str]:
    """Raises UnreadableFile."""
    from closing_site.exchange.reading.workbooks import Workbook, require_workbook

    require_workbook(path)
    return Workbook(path).sheet_names()
