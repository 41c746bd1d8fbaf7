"""Figures as people read them, on a page and on paper: what matters first, amounts grouped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from closing_site.fit import ACROSS, UPRIGHT, fitting, unbroken
from closing_site.pages.formats import money_text, number_text
from closing_site.pdf import FONT
from reports.plotting import chart_of
from reports.report import Column, Figures, Grouping, Kind, Row, sums

#: Rows of a table that one reads; all of them are in the files.
MOST_ROWS = 60
NOTHING = "–"


@dataclass(frozen=True)
class Head:
    title: str
    is_number: bool


@dataclass(frozen=True)
class Cell:
    text: str
    is_number: bool = False
    is_whole: bool = False


@dataclass(frozen=True)
class ReadTable:
    """``others`` sums up the rows that are left out, so that the column adds up to its total.
    ``by_currency``: a line for each, where rows differ in currency; ``totals`` are the company's
    then."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    others: tuple[Cell, ...]
    by_currency: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...]

    @property
    def is_wide(self) -> bool:
        return len(self.heads) > WIDE

    @property
    def fit(self) -> str:
        """The class of the table on paper: what it must not break fits on the page."""
        lines = [
            *self.rows,
            *self.by_currency,
            *(line for line in (self.others, self.totals) if line),
        ]
        cells = [[unbroken(head.title) for head in self.heads]]
        cells += [
            [c.text if c.is_number or c.is_whole else unbroken(c.text) for c in line]
            for line in lines
        ]
        width, first = (ACROSS, 7.0) if self.is_wide else (UPRIGHT, 8.5)
        return fitting(cells, texts=0, width=width, first=first)


#: Columns that an upright page bears.
WIDE = 8
#: A document's number that is longer than this may be broken.
LONGEST_WHOLE = 24


@dataclass(frozen=True)
class Readable:
    figures: Figures
    title: str
    about: str
    tiles: tuple[tuple[str, str], ...]
    beside: str
    tables: tuple[ReadTable, ...]
    left_out: int
    chart: SafeString | None

    @property
    def is_wide(self) -> bool:
        return any(table.is_wide for table in self.tables)

    @property
    def paper_chart(self) -> SafeString:
        """On paper nothing is inherited: the font is named."""
        chart = str(self.chart or "")
        return mark_safe(chart.replace('font-family="inherit"', f'font-family="{FONT}"'))

    @property
    def shown(self) -> int:
        return self.how_many - self.left_out

    @property
    def how_many(self) -> int:
        return len(self.figures.rows)


def readable(figures: Figures, most: int = MOST_ROWS) -> Readable:
    report = figures.report
    rows = figures.rows
    if report.rank and len(rows) > most:
        rows = sorted(rows, key=lambda row: _weight(row[report.rank]), reverse=True)
    shown, left_out = list(figures.told(rows[:most])), rows[most:]
    every = report.tables or ()
    tables = [(gettext(table.title), table.columns) for table in every]
    tables = tables or [("", tuple(column.name for column in report.columns))]
    return Readable(
        figures=figures,
        title=gettext(report.title),
        about=gettext(report.about),
        tiles=tuple(_tiles(figures)),
        beside=_beside(figures),
        tables=(
            *(_grouped(figures, grouping) for grouping in report.groupings if rows),
            *(
                _table(figures, title, [report.column(name) for name in names], shown, left_out)
                for title, names in tables
            ),
        ),
        left_out=len(left_out),
        chart=chart_of(figures),
    )


def written(figures: Figures, column: Column, row: Row) -> str:
    """One cell, in the reader's language."""
    value: Any = row.get(column.name)
    if value is None or value == "":
        return NOTHING
    match column.kind:
        case Kind.AMOUNT | Kind.BASE_AMOUNT:
            return money_text(Decimal(value), figures.currency_of(column, row))
        case Kind.COUNT:
            return f"{value:,}"
        case Kind.NUMBER:
            return number_text(value)
        case Kind.MARK:
            return f"{value:.2f}"
        case Kind.DATE if isinstance(value, date):
            return value.isoformat()
    return column.says(str(value)) if column.says else str(value)


def _cell(figures: Figures, column: Column, row: Row) -> Cell:
    text = written(figures, column, row)
    return Cell(text, column.is_number, column.is_whole and len(text) <= LONGEST_WHOLE)


def _weight(value: Decimal | None) -> Decimal:
    return abs(value) if value is not None else Decimal(-1)


def _tiles(figures: Figures) -> Iterator[tuple[str, str]]:
    for name in figures.report.key_figures:
        if name in figures.report.optional_figures and not figures.totals[name]:
            continue
        column = figures.report.column(name)
        yield gettext(column.title), written(figures, column, figures.totals)
    for name, value in figures.report.count_totals(figures.rows).items():
        says = figures.report.column("severity").says
        yield capfirst(says(name) if says else name), f"{value:,}"


def _beside(figures: Figures) -> str:
    told = figures.report.beside
    if told is None or not figures.beside:
        return ""
    whole = figures.totals[told.column] + figures.beside
    amounts = {"amount": figures.beside, "whole": whole}
    currency = figures.currency
    written = {name: f"{money_text(a, currency)} {currency}" for name, a in amounts.items()}
    return gettext(told.says) % written


def _table(
    figures: Figures, title: str, columns: list[Column], shown: Sequence[Row], left_out: list[Row]
) -> ReadTable:
    has_totals = any(column.total for column in columns)
    has_currencies = any(column.name == "currency" for column in figures.report.columns)
    in_base = f" ({figures.currency})" if has_currencies else ""
    rest = _("%(count)s others") % {"count": f"{len(left_out):,}"}
    return ReadTable(
        title=title,
        heads=tuple(Head(gettext(column.title), column.is_number) for column in columns),
        rows=tuple(tuple(_cell(figures, column, row) for column in columns) for row in shown),
        others=_summed(figures, columns, sums(figures.report, left_out), f"{rest}{in_base}")
        if left_out and has_totals
        else (),
        by_currency=tuple(
            _summed(figures, columns, {**sums, "currency": code}, _("Total") + f" {code}")
            for code, sums in figures.by_currency.items()
        ),
        totals=_summed(figures, columns, figures.totals, _("Total") + in_base)
        if has_totals and figures.rows
        else (),
    )


def _grouped(figures: Figures, grouping: Grouping) -> ReadTable:
    """In the company's currency, in the order in which the rows come."""
    columns = [figures.report.column(name) for name in grouping.names]
    summed = [c for c in figures.report.columns if c.total]
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in figures.rows:
        groups.setdefault(tuple(row[name] for name in grouping.names), []).append(row)
    found = [
        {**dict(zip(grouping.names, key, strict=True)), **sums(figures.report, rows)}
        for key, rows in groups.items()
    ]
    every = [*columns, *summed]
    return ReadTable(
        title=f"{gettext(grouping.title)} ({figures.currency})",
        heads=tuple(Head(gettext(column.title), column.is_number) for column in every),
        rows=tuple(
            tuple(Cell(written(figures, column, row), column.is_number) for column in every)
            for row in found
        ),
        others=(),
        by_currency=(),
        totals=_summed(figures, every, figures.totals, _("Total")),
    )


def _summed(figures: Figures, columns: list[Column], totals: Row, label: str) -> tuple[Cell, ...]:
    first, *others = columns
    return (
        Cell(label, first.is_number),
        *(
            Cell(
                written(figures, column, totals) if column.total and column.name in totals else "",
                column.is_number,
            )
            for column in others
        ),
    )
