"""The report command, as scripts call it, and the files it writes."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 10)


@pytest.fixture
def books() -> Books:
    books = Books.begin(date(2026, 1, 1))
    books.invoice("A", DAY, "1234.50", "19", percent="19")
    books.customer("A").name = "=1+1"
    books.customer("A").save()
    return books


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = 0
    try:
        call_command("report", *arguments, "--company", "TEST", "--period", "2026-01")
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, capsys.readouterr().out


def test_json_is_one_object_and_nothing_else(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["--format", "json"], ["--json"], ["--format", "json", "--json"]):
        status, out = run(capsys, "revenue", *arguments)
        assert status == 0
        assert json.loads(out)["totals"]["net"] == "1234.50"


def test_csv_has_the_same_keys_and_figures(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = run(capsys, "customers", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert row["customer_code"] == "A"
    assert row["gross"] == "1253.50"
    assert row["satisfaction"] == ""


def test_no_cell_of_a_csv_is_a_formula(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    _, out = run(capsys, "customers", "--format", "csv")
    assert next(csv.DictReader(io.StringIO(out)))["name"] == "'=1+1"


def test_a_workbook_has_titles_numbers_and_totals(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "customers.xlsx"
    status, out = run(capsys, "customers", "--format", "xlsx", "--output", str(path), "--json")
    assert status == 0
    assert json.loads(out)["rows"] == 1
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert sheet[0][:3] == ["Code", "Name", "Orders"]
    assert sheet[1][1] == "=1+1"
    assert sheet[1][4] == 1234.5
    assert sheet[2][6] == 1253.5


def test_a_workbook_needs_a_file(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = run(capsys, "revenue", "--format", "xlsx")
    assert status == 2


def test_a_file_that_cannot_be_written_is_refused(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, out = run(
        capsys, "revenue", "--json", "--output", str(tmp_path / "missing" / "revenue.json")
    )
    assert status == 1
    assert "missing" in json.loads(out)["refused"]


def test_a_month_without_a_period_is_refused(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command(
            "report", "revenue", "--company", "TEST", "--period", "2031-01", stdout=io.StringIO()
        )
    assert "2031-01" in capsys.readouterr().err
