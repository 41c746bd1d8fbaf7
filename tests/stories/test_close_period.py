"""What scripts may rely on of ``close_period``: how far it walks, who may, and what it says."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.commands import run
from tests.stories.books import (
    COMPANY,
    LINES,
    ORDERS,
    REASON,
    close,
    import_files,
    import_parties,
    open_company,
    part,
    payments,
    require_integrity,
    sales,
    view,
    walk,
)

STEPS = ["confirm", "invoice", "pay", "reconcile", "report"]
COUNTS = [
    *("orders_confirmed", "orders_deferred", "orders_open", "orders_cancelled"),
    *("invoices_issued", "credit_notes", "payments", "vouchers"),
]
AMOUNTS = [
    *("net", "tax", "gross", "credited", "received", "allocated", "advances", "deductions"),
    *("receivables_opening", "receivables_closing"),
]
LOCK = ("--approve-as", "mo", "--acknowledge-warnings", REASON)


def trade(tmp_path: Path) -> None:
    """Two orders of January with a payment, one still open, one cancelled, one of February."""
    open_company()
    import_parties(tmp_path)
    sold = sales(
        "S1 ACME 2025-01-10 119.00", "S2 BETA 2025-01-20 238.00", "S5 ACME 2025-02-05 11.90"
    )
    import_files(
        tmp_path,
        orders=f"{sold['orders']}\nS3,ACME,2025-01-30,,open,1\nS4,BETA,2025-01-30,,cancelled,1",
        order_lines=f"{sold['order_lines']}\nS3,1,TEA,1,1.19,19\nS4,1,TEA,1,2.38,19",
        **payments("P1,ACME,2025-01-25,119.00,S1", "P2,BETA,2025-02-10,200.00,S2"),
    )


def everything() -> dict[str, Any]:
    """Every table and view, row by row."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'v') ORDER BY 1"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} AS t"
            )
            found[name] = cursor.fetchone()
    return found


@pytest.mark.django_db(transaction=True)
def test_what_it_says_has_the_shape_that_scripts_rely_on(tmp_path: Path) -> None:
    trade(tmp_path)
    result, status = walk("2025-01", *LOCK)
    assert status == 0
    assert list(result) == [
        *("company", "period", "status", "steps", "stopped_at", "reasons", "totals", "seal"),
    ]
    assert (result["company"], result["period"]) == (COMPANY, "2025-01")
    assert (result["status"], result["stopped_at"], result["reasons"]) == ("locked", None, [])
    assert re.fullmatch("[0-9a-f]{64}", result["seal"])

    assert [step["step"] for step in result["steps"]] == STEPS
    for step in result["steps"]:
        assert list(step) == ["step", "state", "seconds", "findings", "figures"]
        assert step["state"] == "signed_off"
        assert isinstance(step["seconds"], float | int)
        assert set(step["findings"]) == {"block", "warn", "note"}
        assert all(isinstance(count, int) for count in step["findings"].values())
        assert step["findings"]["block"] == 0
        assert isinstance(step["figures"], dict)

    totals = result["totals"]
    assert sorted(totals) == sorted([*COUNTS, "first_number", "last_number", *AMOUNTS])
    assert all(isinstance(totals[name], int) for name in COUNTS)
    assert all(re.fullmatch(r"-?\d+\.\d\d", totals[name]) for name in AMOUNTS)
    assert totals == {
        "orders_confirmed": 2,
        "orders_deferred": 0,
        "orders_open": 1,
        "orders_cancelled": 1,
        "invoices_issued": 2,
        "first_number": "INV-2025-01-00001",
        "last_number": "INV-2025-01-00002",
        "net": "300.00",
        "tax": "57.00",
        "gross": "357.00",
        "credit_notes": 0,
        "credited": "0.00",
        "payments": 1,
        "received": "119.00",
        "allocated": "119.00",
        "advances": "0.00",
        "deductions": "0.00",
        "receivables_opening": "0.00",
        "receivables_closing": "238.00",
        "vouchers": 3,
    }
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_it_walks_through_the_step_it_is_told_and_no_further(tmp_path: Path) -> None:
    trade(tmp_path)
    for place, step in enumerate(STEPS, start=1):
        result, status = walk("2025-01", "--through", step, *LOCK)
        assert (result["status"], result["stopped_at"], result["seal"], status) == (
            *("open", None, ""),
            0,
        )
        assert [passed["step"] for passed in result["steps"]] == STEPS[:place]
        done = view(
            "SELECT (SELECT count(*) FROM v_invoices), (SELECT count(*) FROM v_allocations),"
            " (SELECT count(DISTINCT number) FROM v_vouchers)"
        )
        assert done == [(2 * (place >= 2), 1 * (place >= 3), 3 * (place >= 4))]
    assert close("2025-01")["vouchers"] == 3


