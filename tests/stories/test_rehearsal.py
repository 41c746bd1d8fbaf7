"""A close rehearsed: all of it is told, nothing of it stays."""

from pathlib import Path

import pytest

from tests.stories.books import (
    LINES,
    LOCK,
    ORDERS,
    REASON,
    close,
    everything,
    import_files,
    open_company,
    trade,
    walk,
)


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
    assert list(closed["totals"].items()) == list(rehearsed["totals"].items())
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
