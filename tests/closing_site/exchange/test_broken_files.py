"""Whatever is wrong with a file, who imports it is told, nothing is written and nothing dies."""

import io
import json
import resource
import subprocess
import sys
import zipfile
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.db import connection

from closing_site.companies.models import Company
from closing_site.customers.models import Customer
from closing_site.exchange import importing, reader_process, staging
from closing_site.exchange.kinds import KINDS
from closing_site.staged import MOST_PROBLEMS
from tests.closing_site.exchange.broken_files import (
    CSV_FILES,
    GROUPS,
    WORKBOOKS,
    corpus,
    text,
    workbook,
)
from tests.closing_site.exchange.conftest import Take, run_import

pytestmark = pytest.mark.django_db(transaction=True)

UNFORESEEN = "not foreseen"


def rows_in_books() -> int:
    tables = ("customers_customer", "orders_order", "orders_orderline", "orders_product")
    with connection.cursor() as cursor:
        total = " + ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        cursor.execute(f"SELECT {total}")
        return int(cursor.fetchone()[0])


def test_there_are_many() -> None:
    assert corpus() >= 300
    grouped = [(suffix, name) for suffix, names in GROUPS.values() for name in names]
    corpora = (("csv", CSV_FILES), ("xlsx", WORKBOOKS))
    assert sorted(grouped) == sorted((one, name) for one, names in corpora for name in names)


@pytest.mark.parametrize("name", CSV_FILES)
def test_a_broken_csv_file_of_each_kind_is_named(
    company: Company, tmp_path: Path, name: str
) -> None:
    for kind in KINDS:
        (tmp_path / f"{kind}.csv").write_bytes(CSV_FILES[name](kind))
    outcome = run_import(tmp_path)
    assert (outcome.status, outcome.result["written"]) == (1, False)
    assert {file["kind"] for file in outcome.result["files"]} == set(KINDS)
    for file in outcome.result["files"]:
        assert file["bad_count"] >= 1, file
        assert all(bad["reason"] and UNFORESEEN not in bad["reason"] for bad in file["bad"])
        assert "\0" not in json.dumps(file)
    assert rows_in_books() == 0


@pytest.mark.parametrize("name", ["without-key", "nul-in-header", "cut-in-a-character"])
def test_files_without_a_good_row_are_left_out_where_bad_rows_are(
    company: Company, tmp_path: Path, name: str
) -> None:
    for kind in KINDS:
        (tmp_path / f"{kind}.csv").write_bytes(CSV_FILES[name](kind))
    assert run_import(tmp_path, "--skip-bad-rows").status == 0
    assert rows_in_books() == 0


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_broken_workbook_of_each_kind_is_named(
    company: Company, tmp_path: Path, name: str
) -> None:
    for kind in KINDS:
        path = tmp_path / f"{kind}.xlsx"
        path.write_bytes(WORKBOOKS[name](kind))
        outcome = run_import(path)
        assert outcome.status == 1, kind
        if "refused" in outcome.result:
            reasons = [outcome.result["refused"]]
        else:
            assert not outcome.result["written"]
            reasons = [bad["reason"] for file in outcome.result["files"] for bad in file["bad"]]
        assert reasons
        assert not [reason for reason in reasons if UNFORESEEN in reason], (kind, reasons)
    assert rows_in_books() == 0


def test_the_good_files_they_are_made_of_can_be_read(company: Company, tmp_path: Path) -> None:
    for kind in KINDS:
        (tmp_path / f"{kind}.csv").write_text(text(kind))
        (tmp_path / f"{kind}.xlsx").write_bytes(workbook(kind))
        for path in (tmp_path / f"{kind}.csv", tmp_path / f"{kind}.xlsx"):
            assert run_import(path, "--dry-run").file(kind)["rows"] == 1


def test_the_reader_knows_neither_django_nor_the_program_s_models() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r});"
        " import closing_site.exchange.reading.reader, python_calamine;"
        " print([name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')])"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


def test_a_reader_that_takes_too_much_memory_ends_alone(company: Company, tmp_path: Path) -> None:
    """Texts that all cells repeat: small in the file, large in memory."""
    cells = "".join(f'<c r="A{row}" t="s"><v>0</v></c>' for row in range(2, 60_000))
    path = tmp_path / "customers.xlsx"
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook("customers"))) as good,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            content = good.read(name)
            if name == "xl/worksheets/sheet1.xml":
                row = f'<row r="3">{cells}</row></sheetData>'.encode()
                content = content.replace(b"</sheetData>", row)
            if name == "xl/sharedStrings.xml":
                content = content.replace(b"<t>code</t>", b"<t>" + b"x" * 32_000 + b"</t>")
            bad.writestr(name, content)
    path.write_bytes(made.getvalue())
    outcome = run_import(path)
    assert outcome.status == 1
    assert "more memory" in outcome.reasons("customers")[0]


