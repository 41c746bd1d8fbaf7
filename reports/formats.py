"""Writing figures as CSV and as a workbook. JSON is ``Figures.as_json``."""

import csv
import io
import re
from typing import Any

import xlsxwriter
from django.utils.translation import gettext

from closing_site.money import currency_digits
from reports.report import Column, Figures, Kind, Row

#: What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")

_NUMBERS = {Kind.COUNT, Kind.AMOUNT, Kind.BASE_AMOUNT, Kind.NUMBER, Kind.MARK}


def harmless(cell: Any) -> str:
    """The cell's text, which no spreadsheet runs."""
    text = "" if cell is None else str(cell)
    is_formula = text.startswith(FORMULA) and not NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def as_csv(figures: Figures) -> str:
    """Keys as in JSON, then the rows; no totals, which would be one row too many for a script."""
    columns = figures.report.columns
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in columns)
    for row in figures.rows:
        writer.writerow(harmless(figures.text_of(column, row)) for column in columns)
    return text.getvalue()


def as_xlsx(figures: Figures) -> bytes:
    """One sheet for people: titles in their language, numbers as numbers, totals last."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        Sheet(book, figures).write()
    return content.getvalue()


class Sheet:
    def __init__(self, book: xlsxwriter.Workbook, figures: Figures) -> None:
        self.book = book
        self.figures = figures
        self.columns = figures.report.columns
        self.sheet = book.add_worksheet(gettext(figures.report.title)[:31])
        self.formats: dict[str, Any] = {}

    def write(self) -> None:
        for position, column in enumerate(self.columns):
            self.sheet.write_string(0, position, gettext(column.title), self.format("", bold=True))
            self.sheet.set_column(position, position, 16)
        self.sheet.freeze_panes(1, 0)
        for number, row in enumerate(self.figures.rows, 1):
            for position, column in enumerate(self.columns):
                self._cell(number, position, column, row)
        for position, column in enumerate(self.columns):
            if column.total:
                last = len(self.figures.rows) + 1
                self._cell(last, position, column, self.figures.totals, bold=True)

    def _cell(
        self, number: int, position: int, column: Column, row: Row, *, bold: bool = False
    ) -> None:
        value = row[column.name]
        if value is None:
            return
        if column.kind is Kind.DATE:
            self.sheet.write_datetime(number, position, value, self.format("yyyy-mm-dd"))
        elif column.kind in _NUMBERS:
            pattern = self._pattern(column, row)
            self.sheet.write_number(number, position, value, self.format(pattern, bold=bold))
        else:
            self.sheet.write_string(number, position, str(value))

    def _pattern(self, column: Column, row: Row) -> str:
        if column.kind not in (Kind.AMOUNT, Kind.BASE_AMOUNT):
            return {Kind.COUNT: "0", Kind.MARK: "0.00"}.get(column.kind, "General")
        digits = currency_digits(self.figures.currency_of(column, row))
        return "#,##0" + ("." + "0" * digits if digits else "")

    def format(self, pattern: str, *, bold: bool = False) -> Any:
        key = f"{pattern}{bold}"
        if key not in self.formats:
            look = {"num_format": pattern} if pattern else {}
            self.formats[key] = self.book.add_format({**look, "bold": bold})
        return self.formats[key]
