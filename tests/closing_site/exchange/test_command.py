"""import_data: what is refused, what is written, and what it says."""

import json
from datetime import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import call_command

from closing_site.companies.actions import add_member
from closing_site.companies.models import AuditEntry, Company
from closing_site.customers.models import Customer
from orders.models import Order, OrderLine
from tests.closing_site.exchange.conftest import Take, run_import

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = "number,customer_code,order_date,note\n"
LINES = "order_number,line_number,sku,quantity,unit_price,tax_rate\n"


def test_a_bad_row_refuses_the_whole_import(company: Company, take: Take) -> None:
    outcome = take(
        {
            "customers.csv": "code,name\nACME,Acme\n",
            "orders.csv": ORDERS + "1,ACME,1996-07-04,\n2,ACME,1996-13-01,\n3,ACME,1996-07-04,\n",
        }
    )
    assert (outcome.status, outcome.result["written"]) == (1, False)
    assert outcome.counts("customers") == (1, 0, 0, 0)
    assert outcome.counts("orders") == (2, 0, 0, 1)
    assert outcome.file("orders")["bad"] == [
        {
            "line": 3,
            "column": "order_date",
            "value": "1996-13-01",
            "reason": "It is not a date of the form YYYY-MM-DD.",
        }
    ]
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_lines_of_a_bad_order_are_named_only_when_they_are_left_out(
    company: Company, take: Take
) -> None:
    files = {
        "orders.csv": ORDERS + "1,ACME,never,\n2,ACME,1996-07-04,\n",
        "order_lines.csv": LINES + "1,1,TEA,1,1,0\n2,1,TEA,1,1,0\n",
    }
    assert take(files).counts("order_lines") == (2, 0, 0, 0)
    outcome = take(files, "--skip-bad-rows")
    assert (outcome.status, outcome.result["written"]) == (0, True)
    assert outcome.counts("order_lines") == (1, 0, 0, 1)
    assert outcome.reasons("order_lines") == ["Its order_number 1 has a bad row of its own."]
    assert OrderLine.objects.count() == 1


def test_skipped_rows_are_written_beside_ready_to_mend_and_import_again(
    company: Company, take: Take
) -> None:
    files = {
        "orders.csv": 'Number,客户编码,order_date,note,colour\n1,ACME,"1996-07-99","a, ""b""",red\n'
        "2,ACME,1996-07-04,,\n",
        "order_lines.csv": LINES + "1,1,TEA,1,1,0\n",
    }
    outcome = take(files, "--skip-bad-rows")
    bad = outcome.folder / "orders.bad.csv"
    assert outcome.file("orders")["bad_file"] == "orders.bad.csv"
    assert bad.read_text(encoding="utf-8").splitlines() == [
        "Number,客户编码,order_date,note,colour",
        '1,ACME,1996-07-99,"a, ""b""",red',
    ]
    assert Order.objects.count() == 1
    # In the folder the bad rows are not taken beside the file they come from.
    again = run_import(outcome.folder, "--skip-bad-rows")
    assert again.result["skipped_files"] == ["order_lines.bad.csv", "orders.bad.csv"]
    bad.write_text(bad.read_text(encoding="utf-8").replace("07-99", "07-09"), encoding="utf-8")
    assert run_import(bad).counts("orders") == (1, 0, 0, 0)
    assert run_import(outcome.folder / "order_lines.bad.csv").counts("order_lines") == (1, 0, 0, 0)
    assert Order.objects.get(number="1").gross == 1


