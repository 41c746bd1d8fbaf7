"""Laws 9 and 10: months follow each other, lock in order with a seal, reopen in reverse order."""

from typing import Any

import pytest
from django.db import IntegrityError

from closing_site.acting import acting
from closing_site.periods.models import Period, Seal
from closing_site.wizard.errors import AlreadyLocked
from closing_site.wizard.locking import lock_period
from tests.commands import run
from tests.laws.books import (
    CODE,
    FEBRUARY,
    JANUARY,
    MARCH,
    REASON,
    Books,
    commit,
    execute,
    person,
    rows,
    value,
)
from tests.laws.documents import copy

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = "UPDATE periods_period SET status = 'open' WHERE code = %s"
LOCK = "UPDATE periods_period SET status = 'locked' WHERE code = %s"


def reopen(code: str, reason: str = REASON, approver: str = "mo") -> tuple[dict[str, Any], int]:
    return run(
        *("reopen_period", code, "--company", CODE, "--reason", reason),
        *("--as", "ann", "--approve-as", approver),
    )


def add_period(books: Books, code: str, starts_on: str, ends_on: str, status: str = "open") -> None:
    execute(
        "INSERT INTO periods_period (company_id, code, starts_on, ends_on, status)"
        " VALUES (%s, %s, %s, %s, %s)",
        *(books.company.pk, code, starts_on, ends_on, status),
    )


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "status"),
    [
        pytest.param("2026-05-01", "2026-05-31", "open", id="a gap of a month"),
        pytest.param("2026-04-02", "2026-04-30", "open", id="a gap of a day"),
        pytest.param("2026-03-31", "2026-04-30", "open", id="an overlap of a day"),
        pytest.param("2025-12-01", "2025-12-31", "open", id="before the first"),
        pytest.param("2026-04-01", "2026-04-30", "locked", id="locked from the start"),
    ],
)
def test_a_month_follows_the_one_before_it(
    books: Books, starts_on: str, ends_on: str, status: str
) -> None:
    with pytest.raises(IntegrityError, match="Period 2026-04 does not follow the one before it"):
        add_period(books, "2026-04", starts_on, ends_on, status)
    add_period(books, "2026-04", "2026-04-01", "2026-04-30")


