from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from closing_site.exchange.reading.cell_texts import cell_text
from closing_site.exchange.reading.faults import UnreadableFile
from closing_site.exchange.reading.sources import CsvFile, Malformed, Sheet

TEXT = "客户编码,客户名称\nC1,北风贸易\n"


def rows_of(path: Path, content: bytes) -> list[tuple[int, list[str] | Malformed]]:
    path.write_bytes(content)
    return list(CsvFile(path).rows())


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 (BOM)"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16"),
    ],
)
def test_the_encoding_of_a_file_is_known(tmp_path: Path, encoding: str, label: str) -> None:
    rows = rows_of(tmp_path / "customers.csv", TEXT.encode(encoding))
    assert rows == [(1, ["客户编码", "客户名称"]), (2, ["C1", "北风贸易"])]
    assert CsvFile(tmp_path / "customers.csv").encoding().label == label


def test_what_is_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        rows_of(tmp_path / "customers.csv", b"code,name\nC1,\xff\xff\n")


def test_lines_are_counted_through_blank_ones_and_line_breaks_in_quotes(tmp_path: Path) -> None:
    text = 'number,note\r\n\r\n1,"two\r\nlines"\r\n,\r\n2,\r\n'
    assert rows_of(tmp_path / "orders.csv", text.encode()) == [
        (1, ["number", "note"]),
        (3, ["1", "two\r\nlines"]),
        (6, ["2", ""]),
    ]


def test_a_quotation_mark_left_open_spoils_its_own_row_only_where_it_can(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "orders.csv", b'number,note\n1,"a"b\n2,fine\n3,"open\n4,\n')
    (line, malformed) = rows[1]
    assert line == 2
    assert isinstance(malformed, Malformed)
    assert rows[2] == (3, ["2", "fine"])
    (line, rest) = rows[3]
    assert line == 4
    assert isinstance(rest, Malformed)
    assert rest.text == '3,"open\n4,\n'


def test_a_workbook_s_cells_read_as_those_of_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("orders")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(1, 0, ["number", "order_date", "quantity", "flag"])
        sheet.write_number(3, 0, 10248)
        sheet.write_datetime(3, 1, datetime(1996, 7, 4), day)
        sheet.write_number(3, 2, 0.1 + 0.2)
        sheet.write_boolean(3, 3, True)
    assert list(Sheet(path, "orders").rows()) == [
        (2, ["number", "order_date", "quantity", "flag"]),
        (4, ["10248", "1996-07-04", "0.3", "1"]),
    ]


def test_numbers_of_a_workbook_are_written_out() -> None:
    assert cell_text(10248.0) == "10248"
    assert cell_text(13800138000.0) == "13800138000"
    assert cell_text(1e15) == "1000000000000000"
    assert cell_text(0.000001) == "0.000001"
    assert cell_text(date(2026, 1, 2)) == "2026-01-02"


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_text("number")
    with pytest.raises(UnreadableFile):
        list(Sheet(tmp_path / "book.xlsx", "orders").rows())


def test_formulas_are_read_as_what_they_come_to_and_days_of_either_calendar(
    tmp_path: Path,
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet = book.add_worksheet("orders")
        percent = book.add_format({"num_format": "0.0%"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_formula(0, 1, "=0.1+0.03", percent, 0.13)
        sheet.write_formula(0, 2, '="a"', None, "a")
        sheet.write_formula(0, 3, "=1+1", None, 2)
        sheet.write_datetime(1, 1, datetime(2026, 10, 5), day)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    assert list(Sheet(path, "orders").rows()) == [
        (1, ["13%", "a", "2"]),
        (2, ["2026-10-05", "#\0", ""]),
    ]


def test_a_formula_that_was_never_calculated_is_no_blank_cell(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("orders")
        sheet.write_row(0, 0, ["sku", "tax_rate"])
        sheet.write_string(1, 0, "TEA")
        sheet.write_formula(1, 1, "=A1", None, "")
    with pytest.raises(UnreadableFile) as refusal:
        list(Sheet(path, "orders").rows())
    assert refusal.value.reason.parameters == {"row": 2}
