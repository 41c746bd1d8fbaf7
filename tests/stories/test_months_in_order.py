"""Months close one after the other, empty ones too; none is made by asking."""

from pathlib import Path

import pytest

from tests.commands import run
from tests.stories.books import (
    AMOUNTS,
    COMPANY,
    COUNTS,
    LOCK,
    REASON,
    close,
    everything,
    open_company,
    require_integrity,
    trade,
    view,
    walk,
)


@pytest.mark.django_db(transaction=True)
def test_a_month_that_is_not_there_is_not_made_by_asking(tmp_path: Path) -> None:
    open_company()
    before = everything()
    far = ("--company", COMPANY, "--period", "2052-01")
    people = ("--as", "ann", "--approve-as", "mo")
    for refused, status in (
        walk("2052-01", *LOCK),
        run("reopen_period", "2052-01", "--company", COMPANY, "--reason", REASON, *people),
        run("verify_integrity", *far),
        run(
            "acknowledge",
            "order:S1",
            "--check",
            "stated-total",
            "--reason",
            REASON,
            "--as",
            "ann",
            *far,
        ),
    ):
        assert status == 1
        assert "2052-01" in refused["refused"]
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_months_are_locked_in_order_and_once(tmp_path: Path) -> None:
    trade(tmp_path)
    refused, status = walk("2025-02", *LOCK)
    assert (refused["status"], refused["seal"], status) == ("open", "", 1)
    assert refused["stopped_at"] is not None
    assert any("2025-01" in reason for reason in refused["reasons"])
    assert view("SELECT count(*) FROM v_invoices") == [(0,)]

    close("2025-01")
    before = view("SELECT * FROM v_audit ORDER BY at")
    again, status = walk("2025-01", *LOCK)
    assert (again["status"], again["steps"], status) == ("locked", [], 1)
    assert again["stopped_at"] is not None
    assert len(again["reasons"]) == 1
    assert again["totals"]["gross"] == "357.00"
    assert view("SELECT * FROM v_audit ORDER BY at") == before
    close("2025-02")
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_an_empty_month_locks_like_any_other(tmp_path: Path) -> None:
    trade(tmp_path)
    for month in ("2025-01", "2025-02"):
        close(month)
    locked, status = walk("2025-03", "--approve-as", "mo")
    assert (locked["status"], status) == ("locked", 0), locked["reasons"]
    assert locked["totals"] == {
        **dict.fromkeys(COUNTS, 0),
        **dict.fromkeys(AMOUNTS, "0.00"),
        "first_number": "",
        "last_number": "",
        "orders_open": 1,
        # 238.00 + 11.90 − 200.00
        "receivables_opening": "49.90",
        "receivables_closing": "49.90",
    }
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_books_without_anything_in_them_can_be_closed(tmp_path: Path) -> None:
    open_company()
    locked, status = walk("2025-01", "--approve-as", "mo")
    assert (locked["status"], status) == ("locked", 0), locked["reasons"]
    require_integrity()
