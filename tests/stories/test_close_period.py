"""What scripts may rely on of ``close_period``: how far it walks, and what it says."""

import re
from pathlib import Path

import pytest

from tests.commands import run
from tests.stories.books import (
    AMOUNTS,
    COMPANY,
    COUNTS,
    LOCK,
    REASON,
    STEPS,
    close,
    import_files,
    import_parties,
    open_company,
    part,
    payments,
    require_integrity,
    sales,
    trade,
    view,
    walk,
)


@pytest.mark.django_db(transaction=True)
def test_what_it_says_has_the_shape_that_scripts_rely_on(tmp_path: Path) -> None:
    trade(tmp_path)
    result, status = walk("2025-01", *LOCK)
    assert status == 0
    assert list(result) == [
        *("company", "period", "status", "steps", "stopped_at", "reasons", "totals", "seal"),
        "days_left",
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