@pytest.mark.parametrize(
    ("ends_on", "constraint"),
    [("2026-03-31", "periods_period_has_days"), ("2026-04-30", "periods_period_code")],
)
def test_a_month_has_days_and_a_code_of_its_own(
    books: Books, ends_on: str, constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        add_period(books, MARCH, "2026-04-01", ends_on)


@pytest.mark.parametrize("code", [JANUARY, MARCH])
@pytest.mark.parametrize(
    "change",
    ["starts_on = starts_on + 1", "ends_on = ends_on - 1", "code = '2027-01'", "company_id = 0"],
)
def test_a_month_keeps_its_days(books: Books, code: str, change: str) -> None:
    with pytest.raises(IntegrityError, match=f"Period {code} keeps its days"):
        execute(f"UPDATE periods_period SET {change} WHERE code = %s", code)


@pytest.mark.parametrize("code", [JANUARY, MARCH])
def test_a_month_stays(books: Books, code: str) -> None:
    with pytest.raises(IntegrityError, match=f"periods_period {code} is a period: it stays"):
        execute("DELETE FROM periods_period WHERE code = %s", code)


def test_no_month_locks_before_the_one_before_it(books: Books) -> None:
    with pytest.raises(IntegrityError, match=f"{MARCH} cannot be locked: {FEBRUARY} before it is"):
        execute(LOCK, MARCH)
    closed = books.close(MARCH)
    assert closed["stopped_at"] == "confirm"
    assert closed["reasons"] == [f"Period {FEBRUARY} is still open; close it before {MARCH}."]


def test_no_month_locks_without_a_seal_of_its_own(books: Books) -> None:
    with pytest.raises(IntegrityError, match=f"Period {FEBRUARY} cannot be locked without a seal"):
        execute(LOCK, FEBRUARY)


def test_a_month_locks_once(books: Books) -> None:
    with pytest.raises(AlreadyLocked, match=f"Period {JANUARY} is locked already"):
        lock_period(books.period(JANUARY), by=person("ann"), approver=person("mo"))
    closed = books.close(JANUARY)
    assert (closed["stopped_at"], closed["reasons"]) == (
        "confirm",
        [f"Period {JANUARY} is locked already."],
    )


def test_no_month_reopens_without_a_reason_and_a_second_person(books: Books) -> None:
    with pytest.raises(
        IntegrityError, match=f"Period {JANUARY} is reopened with a reason and a second person"
    ):
        execute(OPEN, JANUARY)
    for refused, status in (reopen(JANUARY, reason=" "), reopen(JANUARY, approver="ann")):
        assert status == 1
        assert "refused" in refused
    assert books.period(JANUARY).status == "locked"
    assert rows("SELECT count(*) FROM periods_reopening") == [(0,)]


def test_a_month_reopens_once_for_each_lock_and_keeps_its_seal(books: Books) -> None:
    before = Seal.objects.values().get()
    reopened, status = reopen(JANUARY)
    assert (reopened["status"], reopened["kept_seal"], status) == ("open", before["digest"], 0)
    again, status = reopen(JANUARY)
    assert (again["refused"], status) == (f"Period {JANUARY} is not locked.", 1)
    # The seal that was broken open locks nothing any more.
    with pytest.raises(IntegrityError, match=f"Period {JANUARY} cannot be locked without a seal"):
        execute(LOCK, JANUARY)
    execute("UPDATE payments_payment SET memo = 'Now it may' WHERE reference = 'P-3'")
    assert books.close(JANUARY)["status"] == "locked"
    assert Seal.objects.order_by("position").values()[0] == before
    assert rows("SELECT position, previous_id FROM periods_seal ORDER BY position") == [
        (1, None),
        (2, before["id"]),
    ]
    # And that lock needs a reopening of its own.
    with pytest.raises(IntegrityError, match="is reopened with a reason and a second person"):
        execute(OPEN, JANUARY)


def test_months_reopen_in_reverse_order(books: Books) -> None:
    assert books.close(FEBRUARY)["status"] == "locked"
    refused, status = reopen(JANUARY)
    assert status == 1
    assert (
        f"Period {JANUARY} cannot be reopened: {FEBRUARY} after it is locked" in refused["refused"]
    )
    assert rows("SELECT count(*) FROM periods_reopening") == [(0,)]
    assert [reopen(code)[1] for code in (FEBRUARY, JANUARY)] == [0, 0]
    assert set(Period.objects.values_list("status", flat=True)) == {"open"}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"position": 3}, id="a place left out"),
        pytest.param({"position": 1, "previous_id": None}, id="a place taken"),
        pytest.param({"previous_id": None}, id="no seal before it"),
        pytest.param({"period_id": "january"}, id="of a month that is locked"),
    ],
)
def test_a_seal_follows_the_last_one_and_its_month_is_open(
    books: Books, given: dict[str, object]
) -> None:
    ((seal,),) = rows("SELECT id FROM periods_seal")
    row = {"position": 2, "previous_id": seal, "period_id": books.period(FEBRUARY).pk, **given}
    if row["period_id"] == "january":
        row["period_id"] = books.period(JANUARY).pk
    with pytest.raises(
        IntegrityError, match="A seal is made while its period is open, and follows|seal_position"
    ):
        copy("periods_seal", f"id = {seal}", **row)


def test_no_month_is_sealed_without_its_lock(books: Books) -> None:
    """Asked when the transaction ends: the lock itself seals first."""
    ((seal,),) = rows("SELECT id FROM periods_seal")
    february = {"position": 2, "previous_id": seal, "period_id": books.period(FEBRUARY).pk}
    with (
        pytest.raises(IntegrityError, match=f"Period {FEBRUARY} is sealed and not locked"),
        acting("ann"),
    ):
        copy("periods_seal", f"id = {seal}", **february)
    with acting("ann"):
        copy("periods_seal", f"id = {seal}", **february)
        execute(LOCK, FEBRUARY)
    assert books.period(FEBRUARY).status == "locked"


def test_nothing_is_added_to_a_seal_once_its_month_is_locked(books: Books) -> None:
    with pytest.raises(IntegrityError, match=f"Period {JANUARY} is locked: its seal is complete"):
        copy("periods_sealedchunk", "kind = 'payment'", position=2)


@pytest.mark.parametrize(
    ("table", "column", "says"),
    [
        ("periods_seal", "digest", "is a seal: it stays as it is"),
        ("periods_sealedchunk", "numbers", "is part of a seal: it stays as it is"),
        ("periods_reopening", "reason", "is a record: it stays as it is"),
    ],
)
def test_what_a_lock_leaves_behind_stays(books: Books, table: str, column: str, says: str) -> None:
    assert reopen(JANUARY)[1] == 0
    assert value(f"SELECT count(*) FROM {table}") > 0
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError, match=says):
            commit(statement)