def test_a_reader_that_goes_on_for_ever_is_ended(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        reader_process, "_PROGRAM", "import sys, time; sys.stdin.readline(); time.sleep(600)"
    )
    monkeypatch.setattr(reader_process, "cpu_seconds", lambda _size: 0.1)
    (tmp_path / "customers.csv").write_text(text("customers"))
    began = monotonic()
    outcome = run_import(tmp_path)
    assert monotonic() - began < 300
    assert "takes longer" in outcome.reasons("customers")[0]


def test_a_reader_that_takes_too_much_processor_time_is_not_said_to_take_memory(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r});"
        " from closing_site.exchange.reading import reader; reader.CPU_SECONDS = 1;"
        " reader.limit_resources(0)\nwhile True: pass"
    )
    monkeypatch.setattr(reader_process, "_PROGRAM", program)
    (tmp_path / "customers.csv").write_text(text("customers"))
    assert "takes longer" in run_import(tmp_path).reasons("customers")[0]


def test_a_reader_that_is_killed_is_named(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_process, "_PROGRAM", "import os; os.abort()")
    (tmp_path / "customers.csv").write_text(text("customers"))
    assert "more memory" in run_import(tmp_path).reasons("customers")[0]


def test_what_a_reader_says_is_not_believed(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"names": ["code) FROM STDIN; DROP TABLE x; --"], "given": [], "includes_tax": None}
    program = (
        "import json, os, sys; asked = json.loads(sys.stdin.readline());"
        f"os.write(asked['answers'], json.dumps({ {**said, 'encoding': ''}!r}).encode() + b'\\n')"
    )
    monkeypatch.setattr(reader_process, "_PROGRAM", program)
    (tmp_path / "customers.csv").write_text(text("customers"))
    assert UNFORESEEN in run_import(tmp_path).reasons("customers")[0]


def test_of_very_many_bad_rows_the_first_are_named_and_all_are_kept(
    company: Company, take: Take
) -> None:
    how_many = 120_000
    rows = "".join(f"C{n},Name,x\n" for n in range(how_many))
    assert take({"customers.csv": "code,name,credit_limit\nA,B,x\n"}).status == 1
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    files = {"customers.csv": f"code,name,credit_limit\n{rows}GOOD,Good,1\n"}
    outcome = take(files, "--skip-bad-rows")
    assert outcome.status == 0
    file = outcome.file("customers")
    assert (file["new"], file["bad_count"], len(file["bad"])) == (1, how_many, MOST_PROBLEMS)
    assert Customer.objects.get().code == "GOOD"
    bad = (outcome.folder / "customers.bad.csv").read_text(encoding="utf-8").splitlines()
    assert (len(bad), bad[1], bad[-1]) == (how_many + 1, "C0,Name,x", f"C{how_many - 1},Name,x")
    # Nothing of the file is held by this process: 40 MB are far less than its rows would take.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024


def test_of_very_many_strays_the_first_are_named(company: Company, take: Take) -> None:
    rows = "".join(f"S{n},1,TEA,1,1\n" for n in range(3_000))
    lines = f"order_number,line_number,sku,quantity,unit_price\n{rows}"
    file = take({"order_lines.csv": lines}).file("order_lines")
    assert (file["bad_count"], len(file["bad"])) == (3_000, MOST_PROBLEMS)


def test_others_do_not_wait_while_a_file_is_read(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The locks of imports and orders are taken when all files have been read."""
    held: list[Any] = []
    real = staging.stage_file

    def watched(*arguments: Any, **options: Any) -> Any:
        reading = real(*arguments, **options)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                " AND pid = pg_backend_pid()"
            )
            held.append(cursor.fetchone()[0])
        return reading

    monkeypatch.setattr(importing, "stage_file", watched)
    (tmp_path / "customers.csv").write_text(text("customers"))
    (tmp_path / "orders.csv").write_text(text("orders"))
    assert run_import(tmp_path, "--dry-run").status == 0
    assert held == [0, 0]