@pytest.mark.parametrize("approver", [(), ("--approve-as", "ann")])
@pytest.mark.django_db(transaction=True)
def test_without_a_second_person_it_stops_before_the_lock(
    tmp_path: Path, approver: tuple[str, ...]
) -> None:
    trade(tmp_path)
    stopped, status = walk("2025-01", "--acknowledge-warnings", REASON, *approver)
    assert (stopped["status"], stopped["stopped_at"], stopped["seal"], status) == (
        *("open", "lock", ""),
        1,
    )
    assert [(step["step"], step["state"]) for step in stopped["steps"]] == [
        (step, "signed_off") for step in STEPS
    ]
    assert len(stopped["reasons"]) == 1
    assert stopped["totals"]["gross"] == "357.00"
    numbers = "SELECT number, issued_on, gross FROM v_invoices ORDER BY 1"
    vouchers = "SELECT number, line, debit, credit FROM v_vouchers ORDER BY 1, 2"
    before = view(numbers), view(vouchers), view("SELECT * FROM v_allocations")

    # Walked again with one, it does only what is left: the lock.
    assert close("2025-01")["gross"] == "357.00"
    assert (view(numbers), view(vouchers), view("SELECT * FROM v_allocations")) == before


@pytest.mark.django_db(transaction=True)
def test_a_manager_may_not_approve_what_they_prepared(tmp_path: Path) -> None:
    trade(tmp_path)
    stopped, status = walk("2025-01", *LOCK, by="mo")
    assert (stopped["status"], stopped["stopped_at"], status) == ("open", "lock", 1)
    locked, status = walk("2025-01", "--approve-as", "ida", by="mo")
    assert (locked["status"], status) == ("locked", 0)


@pytest.mark.parametrize("who", ["rita", "otto", "nobody"])
@pytest.mark.django_db(transaction=True)
def test_reps_auditors_and_strangers_prepare_nothing(tmp_path: Path, who: str) -> None:
    trade(tmp_path)
    before = everything()
    refused, status = walk("2025-01", *LOCK, by=who)
    assert status == 1
    assert who in refused["refused"]
    assert everything() == before


