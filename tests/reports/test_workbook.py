"""Workbooks for people, whatever stands in their cells."""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from reports.figures import REPORTS
from reports.formats import as_xlsx
from reports.report import Figures, Row, sums


def made(name: str, *rows: Row, currency: str = "CNY") -> bytes:
    report = REPORTS[name]
    blank = {column.name: None for column in report.columns}
    whole = [{**blank, **row} for row in rows]
    base = [
        {**{c.total: row.get(c.name) for c in report.columns if c.total}, **row} for row in whole
    ]
    return as_xlsx(Figures(report, "TEA", "2026-01", currency, whole, sums(report, base)))


def read(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def sheet_of(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read("xl/worksheets/sheet1.xml").decode()


def test_numbers_are_numbers_dates_dates_and_totals_last() -> None:
    day = {"date": date(2026, 1, 5), "invoices": 2, "net": Decimal("10.50"), "gross": Decimal("12")}
    rows = read(made("revenue", day))
    assert rows[1][:3] == [date(2026, 1, 5), 2, 10.5]
    assert rows[-1][:3] == ["Total", 2, 10.5]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+A1", "-2", "@SUM(A1)", " =1", "a\x07b", "<&>", "_x0041_", "行\n二", " spaces "],
)
def test_a_text_is_a_text(text: str) -> None:
    content = made("customers", {"customer_code": "A", "name": text})
    assert "<f>" not in sheet_of(content)
    assert 't="inlineStr"' in sheet_of(content)
    if text == "_x0041_":
        # The reader leaves it as the format writes it: escaped, so that it is no letter A.
        assert read(content)[1][1] in (text, "_x005F_x0041_")
    elif "\x07" in text:
        assert "_x0007_" in sheet_of(content)
    else:
        assert read(content)[1][1] == text


def test_amounts_have_their_own_currencys_digits() -> None:
    content = made(
        "receivables",
        {"customer_code": "A", "currency": "JPY", "closing": Decimal(1000)},
        {"customer_code": "B", "currency": "CNY", "closing": Decimal("1000.50")},
    )
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        styles = file.read("xl/styles.xml").decode()
    looks = re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]+)"', styles)
    assert [look for _number, look in looks] == ["#,##0", "#,##0.00"]
    assert '<c r="K2" s="2"><v>1000</v></c>' in sheet_of(content)
    assert '<c r="K3" s="3"><v>1000.50</v></c>' in sheet_of(content)
    assert read(content)[-1][0] == "Total (CNY)"


def test_codes_and_titles_are_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        rows = read(made("payments", {"method": "wechat_pay", "payments": 1}))
    assert rows[0][0] != "Method"
    assert rows[1][0] == "微信支付"


def test_the_same_figures_give_the_same_bytes() -> None:
    row = {"customer_code": "A", "name": "B", "gross": Decimal(1)}
    assert made("customers", row) == made("customers", row)


def test_the_head_stays_in_sight() -> None:
    assert 'ySplit="1"' in sheet_of(made("tax", {"category": "standard", "rate": Decimal(13)}))


def test_an_empty_report_is_a_workbook_too() -> None:
    assert read(made("exceptions"))[0][0] == "Step"
