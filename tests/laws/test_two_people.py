"""Law 11: who prepares does not approve, and an approval holds for what was seen."""

from typing import Any

import pytest
from django.db import IntegrityError

from closing_site.acting import acting
from closing_site.periods.errors import SecondPersonNeeded
from closing_site.wizard.approvals import approve_held_back
from closing_site.wizard.errors import SignedThemselves
from closing_site.wizard.locking import lock_period
from closing_site.wizard.reopening import reopen_period
from tests.commands import run
from tests.laws.books import (
    CODE,
    FEBRUARY,
    JANUARY,
    MARCH,
    REASON,
    Books,
    execute,
    person,
    rows,
    value,
)
from tests.laws.documents import copy

pytestmark = pytest.mark.django_db

HELD_BACK = """
    FROM orders_unbilled AS h JOIN orders_delivery AS d ON d.id = h.delivery_id
    JOIN orders_order AS o ON o.id = d.order_id WHERE o.number = 'O-8'
"""


def test_no_one_seals_alone(books: Books) -> None:
    mo = person("mo").pk
    with pytest.raises(IntegrityError, match="periods_seal_two_people"):
        copy(
            *("periods_seal", "position = 1"),
            position=2,
            previous_id=value("SELECT id FROM periods_seal"),
            period_id=books.period(FEBRUARY).pk,
            sealed_by_id=mo,
            approved_by_id=mo,
        )


def test_who_signed_a_step_does_not_approve_its_lock(books: Books) -> None:
    books.close(FEBRUARY, "--as", "mo", "--through", "report")
    with pytest.raises(SignedThemselves, match="another person approves, or signs that step"):
        lock_period(books.period(FEBRUARY), by=person("ann"), approver=person("mo"))
    with pytest.raises(IntegrityError, match="Who signed .* does not approve the lock"):
        copy(
            *("periods_seal", "position = 1"),
            position=2,
            previous_id=value("SELECT id FROM periods_seal"),
            period_id=books.period(FEBRUARY).pk,
        )


def test_no_one_reopens_alone(books: Books) -> None:
    ann = person("ann").pk
    for people, reason, constraint in (
        ((ann, ann), REASON, "periods_reopening_two_people"),
        ((ann, person("mo").pk), "", "periods_reopening_reason"),
    ):
        with pytest.raises(IntegrityError, match=constraint):
            execute(
                "INSERT INTO periods_reopening (company_id, period_id, seal_id, reason,"
                " requested_by_id, approved_by_id, reopened_at)"
                " SELECT company_id, period_id, id, %s, %s, %s, now() FROM periods_seal",
                *(reason, *people),
            )


def test_no_one_approves_what_they_asked_for(books: Books) -> None:
    with pytest.raises(IntegrityError, match="desk_approval_two_people"):
        copy("desk_approval", "kind = 'lock'", decided_by_id=person("ann").pk)


@pytest.mark.parametrize("left_out", ["decided_by_id", "decided_at", "is_granted"])
def test_a_decision_says_who_when_and_what(books: Books, left_out: str) -> None:
    with pytest.raises(IntegrityError, match="desk_approval_decided_whole"):
        copy("desk_approval", "kind = 'lock'", **{left_out: None})


def test_the_actions_ask_for_a_second_person(books: Books) -> None:
    ann, january = person("ann"), books.period(JANUARY)
    for action in (
        lambda: lock_period(books.period(FEBRUARY), by=ann, approver=ann),
        lambda: reopen_period(january, reason=REASON, by=ann, approver=ann),
        lambda: approve_held_back(books.period(FEBRUARY), by=ann, approver=ann),
    ):
        with pytest.raises(SecondPersonNeeded, match="What ann prepared is approved by another"):
            action()


@pytest.mark.parametrize("approver", [[], ["--approve-as", "ann"]], ids=str)
def test_a_close_stops_before_the_lock_without_a_second_person(
    books: Books, approver: list[str]
) -> None:
    closed, status = run(
        *("close_period", FEBRUARY, "--company", CODE, "--as", "ann", *approver),
        *("--defer-exceptions", REASON, "--acknowledge-warnings", REASON),
    )
    assert (closed["status"], closed["stopped_at"], status) == ("open", "lock", 1)
    assert "another person" in closed["reasons"][0]


def test_who_only_prepares_does_not_approve(books: Books) -> None:
    """Ann is of the finance department: Mo may have her prepare, not approve."""
    closed, status = run(
        *("close_period", FEBRUARY, "--company", CODE, "--as", "mo", "--approve-as", "ann")
    )
    assert status == 1
    assert "ann" in closed["refused"]


@pytest.mark.parametrize(
    "change",
    [
        "net = net + 1",
        "tax = tax + 1",
        "reason = 'Other'",
        "delivery_id = {other}, deferral_id = NULL",
    ],
)
def test_what_was_approved_to_wait_stays_as_it_was_seen(books: Books, change: str) -> None:
    """And may change when it is to be approved anew."""
    other = value("SELECT id FROM orders_delivery AS d WHERE delivered_on = '2026-02-03'")
    change = change.format(other=other)
    ((key,),) = rows(f"SELECT h.id {HELD_BACK}")
    with pytest.raises(IntegrityError, match="what is held back is not what was approved"):
        execute(f"UPDATE orders_unbilled SET {change} WHERE id = %s", key)
    assert execute(f"UPDATE orders_unbilled SET {change}, approval_id = NULL WHERE id = %s", key)


@pytest.mark.parametrize(
    "given",
    [
        {"is_granted": False},
        {"decided_by_id": None, "decided_at": None, "is_granted": None},
        {"kind": "lock"},
        {"document_id": 0},
        {"digest": "of something else"},
    ],
    ids=str,
)
def test_what_waits_has_an_approval_of_its_own(books: Books, given: dict[str, Any]) -> None:
    ((key, approval),) = rows(f"SELECT h.id, h.approval_id {HELD_BACK}")
    with pytest.raises(
        IntegrityError, match="what is held back is not what was approved|desk_approval_law_11"
    ):
        _give_another(key, approval, given)


def _give_another(key: int, approval: int, given: dict[str, Any]) -> None:
    with acting("ann" if given.get("decided_by_id", True) is None else "mo"):
        copy("desk_approval", f"id = {approval}", **given)
        other = value("SELECT max(id) FROM desk_approval")
        execute("UPDATE orders_unbilled SET approval_id = %s WHERE id = %s", other, key)


def test_a_decided_approval_is_not_decided_again(books: Books) -> None:
    for statement in (
        "UPDATE desk_approval SET is_granted = false",
        "UPDATE desk_approval SET digest = 'other'",
        "DELETE FROM desk_approval WHERE kind = 'lock'",
    ):
        with pytest.raises(IntegrityError, match="is decided: ask again instead"):
            execute(statement)


def test_a_reason_given_and_a_sign_off_stay(books: Books) -> None:
    for table, column, says in (
        ("desk_acknowledgement", "reason", "is a record: it stays as it is"),
        ("periods_signoff", "digest", "is a sign-off: sign again instead"),
    ):
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(IntegrityError, match=says):
                execute(statement)


def test_a_sign_off_holds_for_the_figures_that_were_seen(books: Books) -> None:
    """P-7 came after the payments were signed off."""
    books.close(FEBRUARY, "--through", "confirm")
    with pytest.raises(
        Exception, match=r"Record payments was signed before P-7 came: .*Received 15.00 → 21.00"
    ):
        lock_period(books.period(FEBRUARY), by=person("ann"), approver=person("mo"))
    assert books.period(FEBRUARY).status == "open"
    assert books.period(MARCH).status == "open"
