"""Lines that the source's next file does not contain any more (ACCOUNTING 3, case 07)."""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from tests.commands import run
from tests.laws.books import execute
from tests.stories.books import (
    COMPANY,
    LINES,
    ORDERS,
    REASON,
    acknowledge,
    close,
    findings,
    import_files,
    import_parties,
    open_company,
    part,
    require_integrity,
    try_import,
    view,
    walk,
)

pytestmark = pytest.mark.django_db(transaction=True)

DELIVERIES = "order_number,line_number,delivered_on,quantity"
ORDER = f"{ORDERS}\nN1,ACME,2025-01-05,2025-01-09,,0"
BOTH = f"{LINES}\nN1,1,TEA,2,10,19\nN1,2,TEA,1,500,19"
FIRST = f"{LINES}\nN1,1,TEA,2,10,19"
#: Other open lines, so that one missing line is not many.
MANY = "".join(f"\nM1,{line},TEA,1,1,19" for line in range(1, 11))
REMOVED = "SELECT line_number, net, tax, file, restored_at IS NULL FROM orders_removedline"


@pytest.fixture(autouse=True)
def order(transactional_db: None, tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(
        tmp_path,
        orders=f"{ORDER}\nM1,BETA,2025-01-05,,open,0",
        order_lines=BOTH + MANY,
    )


def import_with(tmp_path: Path, *options: str, **files: str) -> tuple[dict[str, Any], int]:
    folder = tmp_path / f"with-{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name.replace('__', '.')}.csv").write_text(text + "\n", encoding="utf-8")
    return run("import_data", str(folder), "--company", COMPANY, *options)


