"""What rows come from: a CSV file, or a sheet of a workbook. Read as a stream, any number of times.

A row comes with the number of its first line; what cannot be split into cells comes as Malformed.
Rows without anything in them are passed over.
"""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_noop
from python_calamine import CalamineError, CalamineWorkbook

from closing_site.exchange.errors import NotReadable
from closing_site.told import told

OPEN_QUOTE: Final = gettext_noop("A quotation mark is not closed, or stands inside a cell.")
NO_ENCODING: Final = gettext_noop("it is neither UTF-8 nor GB18030")
NO_WORKBOOK: Final = gettext_noop("it is not an .xlsx workbook")

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Malformed:
    """Lines that are no row: their text as it stands, and what is wrong."""

    text: str
    reason: str


Row = tuple[int, list[str] | Malformed]


@dataclass(frozen=True)
class CsvFile:
    """A CSV file in UTF-8 (a byte-order mark allowed) or GB18030.

    Raises NotReadable where it is in neither, or cannot be opened.
    """

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def bad_path(self, kind: str) -> Path:
        """Where rows of it that are bad go; those of a file of bad rows stay there."""
        return self.path.with_name(f"{self.path.stem.removesuffix('.bad')}.bad.csv")

    def rows(self) -> Iterator[Row]:
        try:
            with self.path.open(encoding=self.encoding(), newline="") as lines:
                yield from _split(lines)
        except OSError as error:
            raise NotReadable(file=self.name, reason=error.strerror or error) from error

    def encoding(self) -> str:
        for encoding in ("utf-8", "gb18030"):
            decoder = codecs.getincrementaldecoder(encoding)()
            try:
                with self.path.open("rb") as file:
                    has_mark = file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
                    file.seek(0)
                    while block := file.read(_BLOCK):
                        decoder.decode(block)
                    decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return "utf-8-sig" if has_mark else encoding
        raise NotReadable(file=self.name, reason=told(NO_ENCODING))


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
        except csv.Error:
            yield first, Malformed("".join(taken), told(OPEN_QUOTE))
            continue
        if _has_something(cells):
            yield first, cells


def _has_something(cells: list[str]) -> bool:
    return any(cells) and not "".join(cells).isspace()


@dataclass(frozen=True)
class Sheet:
    """A sheet of an .xlsx workbook. Raises NotReadable where the file is none."""

    path: Path
    sheet: str

    @property
    def name(self) -> str:
        return self.path.name

    def bad_path(self, kind: str) -> Path:
        return self.path.with_name(f"{kind}.bad.csv")

    def encoding(self) -> str:
        """In which a file of its rows is written: with the mark, by which spreadsheets know it."""
        return "utf-8-sig"

    def rows(self) -> Iterator[Row]:
        sheet = opened(self.path).get_sheet_by_name(self.sheet)
        for line, row in enumerate(sheet.iter_rows(), start=1):
            cells = [cell_text(cell) for cell in row]
            if _has_something(cells):
                yield line, cells


Source = CsvFile | Sheet


def opened(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise NotReadable(file=path.name, reason=told(NO_WORKBOOK)) from error


def cell_text(value: object) -> str:
    """A workbook's cell as it would stand in a CSV file."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet holds and shows: 0.1 + 0.2 is 0.3 there.
        return f"{Decimal(f'{value:.15g}'):f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)