@pytest.mark.parametrize("who", ["rita", "otto", "nobody"])
@pytest.mark.django_db(transaction=True)
def test_reps_auditors_and_strangers_approve_nothing(tmp_path: Path, who: str) -> None:
    trade(tmp_path)
    before = everything()
    refused, status = walk("2025-01", "--approve-as", who, "--acknowledge-warnings", REASON)
    assert status == 1
    assert who in refused["refused"]
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_what_no_company_or_month_is_counts_as_wrong_usage(tmp_path: Path) -> None:
    open_company()
    assert walk("2025-01", company="NONE")[1] == 2
    for month in ("2025-13", "2025-1", "January"):
        assert walk(month)[1] == 2
    # A month before the books is one, but not theirs.
    assert walk("2024-12")[1] == 1


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


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_says_all_and_changes_nothing(tmp_path: Path) -> None:
    trade(tmp_path)
    before = everything()
    rehearsed, status = walk("2025-01", "--rehearse", *LOCK)
    assert everything() == before
    assert (rehearsed["status"], rehearsed["stopped_at"], status) == ("locked", None, 0)
    assert [step["state"] for step in rehearsed["steps"]] == ["signed_off"] * 5

    # As it then comes.
    closed, _ = walk("2025-01", *LOCK)
    assert closed["totals"] == rehearsed["totals"]
    assert [step["figures"] for step in closed["steps"]] == [
        step["figures"] for step in rehearsed["steps"]
    ]


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_that_stops_changes_nothing_either(tmp_path: Path) -> None:
    trade(tmp_path)
    import_files(
        tmp_path,
        orders=f"{ORDERS}\nS9,ZETA,2025-01-08,2025-01-10,delivered,1",
        order_lines=f"{LINES}\nS9,1,TEA,1,119.00,19",
    )
    before = everything()
    stopped, status = walk("2025-01", "--rehearse", *LOCK)
    assert (stopped["status"], stopped["stopped_at"], status) == ("open", "confirm", 1)
    assert everything() == before
    # With what would let it pass.
    rehearsed, status = walk("2025-01", "--rehearse", "--defer-exceptions", REASON, *LOCK)
    assert (rehearsed["status"], rehearsed["totals"]["orders_deferred"], status) == ("locked", 1, 0)
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_makes_no_month_either(tmp_path: Path) -> None:
    open_company()
    close("2025-01")
    before = everything()
    rehearsed, status = walk("2025-02", "--rehearse", "--approve-as", "mo")
    assert (rehearsed["status"], status) == ("locked", 0), rehearsed["reasons"]
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_walked_again_after_a_stop_it_does_what_has_come_and_no_more(tmp_path: Path) -> None:
    trade(tmp_path)
    walk("2025-01", "--acknowledge-warnings", REASON)
    before = view("SELECT number, gross FROM v_invoices ORDER BY 1")
    import_files(
        tmp_path,
        **sales("S6 BETA 2025-01-12 59.50"),
        **payments("P3,BETA,2025-01-30,38.00,S2"),
    )
    assert part(close("2025-01"), "orders_confirmed invoices_issued last_number allocated") == {
        "orders_confirmed": 3,
        "invoices_issued": 3,
        "last_number": "INV-2025-01-00003",
        "allocated": "157.00",
    }
    # Numbers go on, and so do their days: the twelfth comes after the twentieth.
    assert view("SELECT number, gross FROM v_invoices ORDER BY 1")[:2] == before
    assert view("SELECT supplied_on, issued_on FROM v_invoices ORDER BY number")[2] == (
        *("2025-01-12", "2025-01-20"),
    )
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_numbers_follow_the_day_then_the_order_number_in_natural_order(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(
        tmp_path,
        **sales(
            "S10 ACME 2025-01-10 11.00",
            "S9 BETA 2025-01-10 12.00",
            "S100 ACME 2025-01-09 13.00",
            "S2 ACME 2025-01-11 14.00",
        ),
    )
    close("2025-01")
    assert view("SELECT DISTINCT number, order_number FROM v_invoice_lines ORDER BY number") == [
        ("INV-2025-01-00001", "S100"),
        ("INV-2025-01-00002", "S9"),
        ("INV-2025-01-00003", "S10"),
        ("INV-2025-01-00004", "S2"),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_companies_keep_their_own_books(tmp_path: Path) -> None:
    trade(tmp_path)
    open_company("CNY", "CN", code="OTHER")
    import_files(
        tmp_path,
        "OTHER",
        customers="code,name\nACME,爱克美",
        products="sku,name\nTEA,茶",
        **sales("S1 ACME 2025-01-10 11.90"),
    )
    assert close("2025-01", company="OTHER")["gross"] == "11.90"
    assert close("2025-01")["gross"] == "357.00"
    assert view("SELECT company, count(*) FROM v_invoices GROUP BY 1 ORDER BY 1") == [
        ("OTHER", 1),
        ("SHOP", 2),
    ]
    assert run("verify_integrity", "--company", "OTHER")[1] == 0
    require_integrity()