def notes(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    (lines,) = (file for file in result["files"] if file["kind"] == "order_lines")
    return [(note["line"], note["column"], note["value"]) for note in lines["notes"]]


def test_a_line_that_the_file_lacks_is_removed_and_asked_about(tmp_path: Path) -> None:
    seen, status = import_with(tmp_path, "--dry-run", orders=ORDER, order_lines=FIRST)
    assert (status, seen["written"], notes(seen)) == (0, False, [(2, "line_number", "2")])
    assert "595.00 EUR" in seen["files"][1]["notes"][0]["reason"]
    assert seen["missing_lines"]["amounts"] == {"EUR": "595.00"}
    assert view("SELECT count(*) FROM orders_orderline") == [(12,)]

    done, status = import_with(tmp_path, orders=ORDER, order_lines=FIRST)
    assert (status, done["written"], done["files"][1]["removed"]) == (0, True, 1)
    assert view(REMOVED) == [(2, "500", "95", "order_lines.csv", True)]
    assert view(
        "SELECT document_number, before ->> 'line_number', (before ->> 'net')::numeric"
        " FROM companies_auditentry WHERE action = 'line_deleted'"
    ) == [("N1", "2", "500")]

    # It warns, with its amount, until somebody accepts it; the order is invoiced without it.
    stopped, status = walk("2025-01", "--approve-as", "mo")
    assert (stopped["stopped_at"], status) == ("confirm", 1)
    assert findings("2025-01", "line-removed-by-import") == [
        ("line-removed-by-import", "order:N1", "595")
    ]
    assert acknowledge("order:N1", "line-removed-by-import")[1] == 0
    assert part(close("2025-01"), "invoices_issued gross") == {
        "invoices_issued": 1,
        "gross": "23.80",
    }
    require_integrity()


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    import_with(tmp_path, orders=ORDER, order_lines=FIRST)
    again, status = import_with(tmp_path, orders=ORDER, order_lines=FIRST)
    assert (status, notes(again), again["files"][1]["removed"]) == (0, [], 0)
    assert len(view(REMOVED)) == 1


def test_a_line_with_a_delivery_of_its_own_stays_and_blocks(tmp_path: Path) -> None:
    import_files(tmp_path, deliveries=f"{DELIVERIES}\nN1,1,2025-01-09,2\nN1,2,2025-01-09,1")
    done, status = import_with(tmp_path, orders=ORDER, order_lines=FIRST)
    assert (status, notes(done), done["files"][1]["removed"]) == (0, [(2, "line_number", "2")], 0)
    stopped, status = walk("2025-01", "--approve-as", "mo", "--acknowledge-warnings", REASON)
    assert (stopped["stopped_at"], status) == ("confirm", 1)
    assert findings("2025-01", "delivered-not-in-source", "line-removed-by-import") == [
        ("delivered-not-in-source", "order:N1", "595")
    ]
    # It comes again: nothing blocks any more.
    import_files(tmp_path, order_lines=BOTH)
    assert close("2025-01")["gross"] == "618.80"
    require_integrity()


def test_a_line_whose_delivery_comes_in_the_same_import_stays(tmp_path: Path) -> None:
    done, status = import_with(
        tmp_path,
        orders=ORDER,
        order_lines=FIRST,
        deliveries=f"{DELIVERIES}\nN1,1,2025-01-09,2\nN1,2,2025-01-09,1",
    )
    assert (status, done["files"][1]["removed"]) == (0, 0)
    walk("2025-01")
    assert len(findings("2025-01", "delivered-not-in-source")) == 1


def test_a_removed_line_that_comes_again_is_asked_about_no_more(tmp_path: Path) -> None:
    import_with(tmp_path, orders=ORDER, order_lines=FIRST)
    import_files(tmp_path, order_lines=BOTH)
    walk("2025-01")
    assert findings("2025-01", "line-removed-by-import") == []
    assert [row[-1] for row in view(REMOVED)] == [False]
    assert close("2025-01")["gross"] == "618.80"


def test_of_a_confirmed_order_a_missing_line_is_a_bad_row(tmp_path: Path) -> None:
    walk("2025-01", "--through", "confirm", "--acknowledge-warnings", REASON)
    refused, status = try_import(tmp_path, orders=ORDER, order_lines=FIRST)
    assert (status, refused["written"]) == (1, False)
    (bad,) = refused["files"][1]["bad"]
    assert (bad["line"], bad["column"]) == (2, "line_number")
    assert "2" in bad["reason"]
    assert view("SELECT count(*) FROM orders_orderline") == [(12,)]


def test_orders_without_line_rows_are_untouched(tmp_path: Path) -> None:
    done = import_files(tmp_path, orders=ORDER)
    assert done["files"][0]["removed"] == 0
    import_files(tmp_path, order_lines=f"{LINES}{MANY}")
    import_files(tmp_path, deliveries=f"{DELIVERIES}\nN1,1,2025-01-09,2")
    assert view("SELECT count(*) FROM orders_orderline") == [(12,)]


def test_many_missing_lines_need_a_word(tmp_path: Path) -> None:
    """Two of twelve open lines are more than a tenth, one is not."""
    less = f"{LINES}" + "".join(f"\nM1,{line},TEA,1,1,19" for line in range(1, 9))
    refused, status = import_with(tmp_path, order_lines=less)
    assert (status, refused["written"], refused["needs_confirmation"]) == (1, False, True)
    assert part(refused["missing_lines"], "removed kept open_lines") == {
        "removed": 2,
        "kept": 0,
        "open_lines": 12,
    }
    assert notes(refused) == [(2, "line_number", "9"), (2, "line_number", "10")]
    assert view("SELECT count(*) FROM orders_orderline") == [(12,)]
    done, status = import_with(tmp_path, "--remove-missing-lines", order_lines=less)
    assert (status, done["written"], done["needs_confirmation"]) == (0, True, False)
    assert view("SELECT count(*) FROM orders_orderline") == [(10,)]


def test_case_07_alone_is_half_of_the_open_lines(tmp_path: Path) -> None:
    import_files(tmp_path, orders=f"{ORDERS}\nM1,BETA,2025-01-05,,cancelled,0")
    refused, status = import_with(tmp_path, orders=ORDER, order_lines=FIRST)
    assert (status, refused["needs_confirmation"]) == (1, True)
    assert "595.00 EUR" in refused["files"][1]["notes"][0]["reason"]
    import_with(tmp_path, "--remove-missing-lines", orders=ORDER, order_lines=FIRST)
    assert close("2025-01")["gross"] == "23.80"


def test_an_order_with_a_bad_row_is_not_judged(tmp_path: Path) -> None:
    """What it seems to lack may be that row; and the corrected bad rows come without the others."""
    bad = f"{FIRST}\nN1,2,TEA,one,500,19"
    done, status = import_with(tmp_path, "--skip-bad-rows", order_lines=bad)
    assert (status, done["files"][0]["removed"]) == (0, 0)
    mended = f"{LINES}\nN1,2,TEA,1,500,19\n"
    path = tmp_path / "order_lines.bad.csv"
    path.write_text(mended, encoding="utf-8")
    done, status = run("import_data", str(path), "--company", COMPANY)
    assert (status, done["files"][0]["removed"], done["written"]) == (0, 0, True)
    # A row of which not even the order is known may be of any.
    nameless = f"{FIRST}\n,2,TEA,1,500,19"
    done, status = import_with(tmp_path, "--skip-bad-rows", order_lines=nameless)
    assert (status, done["files"][0]["removed"]) == (0, 0)
    assert view("SELECT count(*) FROM orders_orderline") == [(12,)]


def test_a_line_on_the_unbilled_list_takes_its_order_off_it(tmp_path: Path) -> None:
    import_files(tmp_path, order_lines=f"{LINES}\nN1,1,TEA,2,10,19\nN1,2,TEA,1,,19")
    walk("2025-01", "--through", "confirm", "--defer-exceptions", REASON)
    done, status = import_with(tmp_path, order_lines=FIRST)
    assert (status, done["files"][0]["removed"]) == (0, 1)
    assert close("2025-01")["gross"] == "23.80"


def refuses(statement: str, says: str) -> None:
    with pytest.raises(IntegrityError, match=says):
        execute(statement)


def test_what_was_removed_is_a_record(tmp_path: Path) -> None:
    """Law 2: the warning ends by a person's word or by the line itself, and in no other way."""
    import_files(tmp_path, deliveries=f"{DELIVERIES}\nN1,1,2025-01-09,2")
    import_with(tmp_path, orders=ORDER, order_lines=FIRST)
    record = "orders_removedline .* is a record of what an import removed"
    for change in (
        *("net = net + 1", "tax = 0", "sku = 'X'", "file = ''", "quantity = quantity + 1"),
        *("line_number = 9", "removed_at = now()", "description = 'x'", "unit_price = 0"),
        *("discount_percent = 1", "tax_rate = 7"),
        "order_id = (SELECT id FROM orders_order WHERE number = 'M1')",
    ):
        refuses(f"UPDATE orders_removedline SET {change}", record)
    refuses("DELETE FROM orders_removedline", record)
    refuses("UPDATE orders_removedline SET restored_at = now()", "Order N1 has no line 2 again")
    import_files(tmp_path, order_lines=BOTH)
    for change in ("restored_at = NULL", "restored_at = now()"):
        refuses(f"UPDATE orders_removedline SET {change}", record)

    # Delivered: marked once.
    import_files(tmp_path, deliveries=f"{DELIVERIES}\nN1,2,2025-01-09,1")
    import_with(tmp_path, orders=ORDER, order_lines=FIRST)
    refuses(
        "UPDATE orders_orderline SET missing_since = now() WHERE missing_since IS NOT NULL",
        "keeps the moment since which it is missing",
    )
