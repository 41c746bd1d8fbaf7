"""Law 10 under a race: who locks a month and who reopens the one before it come one by one."""

from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from closing_site.periods.errors import EarlierPeriodOpen
from closing_site.wizard import locking as locking_module
from closing_site.wizard.reopening import reopen_period
from tests.laws.books import JANUARY, REASON, Books, person, rows
from tests.laws.racing import Racer
from tests.laws.test_races_of_the_lock import locking

pytestmark = pytest.mark.django_db(transaction=True)

Watcher = psycopg.Cursor[Any]

ONE_BY_ONE = "PERFORM pg_advisory_xact_lock(hashtextextended('closing locks', NEW.company_id));"


def without(owner: Watcher, function: str, words: str) -> None:
    """The law's function without these words of it."""
    owner.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
    ((text,),) = owner.fetchall()
    assert words in text
    owner.execute(text.replace(words, ""))


@pytest.mark.parametrize("waits", ["action and trigger", "trigger", "no one"])
def test_who_locks_waits_for_who_reopens(
    signed: Books, owner_cursor: Watcher, monkeypatch: pytest.MonkeyPatch, waits: str
) -> None:
    """Law 10: each would see the month of the other as it was, and February be locked after an open
    January. The action waits, and the trigger for who passes it by; the mutant does not."""
    if waits != "action and trigger":
        monkeypatch.setattr(locking_module, "take_order_of_months", lambda company: None)
    if waits == "no one":
        for function in ("periods_period_law_10_update", "periods_seal_law_14_insert"):
            without(owner_cursor, function, ONE_BY_ONE)
    ann, mo = person("ann"), person("mo")
    with transaction.atomic():
        reopen_period(signed.period(JANUARY), reason=REASON, by=ann, approver=mo)
        locker = Racer(owner_cursor, locking(signed))
        assert locker.waits() is (waits != "no one")
    locker.ends()
    states = rows("SELECT status FROM periods_period ORDER BY starts_on")
    if waits == "no one":
        assert states == [("open",), ("locked",), ("open",)]
    else:
        assert states == [("open",), ("open",), ("open",)]
        assert isinstance(locker.error, IntegrityError | EarlierPeriodOpen)