def test_bad_rows_of_mended_bad_rows_stay_in_their_file(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "orders.bad.csv"
    path.write_text(ORDERS + "1,ACME,1996-07-04,\n2,ACME,never,\n", encoding="utf-8")
    run_import(path, "--skip-bad-rows")
    assert path.read_text(encoding="utf-8") == ORDERS + "2,ACME,never,\n"


def test_lines_that_are_no_rows_go_to_the_bad_file_as_they_stand(
    company: Company, take: Take
) -> None:
    text = ORDERS + '1,ACME,1996-07-04,\n2,ACME,1996-07-04,"never closed\n3,ACME,1996-07-04,\n'
    outcome = take({"orders.csv": text}, "--skip-bad-rows")
    assert outcome.bad("orders")[0][0] == 3
    bad = (outcome.folder / "orders.bad.csv").read_text(encoding="utf-8")
    assert bad.endswith('2,ACME,1996-07-04,"never closed\n3,ACME,1996-07-04,\n')
    assert Order.objects.get().number == "1"


def test_a_dry_run_writes_nothing(company: Company, take: Take) -> None:
    outcome = take({"orders.csv": ORDERS + "1,ACME,1996-07-04,\n"}, "--dry-run")
    assert (outcome.status, outcome.result["written"]) == (0, False)
    assert outcome.counts("orders") == (1, 0, 0, 0)
    assert not Order.objects.exists()
    bad = take({"orders.csv": ORDERS + "1,ACME,never,\n"}, "--dry-run")
    assert bad.status == 1
    skipping = take({"orders.csv": ORDERS + "1,ACME,never,\n"}, "--dry-run", "--skip-bad-rows")
    assert not (skipping.folder / "orders.bad.csv").exists()


def test_the_same_key_twice_in_a_file_is_a_bad_row(company: Company, take: Take) -> None:
    outcome = take(
        {
            "orders.csv": ORDERS + "1,ACME,1996-07-04,\n\n1,ACME,1996-07-05,\n",
            "order_lines.csv": LINES + "1,1,TEA,1,1,0\n1,01,TEA,1,1,0\n",
        }
    )
    assert outcome.bad("orders") == [(4, "number", "1")]
    assert outcome.reasons("orders") == ["The same stands on line 2 already."]
    assert outcome.bad("order_lines") == [(3, "line_number", "1")]


def test_every_problem_of_a_row_is_told_in_one(company: Company, take: Take) -> None:
    outcome = take({"order_lines.csv": LINES + '1,1,TEA,"1,234.50",NaN,0\n'})
    assert outcome.bad("order_lines") == [(2, "quantity", "1,234.50")]
    assert "unit_price (NaN)" in outcome.reasons("order_lines")[0]


def test_unknown_columns_are_reported_and_missing_ones_refused(
    company: Company, take: Take
) -> None:
    outcome = take({"orders.csv": "Number,Customer Code, colour ,ORDER_DATE\n1,A,red,1996-07-04\n"})
    assert outcome.file("orders")["unknown_columns"] == ["colour"]
    assert outcome.status == 0
    missing = take({"orders.csv": "number,order_date\n1,1996-07-04\n"})
    assert missing.bad("orders") == [(1, "customer_code", "")]
    assert missing.status == 1
    twice = take({"orders.csv": "number,订单号,customer_code,order_date\n1,1,A,1996-07-04\n"})
    assert twice.bad("orders") == [(1, "number", "订单号")]
    empty = take({"orders.csv": ""})
    assert empty.bad("orders") == [(1, "number", "")]


def test_a_file_without_a_needed_column_goes_to_the_bad_file_whole(
    company: Company, take: Take
) -> None:
    text = "number,order_date\n1,1996-07-04\n"
    outcome = take({"orders.csv": text, "customers.csv": "code,name\nA,B\n"}, "--skip-bad-rows")
    assert outcome.status == 0
    bad = (outcome.folder / "orders.bad.csv").read_text(encoding="utf-8")
    assert bad.splitlines() == text.splitlines()


def test_rows_longer_than_the_header_are_bad_and_shorter_ones_blank_at_the_end(
    company: Company, take: Take
) -> None:
    outcome = take({"orders.csv": ORDERS + "1,ACME,1996-07-04\n2,ACME,1996-07-04,a,b\n"})
    assert outcome.bad("orders") == [(3, "", "b")]


def test_other_files_are_skipped_and_listed(company: Company, take: Take) -> None:
    outcome = take(
        {
            "README.md": "",
            "notes.csv": "a,b\n",
            "customers.csv": "code,name\nA,B\n",
        }
    )
    assert outcome.result["skipped_files"] == ["README.md", "notes.csv"]


def test_a_workbook_is_imported_sheet_by_sheet(chinese_company: Company, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("order_lines")
        sheet.write_row(0, 0, ["订单号", "行号", "存货编码", "数量", "含税单价", "税率"])
        sheet.write_row(1, 0, [10248, 1, "TEA", 2, 11.3, 13])
        sheet = book.add_worksheet("订单")
        sheet.write_row(0, 0, ["订单号", "客户编码", "单据日期"])
        sheet.write_row(1, 0, [10248, "C1", datetime(2026, 1, 5)])
        book.add_worksheet("Notes")
    outcome = run_import(tmp_path / "book.xlsx")
    assert outcome.status == 0
    assert outcome.result["skipped_files"] == ["book.xlsx (Notes)"]
    order = Order.objects.get(number="10248")
    assert order.prices_include_tax
    assert (order.net, order.tax) == (20, Decimal("2.60"))
    assert run_import(tmp_path / "book.xlsx").counts("order_lines") == (0, 0, 1, 0)


def test_a_file_in_gb18030_is_read(chinese_company: Company, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_bytes("客户编码,客户名称\nC1,北风贸易\n".encode("gb18030"))
    assert run_import(tmp_path).status == 0
    assert Customer.objects.get().name == "北风贸易"


def test_prices_with_tax_are_no_prices_without(chinese_company: Company, take: Take) -> None:
    lines = "订单号,行号,存货编码,数量,{}\n1,1,TEA,1,113\n"
    explicit = "number,customer_code,order_date,prices_include_tax\n1,A,2026-01-05,0\n"
    outcome = take({"orders.csv": explicit, "order_lines.csv": lines.format("含税单价")})
    assert outcome.bad("order_lines") == [(2, "unit_price", "113")]
    # An order that came before its lines takes their prices' mode.
    take({"orders.csv": ORDERS + "1,A,2026-01-05,\n"})
    assert take({"order_lines.csv": lines.format("含税单价")}).status == 0
    assert (Order.objects.get().net, Order.objects.get().gross) == (100, 113)
    assert take({"orders.csv": ORDERS + "1,A,2026-01-05,\n"}).counts("orders") == (0, 0, 1, 0)
    other = take({"order_lines.csv": lines.format("无税单价").replace("1,1,", "1,2,")})
    assert other.status == 1


def test_wrong_usage_is_told_apart_from_bad_rows(company: Company, tmp_path: Path) -> None:
    missing = run_import(tmp_path / "nowhere")
    assert (missing.status, "nowhere" in missing.result["refused"]) == (2, True)
    (tmp_path / "notes.csv").write_text("a,b\n")
    assert run_import(tmp_path / "notes.csv").status == 2
    assert run_import(tmp_path, code="NOBODY").status == 2
    for name in ("orders.csv", "订单.csv"):
        (tmp_path / name).write_text(ORDERS)
    assert run_import(tmp_path).status == 2


def test_a_person_imports_who_may(company: Company, take: Take) -> None:
    files = {"orders.csv": ORDERS.replace("note", "status") + "1,ACME,1996-07-04,cancelled\n"}
    add_member(company=company, username="fin", role="finance", by="test")
    add_member(company=company, username="aud", role="auditor", by="test")
    assert take(files, "--as", "aud").status == 1
    assert take(files, "--as", "fin").status == 0
    assert AuditEntry.objects.get(action="cancelled").actor == "fin"


def test_a_person_reads_what_happened(company: Company, take: Take, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS + "1,ACME,never,\n")
    output = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_data", str(tmp_path), "--company", "NW", stdout=output)
    told = output.getvalue()
    assert "line 2, order_date, 'never': It is not a date" in told
    assert told.endswith("Nothing was written.\n")


def test_the_answer_has_the_shape_that_scripts_rely_on(company: Company, take: Take) -> None:
    result = take({"customers.csv": "code,name\nA,B\n"}).result
    assert {"written", "skipped_files", "files"} <= set(result)
    keys = ["file", "kind", "rows", "new", "changed", "unchanged", "bad", "unknown_columns"]
    assert set(keys) <= set(result["files"][0])
    assert json.dumps(result)


def test_a_file_that_cannot_be_read_is_bad_from_its_first_line(
    company: Company, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_bytes(b"number\n\xff\xff\n")
    (tmp_path / "customers.csv").write_text("code,name\nA,B\n")
    outcome = run_import(tmp_path)
    assert (outcome.status, outcome.bad("orders")) == (1, [(1, "", "")])
    assert "neither UTF-8 nor plainly Chinese" in outcome.reasons("orders")[0]
    assert run_import(tmp_path, "--skip-bad-rows").counts("customers") == (1, 0, 0, 0)


def test_a_column_without_a_header_is_reported_when_it_holds_something(
    company: Company, take: Take
) -> None:
    outcome = take({"customers.csv": "code,name,,\nA,B,,\nC,D,what is this?,\n \t, ,,\n"})
    assert outcome.file("customers")["unknown_columns"] == ["column 3, without a header"]
    assert outcome.counts("customers") == (2, 0, 0, 0)
