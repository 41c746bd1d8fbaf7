"""Laws 8 and 9 under a race: a month that is locked holds what its seal holds, whoever wrote last.

Whoever writes takes the month's row FOR SHARE, whoever locks takes it FOR UPDATE, and so the second
waits for the first. Two mutants are caught: a plain read of the month's state, and the foreign
key's own lock in place of ours.
"""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from closing_site.periods import sealing
from closing_site.periods.models import PeriodStatus
from closing_site.wizard.errors import StepWaits
from closing_site.wizard.locking import lock_period
from closing_site.wizard.reopening import reopen_period
from tests.commands import run
from tests.laws.books import CODE, FEBRUARY, REASON, Books, execute, person
from tests.laws.racing import Gate, Racer, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

Watcher = psycopg.Cursor[Any]

PLAIN_READ = """
    CREATE OR REPLACE FUNCTION closing_require_open(periods bigint[], what text, law text)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $mutant$
    DECLARE culprit record;
    BEGIN
        FOR culprit IN SELECT code, status FROM periods_period WHERE id = ANY (periods) LOOP
            IF culprit.status = 'locked' THEN
                RAISE EXCEPTION 'Period % is locked', culprit.code
                    USING ERRCODE = 'check_violation', CONSTRAINT = law;
            END IF;
        END LOOP;
    END $mutant$
"""

INSERT = """
    INSERT INTO payments_payment (company_id, reference, customer_id, period_id, received_on,
        posted_on, method, currency, exchange_rate, amount, base_amount, fee, order_number,
        invoice_number, payer, memo)
    SELECT company_id, 'P-9', NULL, period_id, received_on, posted_on, method, currency,
        exchange_rate, 9, 9, 0, '', '', '', '' FROM payments_payment WHERE reference = 'P-6'
"""
#: What changes February's payments; the last column: whether its signed figures change with it.
WRITES = {
    "insert": (INSERT, True),
    "update": ("UPDATE payments_payment SET memo = memo || '!' WHERE reference = 'P-6'", False),
    "delete": ("DELETE FROM orders_unbilled WHERE posted_on = '2026-02-06'", True),
    "cut off": (
        "UPDATE periods_periodcutoff SET cut_off_at = now() WHERE period_id ="
        " (SELECT id FROM periods_period WHERE code = '2026-02')",
        False,
    ),
}
every_write = pytest.mark.parametrize(("write", "changes_figures"), WRITES.values(), ids=WRITES)


def locking(books: Books) -> Callable[[], None]:
    february, ann, mo = books.period(FEBRUARY), person("ann"), person("mo")

    def work() -> None:
        lock_period(february, by=ann, approver=mo)

    return work


def writing(statement: str) -> Callable[[], int]:
    return lambda: execute(statement)


def unsealed() -> list[tuple[str, str]]:
    """What a locked month holds and its seal does not, or not so: document and problem."""
    result, _status = run("verify_integrity", "--company", CODE)
    return [(found["number"], found["problem"]) for found in result["findings"]]


def is_locked(books: Books) -> bool:
    return books.period(FEBRUARY).status == PeriodStatus.LOCKED


