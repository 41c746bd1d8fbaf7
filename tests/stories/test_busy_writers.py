"""A close beside people who go on writing: what merely came late is booked, named and signed again.

The writer comes at a moment that the test decides. Each test's mutant is the close without the step
that the test is about.
"""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import transaction

from closing_site.companies.models import Company, User
from closing_site.periods.models import Period
from closing_site.wizard import checking, closing, locking, sign_offs
from closing_site.wizard.checking import ask_checks
from closing_site.wizard.errors import DocumentsCameLate, StepWaits
from closing_site.wizard.locking import lock_period
from payments.actions.recording import record_payment
from reconciliation.runs.vouchers import voucher_run
from tests.laws.racing import Racer
from tests.stories.books import COMPANY, LOCK, REASON, require_integrity, trade, view, walk

pytestmark = pytest.mark.django_db(transaction=True)

MONTH = "2025-01"
_late = count(1)


@pytest.fixture(autouse=True)
def books(tmp_path: Path) -> None:
    trade(tmp_path)


def _pay() -> str:
    """Someone records a payment of the month."""
    reference = f"LATE-{next(_late)}"
    given = {
        **{"reference": reference, "customer_code": "ACME", "received_on": "2025-01-31"},
        **{"amount": "5.00", "method": "cash"},
    }
    record_payment(
        company=Company.objects.get(code=COMPANY),
        given=given,
        by=User.objects.get(username="ann"),
    )
    return reference


def _writes_after(monkeypatch: pytest.MonkeyPatch, step: str, *, times: int) -> list[str]:
    """A payment comes each time this step was signed, up to so many times."""
    written: list[str] = []
    signs: Callable[..., Any] = sign_offs.sign_step

    def signs_and_then(period: Period, signed: Any, **options: Any) -> Any:
        made = signs(period, signed, **options)
        if signed.slug == step and len(written) < times:
            written.append(_pay())
        return made

    monkeypatch.setattr(closing, "sign_step", signs_and_then)
    return written


def _writes_before_the_checks(monkeypatch: pytest.MonkeyPatch, check: Callable[..., Any]) -> None:
    """A payment comes once between the voucher run and the checks of its step."""
    written: list[str] = []

    def writes(period: Period, step: Any, **options: Any) -> None:
        if step.slug == "reconcile" and not written:
            written.append(_pay())
        check(period, step, **options)

    monkeypatch.setattr(closing, "check_after_run", writes)


def test_what_comes_after_the_voucher_run_is_no_difference_in_the_books(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _writes_before_the_checks(monkeypatch, checking.check_after_run)
    closed, status = walk(MONTH, *LOCK)
    assert (closed["status"], closed["stopped_at"], status) == ("locked", None, 0), closed
    require_integrity()


def test_checks_that_book_nothing_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: the checks alone, as they were."""
    _writes_before_the_checks(
        monkeypatch, lambda period, step, **_options: ask_checks(period, step)
    )
    closed, _status = walk(MONTH, *LOCK)
    assert closed["stopped_at"] == "reconcile"


@pytest.mark.parametrize("step", ["pay", "reconcile", "report"])
@pytest.mark.parametrize("times", [1, closing.MOST_SIGNED_AGAIN])
def test_the_close_signs_again_what_a_late_document_left_behind(
    monkeypatch: pytest.MonkeyPatch, step: str, times: int
) -> None:
    written = _writes_after(monkeypatch, step, times=times)
    closed, status = walk(MONTH, *LOCK)
    assert (closed["status"], status) == ("locked", 0), closed["reasons"]
    assert len(written) == times
    assert closed["totals"]["payments"] == times + 1
    assert view("SELECT count(DISTINCT document) FROM v_vouchers WHERE document LIKE '%LATE%'") == [
        (times,)
    ]
    require_integrity()


def test_it_signs_again_so_often_and_then_names_the_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = _writes_after(monkeypatch, "report", times=closing.MOST_SIGNED_AGAIN + 1)
    closed, status = walk(MONTH, *LOCK)
    assert (closed["status"], closed["stopped_at"], status) == ("open", "lock", 1)
    assert written[-1] in closed["reasons"][0]


def test_a_close_that_never_signs_again_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant."""
    monkeypatch.setattr(closing, "MOST_SIGNED_AGAIN", 0)
    _writes_after(monkeypatch, "report", times=1)
    assert walk(MONTH, *LOCK)[0]["stopped_at"] == "lock"


def _lock_beside_a_writer(watcher: psycopg.Cursor[Any]) -> tuple[str, Racer]:
    """A payment is written and not committed while a person locks the month they signed."""
    closed, _status = walk(MONTH, "--acknowledge-warnings", REASON)
    assert closed["stopped_at"] == "lock"
    month = Period.objects.get(code=MONTH)
    ann, mo = (User.objects.get(username=who) for who in ("ann", "mo"))
    with transaction.atomic():
        late = _pay()
        locker = Racer(watcher, lambda: lock_period(month, by=ann, approver=mo))
        assert locker.waits()
    return late, locker.ends()


def test_a_persons_signature_is_out_of_date_and_names_what_came(
    owner_cursor: psycopg.Cursor[Any],
) -> None:
    late, locker = _lock_beside_a_writer(owner_cursor)
    assert isinstance(locker.error, DocumentsCameLate)
    assert late in locker.error.message
    assert Period.objects.get(code=MONTH).status == "open"
    # Nothing of the refused lock stays; the steps done and signed again, the month locks.
    assert view(f"SELECT count(*) FROM v_vouchers WHERE document LIKE '%{late}'") == [(0,)]
    assert walk(MONTH, *LOCK)[0]["status"] == "locked"


def test_what_came_and_was_booked_since_is_named_too() -> None:
    walk(MONTH, "--acknowledge-warnings", REASON)
    late = _pay()
    walk(MONTH, "--through", "invoice")
    month = Period.objects.select_related("company").get(code=MONTH)
    voucher_run(month, by="ann")
    with pytest.raises(DocumentsCameLate) as refused:
        lock_period(
            month,
            by=User.objects.get(username="ann"),
            approver=User.objects.get(username="mo"),
        )
    assert late in refused.value.message


def test_a_lock_that_books_and_names_nothing_is_caught(
    owner_cursor: psycopg.Cursor[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: figures alone."""
    monkeypatch.setattr(locking, "book_late_documents", lambda _period, **_options: [])
    monkeypatch.setattr(sign_offs, "documents_since", lambda _period, _moment: [])
    late, locker = _lock_beside_a_writer(owner_cursor)
    assert isinstance(locker.error, StepWaits)
    assert late not in locker.error.message
