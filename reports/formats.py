"""Writing figures as CSV and as a workbook. JSON is ``Figures.as_json``."""

import io
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from closing_site.money import currency_digits
from closing_site.tabular import Cell, csv_lines
from reports.report import Column, Figures, Kind, Row
from reports.sheet_rows import Written, count_cell, date_cell, number_cell, text_cell, write_rows

#: Of a workbook's columns, in letters.
NARROWEST, WIDEST = 10, 48
#: Rows that say how wide a column has to be.
MEASURED = 200


def as_csv(figures: Figures) -> str:
    """Keys as in JSON, then the rows; no totals, which would be one row too many for a script."""
    columns = figures.report.columns
    rows = ([_cell(figures, c, row) for c in columns] for row in figures.told(figures.rows))
    return "".join(csv_lines([column.name for column in columns], rows, has_mark=False))


def _cell(figures: Figures, column: Column, row: Row) -> Cell:
    """A number as a number: its sign begins no formula."""
    told = figures.text_of(column, row)
    return Decimal(told) if column.is_number and isinstance(told, str) else told


def as_xlsx(figures: Figures) -> bytes:
    """One sheet for people: titles and codes in their language, numbers as numbers, totals last.

    The same figures give the same bytes: the workbook is dated by its month, not by the clock.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        book.set_properties(
            {
                "title": f"{gettext(figures.report.title)} {figures.period}",
                "company": figures.company,
                "created": datetime.combine(date.fromisoformat(f"{figures.period}-01"), time()),
            }
        )
        Sheet(book, figures).write()
    return content.getvalue()


class Sheet:
    """Written row by row, top to bottom: no more of it than a row is in memory."""

    def __init__(self, book: xlsxwriter.Workbook, figures: Figures) -> None:
        self.book = book
        self.figures = figures
        self.columns = figures.report.columns
        self.sheet = book.add_worksheet(gettext(figures.report.title)[:31])
        self.formats: dict[str, Any] = {}

    def write(self) -> None:
        rows = self.figures.rows
        for position, column in enumerate(self.columns):
            self.sheet.set_column(position, position, self._width(column))
        head = self.book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#EEF4F5"}
        )
        for position, column in enumerate(self.columns):
            self.sheet.write_string(0, position, gettext(column.title), head)
        self.sheet.freeze_panes(1, 1)
        self.sheet.autofilter(0, 0, max(len(rows), 1), len(self.columns) - 1)
        self.sheet.repeat_rows(0)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        write_rows(
            self.sheet,
            self.figures.told(rows),
            {column.name: self._cells(column) for column in self.columns},
        )
        if any(column.total for column in self.columns):
            self._totals(len(rows) + 1)

    def _totals(self, number: int) -> None:
        """A line for each currency, where rows differ in it; last all in the company's."""
        for currency, sums in self.figures.by_currency.items():
            self._total_line(number, f"{_('Total')} {currency}", {**sums, "currency": currency})
            number += 1
        is_mixed = any(column.name == "currency" for column in self.columns)
        label = _("Total") + (f" ({self.figures.currency})" if is_mixed else "")
        self._total_line(number, label, self.figures.totals)

    def _total_line(self, number: int, label: str, totals: Row) -> None:
        for position, column in enumerate(self.columns):
            is_summed = bool(column.total) and column.name in totals
            value = totals[column.name] if is_summed else label if position == 0 else ""
            look = self.format(self._pattern(column, totals) if is_summed else "", bold=True)
            if isinstance(value, str):
                self.sheet.write_string(number, position, value, look)
            elif value is not None:
                self.sheet.write_number(number, position, value, look)

    def _cells(self, column: Column) -> Written:
        match column.kind:
            case Kind.DATE:
                return date_cell(self.format("yyyy-mm-dd"))
            case Kind.COUNT:
                return count_cell(self.format(self._pattern(column, {})))
            case Kind.TEXT:
                return text_cell(column.says or str)
        return number_cell(lambda row: self.format(self._pattern(column, row)))

    def _pattern(self, column: Column, row: Row) -> str:
        if column.kind not in (Kind.AMOUNT, Kind.BASE_AMOUNT):
            return {Kind.COUNT: "#,##0", Kind.MARK: "0.00"}.get(column.kind, "General")
        digits = currency_digits(self.figures.currency_of(column, row))
        return "#,##0" + ("." + "0" * digits if digits else "")

    def _width(self, column: Column) -> int:
        """Of its longest cell among the first rows; its title may wrap."""
        rows = [*self.figures.told(self.figures.rows[:MEASURED]), self.figures.totals]
        cells = (self.figures.text_of(column, row) for row in rows)
        longest = max(
            (_letters(said(column, cell)) for cell in cells if cell is not None), default=0
        )
        title = max(_letters(word) for word in gettext(column.title).split())
        # Amounts are written with commas, which their text has not.
        spare = 4 if column.is_number else 2
        return min(max(longest + spare, title + 3, NARROWEST), WIDEST)

    def format(self, pattern: str, *, bold: bool = False) -> Any:
        key = f"{pattern}{bold}"
        if key not in self.formats:
            look: dict[str, Any] = {"num_format": pattern} if pattern else {}
            if bold:
                look |= {"bold": True, "top": 1}
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]


def said(column: Column, value: Any) -> str:
    return column.says(str(value)) if column.says else str(value)


def _letters(text: str) -> int:
    """How many Latin letters wide it is: a Chinese character counts for two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
