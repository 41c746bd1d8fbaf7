"""Who may prepare a close and who may approve it."""

from pathlib import Path

import pytest

from tests.stories.books import (
    LOCK,
    REASON,
    STEPS,
    close,
    everything,
    open_company,
    trade,
    view,
    walk,
)


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
