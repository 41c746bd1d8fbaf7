"""Two years of real sales, imported and closed month after month, to the cent."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.commands import run

NORTHWIND = Path(__file__).parent.parent / "data" / "northwind"
MONTHS = [f"{year}-{month:02}" for year in (1996, 1997, 1998) for month in range(1, 13)][6:30]
REASON = "Closing the old books"


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_northwind_closes_month_after_month() -> None:
    run(
        *("create_company", "NW", "--name", "Northwind", "--currency", "USD", "--country", "US"),
        *("--first-period", "1996-07", "--member", "ann:finance", "--member", "mo:manager"),
    )
    imported, status = run("import_data", str(NORTHWIND), "--company", "NW")
    assert (imported["written"], status) == (True, 0)

    closed = {}
    for month in MONTHS:
        closed[month], status = run(
            *("close_period", month, "--company", "NW", "--as", "ann", "--approve-as", "mo"),
            *("--defer-exceptions", REASON, "--acknowledge-warnings", REASON),
        )
        assert (closed[month]["status"], status) == ("locked", 0), closed[month]["reasons"]

    totals = {month: closed[month]["totals"] for month in MONTHS}
    assert sum(month["invoices_issued"] for month in totals.values()) == 809
    assert sum(Decimal(month["gross"]) for month in totals.values()) == Decimal("1303810.87")
    assert (totals["1996-07"]["invoices_issued"], totals["1996-07"]["gross"]) == (17, "21660.07")
    assert (totals["1998-04"]["invoices_issued"], totals["1998-04"]["gross"]) == (74, "150637.81")
    last = totals["1998-06"]
    assert last["orders_open"] == 21
    assert sum(month["payments"] for month in totals.values()) == 782
    assert sum(Decimal(month["received"]) for month in totals.values()) == Decimal("1270795.44")
    assert sum(Decimal(month["allocated"]) for month in totals.values()) == Decimal("1262578.76")
    assert last["advances"] == "8216.68"
    assert last["receivables_closing"] == "41232.11"

    check_numbers()
    check_balances()
    check_planted()
    integrity, status = run("verify_integrity", "--company", "NW")
    assert (integrity["findings"], status) == ([], 0)
    again, status = run("import_data", str(NORTHWIND), "--company", "NW")
    assert status == 0
    assert {file["new"] + file["changed"] for file in again["files"]} == {0}


def check_numbers() -> None:
    """No gap in any series, of invoices and of vouchers."""
    for view, number, series in (
        ("v_invoices", "number", "series"),
        ("v_vouchers", "number", "left(number, -6)"),
    ):
        gaps = rows(
            f"SELECT {series}, count(DISTINCT {number}), max(right({number}, 5)::integer)"
            f" FROM {view} GROUP BY 1 HAVING count(DISTINCT {number})"
            f" <> max(right({number}, 5)::integer) OR min(right({number}, 5)::integer) <> 1"
        )
        assert gaps == []


def check_balances() -> None:
    """Each month's receivables and advances roll into the next, and equal the vouchers."""
    assert (
        rows(
            "SELECT * FROM (SELECT period, customer_code, opening, lag(closing, 1, 0) OVER ("
            " PARTITION BY customer_code ORDER BY period) AS before FROM v_receivables) AS rolled"
            " WHERE opening <> before"
        )
        == []
    )
    for account, column in (("1122", "closing"), ("2203", "-advances_closing")):
        differing = rows(
            "WITH booked AS (SELECT customer_code, period, sum(debit - credit) AS moved"
            f" FROM v_vouchers WHERE account = '{account}' GROUP BY 1, 2),"
            " posted AS (SELECT r.customer_code, r.period, r.balance, (SELECT sum(b.moved)"
            " FROM booked AS b WHERE b.customer_code = r.customer_code AND b.period <= r.period)"
            f" AS booked FROM (SELECT *, {column} AS balance FROM v_receivables"
            " WHERE period <= '1998-06') AS r)"
            " SELECT * FROM posted WHERE balance <> coalesce(booked, 0)"
        )
        assert differing == []
    open_invoices = rows("SELECT count(*), sum(open_amount) FROM v_invoices WHERE open_amount > 0")
    assert open_invoices == [(39, Decimal("41232.11"))]
    assert rows("SELECT sum(amount - unplaced), sum(unplaced) FROM v_payments") == [
        (Decimal("1262578.76"), Decimal("8216.68"))
    ]


def check_planted() -> None:
    """Each planted difference stands at its document, and nothing else is of its kind."""
    planted = json.loads((NORTHWIND / "planted.json").read_text())
    found: dict[str, set[str]] = {}
    for slug, document in rows("SELECT DISTINCT check_slug, document FROM v_findings"):
        found.setdefault(slug, set()).add(document)
    assert found["same-money-twice"] == {f"payment:{twin}" for _, twin, _ in planted["duplicate"]}
    assert found["over-payment"] == {f"payment:{reference}" for reference, *_ in planted["over"]}
    assert not {"stated-total", "duplicate-order", "order-number-gap", "unknown-customer"} & {
        *found
    }

    open_orders = dict(
        rows(
            "SELECT DISTINCT l.order_number, i.open_amount FROM v_invoices AS i"
            " JOIN v_invoice_lines AS l ON l.number = i.number WHERE i.open_amount > 0"
        )
    )
    short = {order: Decimal(amount) for _, order, amount in planted["short"]}
    assert {order: open_orders[order] for order in short} == short
    assert set(open_orders) == {*short, *planted["unpaid"]}

    unplaced = dict(rows("SELECT reference, unplaced FROM v_payments WHERE unplaced > 0"))
    assert {reference: unplaced[reference] for reference, *_ in planted["over"]} == {
        reference: Decimal(amount) for reference, _, amount in planted["over"]
    }
    assert set(unplaced) == {
        *(reference for reference, *_ in planted["over"]),
        *(twin for _, twin, _ in planted["duplicate"]),
    }

    placed = Counter(
        rows(
            "SELECT DISTINCT a.payment_reference, l.order_number FROM v_allocations AS a"
            " JOIN v_invoice_lines AS l ON l.number = a.invoice_number"
        )
    )
    for reference, order in planted["no_order_number"]:
        assert placed[reference, order] == 1
    for reference, *orders in planted["combined"]:
        assert {order for payment, order in placed if payment == reference} == set(orders)
