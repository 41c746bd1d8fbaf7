"""Charts: what is drawn is what the numbers say, and stands without a style sheet."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from closing_site.charts import Series, bars, lines, stacked_bars
from closing_site.plot import nice_ticks

SVG = "{http://www.w3.org/2000/svg}"
LABELS = ["2026-01", "2026-02", "2026-03"]
SOLD = Series("Sold <net>", [Decimal(100), Decimal(250), Decimal(-50)])
COST = Series("Cost", [Decimal(60), None, Decimal(10)])


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (0, 1284930, [0, 500000, 1000000, 1500000]),
        (-50, 250, [-100, 0, 100, 200, 300]),
        (0, Decimal("0.03"), [0, Decimal("0.01"), Decimal("0.02"), Decimal("0.03")]),
        (0, 0, [0, Decimal("0.2"), Decimal("0.4"), Decimal("0.6"), Decimal("0.8"), 1]),
        (30, 40, [0, 10, 20, 30, 40]),
    ],
)
def test_ticks_are_round_and_hold_all_numbers_and_zero(
    low: Decimal, high: Decimal, ticks: list[Decimal]
) -> None:
    assert nice_ticks(low, high) == ticks


@pytest.mark.parametrize("draw", [bars, lines, stacked_bars])
def test_each_value_is_drawn_and_read_out(draw) -> None:  # type: ignore[no-untyped-def]
    drawing = ElementTree.fromstring(draw("Sales & costs", LABELS, [SOLD, COST]))
    assert drawing.get("role") == "img"
    titles = [title.text or "" for title in drawing.iter(f"{SVG}title")]
    assert titles[0] == "Sales & costs"
    assert sorted(titles[1:]) == sorted(
        [
            *("2026-01 · Sold <net>: 100", "2026-02 · Sold <net>: 250"),
            *("2026-03 · Sold <net>: -50", "2026-01 · Cost: 60", "2026-03 · Cost: 10"),
        ]
    )


@pytest.mark.parametrize("draw", [bars, lines, stacked_bars])
def test_no_style_is_inline_and_every_shape_has_its_colour(draw) -> None:  # type: ignore[no-untyped-def]
    text = draw("Sales", LABELS, [SOLD, COST])
    assert "style" not in text
    for shape in ElementTree.fromstring(text).iter():
        if shape.tag in (f"{SVG}rect", f"{SVG}circle", f"{SVG}path", f"{SVG}text"):
            assert shape.get("fill"), ElementTree.tostring(shape)


def test_bars_are_as_high_as_their_numbers() -> None:
    text = bars("Sales", ["a", "b"], [Series("Sold", [Decimal(50), Decimal(100)])])
    low, high = (float(height) for height in re.findall(r'<rect[^>]* height="([\d.]+)"', text))
    assert high == pytest.approx(2 * low, abs=0.1)


def test_stacked_bars_stand_on_each_other_below_the_line_as_above() -> None:
    series = [Series("a", [10]), Series("b", [20]), Series("c", [-5])]
    found = re.findall(
        r'<rect[^>]* y="([\d.]+)"[^>]* height="([\d.]+)"[^>]*class="fill-\d"><title>',
        stacked_bars("Sums", ["x"], series),
    )
    (a, a_high), (b, b_high), (c, _c_high) = ((float(y), float(h)) for y, h in found)
    assert b + b_high == pytest.approx(a, abs=0.2)
    assert a + a_high == pytest.approx(c, abs=0.2)


@pytest.mark.parametrize("draw", [bars, lines, stacked_bars])
def test_nothing_to_draw_is_an_empty_chart(draw) -> None:  # type: ignore[no-untyped-def]
    ElementTree.fromstring(draw("Nothing", [], []))
    ElementTree.fromstring(draw("Nothing", LABELS, [Series("None", [None, None, None])]))


def test_labels_that_would_run_into_each_other_are_left_out() -> None:
    days = [f"2026-06-{day:02}" for day in range(1, 31)]
    shown = re.findall(r">(2026-06-\d\d)</text>", lines("Days", days, [Series("a", [1] * 30)]))
    assert 4 <= len(shown) <= 10
    assert shown[0] == "2026-06-01"
