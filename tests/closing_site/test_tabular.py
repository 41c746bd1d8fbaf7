from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from closing_site import tabular
from closing_site.free_text import harmless, unescaped
from closing_site.tabular import Cell, csv_lines, workbook


def sheets(file: Any) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(file)
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def test_csv_writes_numbers_and_dates_plainly() -> None:
    row: list[Cell] = [
        *("-5", Decimal("-12.50"), Decimal("1E+3"), None),
        *(date(2026, 6, 30), datetime(2026, 6, 30, 8, 5, tzinfo=UTC), 7, 'say "x", y'),
    ]
    text = "".join(csv_lines(["=Title"], [row]))
    assert text == (
        '\ufeff\'=Title\r\n\'-5,-12.50,1000,,2026-06-30,2026-06-30 08:05:00,7,"say ""x"", y"\r\n'
    )


@pytest.mark.parametrize("cell", ["=1", "+A1", "-A1", "@SUM(1)", "\t=1", "\r=1", "-1+2", "--1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("text", ["=1", "'=1", "''\uff1d1", "'plain", "'", "-", "it's", ""])
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert unescaped(harmless(text)) == text
    assert unescaped(text) == text or text.startswith("'")


@pytest.mark.parametrize("cell", ["0", "A-1", "order:1", ""])
def test_plain_text_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


def test_csv_for_scripts_has_no_mark() -> None:
    assert "".join(csv_lines(["n"], [[1]], has_mark=False)) == "n\r\n1\r\n"


def test_csv_comes_in_pieces_before_all_rows_are_read() -> None:
    read = []

    def rows() -> Iterator[list[Cell]]:
        for number in range(5_000):
            read.append(number)
            yield [number]

    next(csv_lines(["n"], rows()))
    assert len(read) < 1_100


def test_a_workbook_has_numbers_as_numbers_and_text_as_text() -> None:
    rows: list[list[Cell]] = [["=1+1", Decimal("1234.50"), date(2026, 6, 30), None, 3, True]]
    with workbook("Orders: [June]/2026", list("abcdef"), rows) as file:
        ((titles, row),) = sheets(file)
    assert titles == list("abcdef")
    assert row == ["=1+1", 1234.5, date(2026, 6, 30), "", 3.0, True]


def test_a_number_that_a_workbook_would_change_is_text() -> None:
    with workbook("Big", ["n"], [[Decimal("1234567890123456.78")]]) as file:
        ((_titles, row),) = sheets(file)
    assert row == ["1234567890123456.78"]


def test_more_rows_than_a_sheet_holds_go_onto_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MOST_ROWS", 3)
    with workbook("Many", ["n"], [[number] for number in range(5)]) as file:
        assert sheets(file) == [
            [["n"], [0.0], [1.0]],
            [["n"], [2.0], [3.0]],
            [["n"], [4.0]],
        ]
