"""What a chart is drawn with: where numbers and labels lie, and the shapes for them.

Colours stand in attributes, for PDFs; each shape has a class besides, by which a page's theme
colours it anew. Nothing is inline style.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import count, pairwise
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Number = Decimal | int
Write = Callable[[Number], str]

#: The light theme's, see static/closing/tokens.css: a series past the last takes the first again.
COLOURS = ("#1a5fb4", "#c05a00", "#2a7d4f", "#8d4aa8", "#8a6d00", "#5c6b7a")
INK, INK_SOFT, LINE, AXIS = "#1b2430", "#566273", "#dfe3e9", "#858f9d"

WIDTH, HEIGHT = 640, 280
TOP, RIGHT, BOTTOM = 34, 12, 30
LETTER, TEXT = 6.4, 11
#: Between two names below the axis, and from one line of a name to the next.
GAP, LINE_HEIGHT = 6, 13
MOST_TICKS = 5

_ids = count(1)


@dataclass(frozen=True)
class Series:
    """One row of numbers, as many as the chart has labels; None is a gap."""

    title: str
    values: Sequence[Number | None]


def nice_ticks(low: Number, high: Number) -> list[Decimal]:
    """At most six round numbers (1, 2 or 5 times a power of ten apart) from below ``low`` to above
    ``high``."""
    low, high = Decimal(min(low, 0)), Decimal(max(high, 0))
    if low == high:
        high = Decimal(1)
    raw = (high - low) / MOST_TICKS
    power = Decimal(1).scaleb(raw.adjusted())
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return [step * number for number in range(int(first), int(last) + 1)]


def told_of(one: Series, labels: Sequence[str], place: int, write: Write) -> str:
    value = one.values[place]
    return f"{labels[place]} · {one.title}: {'' if value is None else write(value)}"


def _width(text: str) -> float:
    """Roughly: Chinese signs are twice as wide."""
    return sum(LETTER if ord(sign) < 0x2E80 else TEXT for sign in text)


def _folded(label: str, room: float) -> list[str]:
    """In two lines where the words are too wide for one."""
    words = label.split()
    if _width(label) <= room or len(words) < 2:
        return [label]
    folds = ([" ".join(words[:at]), " ".join(words[at:])] for at in range(1, len(words)))
    return min(folds, key=lambda lines: max(map(_width, lines)))


def _at(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


class Plot:
    """Where numbers and labels lie, and the shapes for them."""

    def __init__(
        self, labels: Sequence[str], extremes: tuple[Number, Number], write: Write
    ) -> None:
        self.write = write
        self.ticks = nice_ticks(*extremes)
        self.left = max(_width(write(_plain(tick))) for tick in self.ticks) + 10
        self.step = (WIDTH - self.left - RIGHT) / max(len(labels), 1)
        self.names = [_folded(label, self.step - GAP) for label in labels]
        self.foot = HEIGHT - BOTTOM - LINE_HEIGHT * (max(map(len, self.names), default=1) - 1)

    def middle(self, place: int) -> float:
        return self.left + self.step * (place + 0.5)

    def height(self, value: Number) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        share = (Decimal(value) - low) / (high - low)
        return self.foot - float(share) * (self.foot - TOP)

    def bar(
        self, left: float, width: float, foot: Number, head: Number, number: int, told: str
    ) -> SafeString:
        top, bottom = sorted((self.height(foot), self.height(head)))
        return format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" fill="{}" class="fill-{}">'
            "<title>{}</title></rect>",
            *(_at(left), _at(top), _at(max(width - 1, 1)), _at(bottom - top)),
            *(_colour(number), _class(number), told),
        )

    def line(self, one: Series, number: int, labels: Sequence[str]) -> Iterator[SafeString]:
        points = [
            None if value is None else (self.middle(place), self.height(value))
            for place, value in enumerate(one.values)
        ]
        path = ""
        for before, here in pairwise([None, *points]):
            if here:
                path += f"{'L' if before else 'M'}{_at(here[0])} {_at(here[1])}"
        yield format_html(
            '<path d="{}" fill="none" stroke="{}" stroke-width="2" class="stroke-{}"/>',
            *(path, _colour(number), _class(number)),
        )
        for place, point in enumerate(points):
            if point:
                yield format_html(
                    '<circle cx="{}" cy="{}" r="3" fill="{}" class="fill-{}">'
                    "<title>{}</title></circle>",
                    *(_at(point[0]), _at(point[1]), _colour(number), _class(number)),
                    told_of(one, labels, place, self.write),
                )

    def drawn(
        self, title: str, description: str, series: Sequence[Series], shapes: Sequence[SafeString]
    ) -> SafeString:
        name = f"chart-{next(_ids)}"
        return format_html(
            '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" '
            'aria-labelledby="{}" font-size="{}" font-family="inherit"><title id="{}">{}</title>'
            "<desc>{}</desc>{}{}{}{}</svg>",
            *(WIDTH, HEIGHT, name, TEXT, name, title, description or _read_out(series)),
            *(self._grid(), format_html_join("", "{}", ((shape,) for shape in shapes))),
            *(self._names(), self._legend(title, series)),
        )

    def _grid(self) -> SafeString:
        drawn = []
        for tick in self.ticks:
            y = _at(self.height(tick))
            colour, look = (AXIS, "chart-axis") if tick == 0 else (LINE, "chart-grid")
            drawn.append(
                format_html(
                    '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" class="{}"/>'
                    '<text x="{}" y="{}" dy="0.32em" text-anchor="end" fill="{}">{}</text>',
                    *(_at(self.left), WIDTH - RIGHT, y, y, colour, look),
                    *(_at(self.left - 6), y, INK_SOFT, self.write(_plain(tick))),
                )
            )
        return format_html_join("", "{}", ((one,) for one in drawn))

    def _names(self) -> SafeString:
        """Below the axis; where they would run into each other, every second, third … one."""
        widest = max((_width(line) for name in self.names for line in name), default=0) + GAP
        every = max(ceil(widest / self.step), 1)
        return format_html_join(
            "",
            '<text x="{}" y="{}" text-anchor="middle" fill="{}">{}</text>',
            (
                (_at(self.middle(place)), _at(self.foot + 20 + LINE_HEIGHT * below), INK_SOFT, line)
                for place, name in enumerate(self.names)
                if place % every == 0
                for below, line in enumerate(name)
            ),
        )

    def _legend(self, title: str, series: Sequence[Series]) -> SafeString:
        """The title, and at the right what each colour is, where there are several."""
        drawn = [
            format_html(
                '<text x="0" y="14" font-size="13" font-weight="600" fill="{}" '
                'class="chart-title">{}</text>',
                *(INK, title),
            )
        ]
        x = float(WIDTH - RIGHT)
        for number, one in reversed([*enumerate(series)] if len(series) > 1 else []):
            x -= _width(one.title)
            drawn.append(
                format_html(
                    '<rect x="{}" y="5" width="10" height="10" fill="{}" class="fill-{}"/>'
                    '<text x="{}" y="14" fill="{}">{}</text>',
                    *(_at(x - 14), _colour(number), _class(number), _at(x), INK_SOFT, one.title),
                )
            )
            x -= 28
        return format_html_join("", "{}", ((one,) for one in drawn))


def _plain(tick: Decimal) -> Decimal:
    """1E+3 as 1000."""
    return tick.quantize(Decimal(1)) if tick == tick.to_integral_value() else tick


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _class(number: int) -> int:
    return number % len(COLOURS) + 1


def _read_out(series: Sequence[Series]) -> str:
    return ", ".join(one.title for one in series)
