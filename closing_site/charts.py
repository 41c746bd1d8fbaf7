"""Charts as SVG: the same markup on pages and in PDFs. What they are drawn with is in plot.py.

Pure functions: numbers in, markup out.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.safestring import SafeString

from closing_site.plot import Number, Plot, Series, Write, told_of

__all__ = ["Number", "Series", "bars", "lines", "stacked_bars"]


def bars(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    description: str = "",
    write: Write = "{:,}".format,
) -> SafeString:
    """For each label a bar of every series, side by side. ``write`` makes a number text."""
    plot = Plot(labels, _extremes(series), write)
    shapes = []
    width = plot.step * 0.72 / max(len(series), 1)
    for number, one in enumerate(series):
        for place, value in enumerate(one.values):
            if value is not None:
                left = plot.middle(place) - width * len(series) / 2 + width * number
                shapes.append(
                    plot.bar(left, width, 0, value, number, told_of(one, labels, place, write))
                )
    return plot.drawn(title, description, series, shapes)


def stacked_bars(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    description: str = "",
    write: Write = "{:,}".format,
) -> SafeString:
    """For each label one bar, the series on top of each other, negative ones below the line."""
    sums = [*_stacks(series, len(labels))]
    plot = Plot(labels, (min(0, *(s[0] for s in sums), 0), max(0, *(s[1] for s in sums), 0)), write)
    shapes = []
    width = plot.step * 0.6
    for place in range(len(labels)):
        below, above = Decimal(0), Decimal(0)
        for number, one in enumerate(series):
            value = one.values[place]
            if not value:
                continue
            foot = above if value > 0 else below
            told = told_of(one, labels, place, write)
            left = plot.middle(place) - width / 2
            shapes.append(plot.bar(left, width, foot, foot + value, number, told))
            above, below = (above + value, below) if value > 0 else (above, below + value)
    return plot.drawn(title, description, series, shapes)


def lines(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    description: str = "",
    write: Write = "{:,}".format,
) -> SafeString:
    """A line for each series, broken where a value is missing."""
    plot = Plot(labels, _extremes(series), write)
    shapes: list[SafeString] = []
    for number, one in enumerate(series):
        shapes += plot.line(one, number, labels)
    return plot.drawn(title, description, series, shapes)


def _extremes(series: Sequence[Series]) -> tuple[Number, Number]:
    values = [value for one in series for value in one.values if value is not None]
    return min(values, default=0), max(values, default=0)


def _stacks(series: Sequence[Series], places: int) -> Iterator[tuple[Number, Number]]:
    for place in range(places):
        values = [one.values[place] or 0 for one in series]
        yield sum(v for v in values if v < 0), sum(v for v in values if v > 0)
