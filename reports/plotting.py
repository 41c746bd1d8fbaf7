"""The chart of a report: the same on a page and on paper."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from closing_site.charts import Number, Series, bars
from closing_site.pages.formats import money_text
from reports.report import Column, Figures, Plot, Row

#: Bars of a chart whose rows are ranked.
MOST_BARS = 12


def chart_of(figures: Figures) -> SafeString | None:
    """None where there is nothing to draw."""
    plot = figures.report.plot
    if plot is None or not figures.rows:
        return None
    columns = [figures.report.column(name) for name in plot.values]
    labels, series = _by_row(figures, plot, columns) if plot.label else _totals(figures, columns)
    if not any(value for one in series for value in one.values):
        return None
    currency = figures.currency
    return bars(
        f"{gettext(plot.title)}, {currency}",
        labels,
        series,
        write=lambda amount: _short(amount, currency),
    )


def _by_row(
    figures: Figures, plot: Plot, columns: Sequence[Column]
) -> tuple[list[str], list[Series]]:
    rows: list[Row] = figures.rows
    if rank := figures.report.rank:
        rows = sorted(rows, key=lambda row: row[rank] or Decimal(0), reverse=True)[:MOST_BARS]
    label = figures.report.column(plot.label)
    labels = [_label(row[plot.label], label) for row in rows]
    # A series without an amount would only make the others' bars thin.
    shown = [column for column in columns if figures.totals[column.name]]
    return labels, [Series(gettext(c.title), [row[c.name] for row in rows]) for c in shown]


def _totals(figures: Figures, columns: Sequence[Column]) -> tuple[list[str], list[Series]]:
    labels = [gettext(column.title) for column in columns]
    return labels, [Series(figures.currency, [figures.totals[c.name] for c in columns])]


def _label(value: Any, column: Column) -> str:
    if isinstance(value, date):
        return f"{value:%m-%d}"
    return column.says(str(value)) if column.says else str(value)


def _short(amount: Number, currency: str) -> str:
    """Ticks are round: no cents where there are none."""
    return f"{amount:,}" if amount == int(amount) else money_text(Decimal(amount), currency)
