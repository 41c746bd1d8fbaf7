"""Tables as files: CSV and workbooks, written row by row, in which no cell is a formula.

Rows are sequences of cells: text, numbers, dates, booleans or None. Whoever calls says how a number
looks; nothing here knows currencies.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from closing_site.free_text import harmless

#: Rows of a sheet, its titles among them; the next ones go onto another sheet.
MOST_ROWS = 1_048_576
#: A workbook's numbers are binary fractions: more digits than these would be changed.
EXACT_DIGITS = 15
ROWS_AT_A_TIME = 1_000

Cell = str | Decimal | int | date | bool | None


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(
    titles: Sequence[str], rows: Iterable[Sequence[Cell]], *, has_mark: bool = True
) -> Iterator[str]:
    """A CSV file in pieces: UTF-8 with the mark that Excel knows it by, CRLF, ISO dates. Without
    the mark it is for scripts, which would take it for a part of the first title."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    piece = ["\ufeff" * has_mark, writer.writerow([harmless(title) for title in titles])]
    for row in rows:
        piece.append(writer.writerow([_text(cell) for cell in row]))
        if len(piece) > ROWS_AT_A_TIME:
            yield "".join(piece)
            piece = []
    yield "".join(piece)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def workbook(title: str, titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """A workbook as an open temporary file. Only one row of it is in memory at a time."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer that sends it closes it)
    with xlsxwriter.Workbook(file, {"constant_memory": True, "remove_timezone": True}) as book:
        _Sheets(book, title, titles).write(rows)
    file.seek(0)
    return file


class _Sheets:
    def __init__(self, book: xlsxwriter.Workbook, title: str, titles: Sequence[str]) -> None:
        self.book = book
        self.title = "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:26]
        self.titles = titles
        self.formats: dict[str, Any] = {}
        self.bold = book.add_format({"bold": True})
        self.sheet: Any = None
        self.sheets = 0
        self.number = MOST_ROWS

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._begin()
        for row in rows:
            if self.number == MOST_ROWS:
                self._begin()
            for place, cell in enumerate(row):
                self._cell(place, cell)
            self.number += 1

    def _begin(self) -> None:
        self.sheets += 1
        name = self.title if self.sheets == 1 else f"{self.title} {self.sheets}"
        self.sheet = self.book.add_worksheet(name)
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_column(0, max(len(self.titles) - 1, 0), 16)
        for place, title in enumerate(self.titles):
            self.sheet.write_string(0, place, title, self.bold)
        self.number = 1

    def _cell(self, place: int, cell: Cell) -> None:
        if cell is None:
            return
        if isinstance(cell, bool):
            self.sheet.write_boolean(self.number, place, cell)
        elif isinstance(cell, (Decimal, int)):
            self._number(place, Decimal(cell))
        elif isinstance(cell, date):
            has_time = isinstance(cell, datetime)
            look = self._format("yyyy-mm-dd hh:mm:ss" if has_time else "yyyy-mm-dd")
            self.sheet.write_datetime(self.number, place, cell, look)
        else:
            self.sheet.write_string(self.number, place, cell)

    def _number(self, place: int, number: Decimal) -> None:
        if len(number.as_tuple().digits) > EXACT_DIGITS:
            self.sheet.write_string(self.number, place, format(number, "f"))
            return
        exponent = number.as_tuple().exponent
        digits = max(-exponent, 0) if isinstance(exponent, int) else 0
        look = "#,##0" + ("." + "0" * digits if digits else "")
        self.sheet.write_number(self.number, place, number, self._format(look))

    def _format(self, look: str) -> Any:
        if look not in self.formats:
            self.formats[look] = self.book.add_format({"num_format": look})
        return self.formats[look]