def locker_at(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the locker stand still when it has read all that it seals, before it locks."""
    write_chunks = sealing.write_chunks

    def stopping(seal: Any) -> None:
        write_chunks(seal)
        gate.stop_here()

    monkeypatch.setattr(sealing, "write_chunks", stopping)


@every_write
@pytest.mark.parametrize("is_kept", [True, False])
def test_the_lock_waits_for_who_writes(
    signed: Books, owner_cursor: Watcher, write: str, changes_figures: bool, is_kept: bool
) -> None:
    """What was written by then is sealed; where it changed the figures, there is no lock."""
    with transaction.atomic():
        assert execute(write) == 1
        locker = Racer(owner_cursor, locking(signed))
        assert locker.waits()
        transaction.set_rollback(not is_kept)
    locker.ends()
    if is_kept and changes_figures:
        assert isinstance(locker.error, StepWaits)
        assert not is_locked(signed)
    else:
        assert locker.error is None
        assert is_locked(signed)
        assert unsealed() == []


@every_write
def test_who_writes_waits_for_the_lock_and_is_refused(
    signed: Books,
    owner_cursor: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    write: str,
    changes_figures: bool,
) -> None:
    gate = Gate()
    locker_at(gate, monkeypatch)
    locker = Racer(owner_cursor, locking(signed))
    with gate.reached():
        writer = Racer(owner_cursor, writing(write))
        assert writer.waits()
    assert locker.ends().error is None
    assert isinstance(writer.ends().error, IntegrityError)
    assert f"Period {FEBRUARY} is locked" in str(writer.error)
    assert unsealed() == []


@pytest.mark.parametrize("name", ["insert", "update"])
def test_who_writes_goes_on_where_the_lock_is_given_up(
    signed: Books,
    owner_cursor: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    gate = Gate()

    def failing(seal: Any) -> None:
        gate.stop_here()
        raise StepWaits(step="lock", what="given up")

    monkeypatch.setattr(sealing, "write_chunks", failing)
    locker = Racer(owner_cursor, locking(signed))
    with gate.reached():
        writer = Racer(owner_cursor, writing(WRITES[name][0]))
        assert writer.waits()
    assert isinstance(locker.ends().error, StepWaits)
    assert (writer.ends().error, writer.result) == (None, 1)
    assert not is_locked(signed)


def test_twenty_times_at_once_a_locked_month_holds_what_its_seal_holds(
    signed: Books, owner_cursor: Watcher
) -> None:
    """Whichever comes first: a memo is changed while its month is locked."""
    write, february = WRITES["update"][0], signed.period(FEBRUARY)
    outcomes = set()
    for _ in range(20):
        locker, writer = all_at_once([locking(signed), writing(write)], owner_cursor)
        assert locker.error is None
        assert is_locked(signed)
        outcomes.add(type(writer.error))
        with transaction.atomic():
            sealing.hash_documents(february)
            assert sealing.summary() == february.seals.latest("position").documents
        reopen_period(february, reason=REASON, by=person("ann"), approver=person("mo"))
    assert outcomes <= {type(None), IntegrityError}


#: An update that prepares nothing: what is noted of who prepares a month holds its row by a key.
BY_SYSTEM = (
    "UPDATE payments_payment SET memo = memo || '!'"
    " WHERE reference = 'P-6' AND set_config('closing.origin', 'system', true) <> ''"
)


@pytest.mark.parametrize(
    ("write", "problem"),
    [(BY_SYSTEM, "changed"), (WRITES["delete"][0], "deleted")],
    ids=["update", "delete"],
)
def test_the_race_catches_a_plain_read(
    signed: Books, owner_cursor: Watcher, write: str, problem: str
) -> None:
    """The lock does not wait for who writes, and so seals what was there before."""
    owner_cursor.execute(PLAIN_READ)
    with transaction.atomic():
        assert execute(write) == 1
        locker = Racer(owner_cursor, locking(signed))
        assert not locker.waits()
        assert locker.error is None
    assert is_locked(signed)
    assert [said.split(" since ")[0] for _number, said in unsealed()][:1] == [problem]


def test_the_race_catches_a_plain_read_of_who_comes_second(
    signed: Books, owner_cursor: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They see an open month, and are through before it is locked."""
    owner_cursor.execute(PLAIN_READ)
    gate = Gate()
    locker_at(gate, monkeypatch)
    locker = Racer(owner_cursor, locking(signed))
    with gate.reached():
        writer = Racer(owner_cursor, writing(BY_SYSTEM))
        assert not writer.waits()
        assert (writer.error, writer.result) == (None, 1)
    assert locker.ends().error is None
    assert unsealed() == [("P-6", f"changed since {FEBRUARY} was locked")]


def test_the_race_catches_the_foreign_keys_own_lock(
    signed: Books, owner_cursor: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A payment's key locks its month FOR KEY SHARE: that is no more than NO KEY UPDATE allows."""
    owner_cursor.execute(PLAIN_READ)
    select_for_update: Any = QuerySet.select_for_update

    def no_key(self: Any, **options: Any) -> Any:
        return select_for_update(self, **{**options, "no_key": True})

    monkeypatch.setattr(QuerySet, "select_for_update", no_key)
    with transaction.atomic():
        assert execute(INSERT) == 1
        locker = Racer(owner_cursor, locking(signed))
        assert not locker.waits()
        assert locker.error is None
    assert is_locked(signed)
    assert ("P-9", f"inserted since {FEBRUARY} was locked") in unsealed()
