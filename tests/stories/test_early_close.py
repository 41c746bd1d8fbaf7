"""A month that has not begun never locks; an unfinished one only where the company allows it.

The months are those around today, which is a day of the database's clock. The company keeps UTC.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from closing_site.acting import acting
from closing_site.companies.models import AuditEntry, Company, User
from closing_site.desk.models import Approval
from closing_site.periods.calendar import last_day_of, month_code
from closing_site.periods.models import Period, Seal
from closing_site.periods.posting import posting_of
from reports.pack import pack_of
from tests.commands import run
from tests.laws.books import execute, value
from tests.pdfs import text_of
from tests.stories.books import COMPANY, LOCK, everything, open_company, require_integrity, walk

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "The auditors come tomorrow"


def _today() -> date:
    found: date = value("SELECT (now() AT TIME ZONE 'UTC')::date")
    return found


def _month(months_ahead: int = 0) -> str:
    day = _today()
    for _ in range(months_ahead):
        day = last_day_of(day) + timedelta(days=1)
    return month_code(day)


def _days_left() -> int:
    return (last_day_of(_today()) - _today()).days + 1


def _allow_early_close() -> None:
    Company.objects.filter(code=COMPANY).update(early_close=True)


@pytest.fixture
def month() -> str:
    """The month of today, the company's first."""
    open_company(first_period=_month())
    return _month()


def test_only_the_lock_of_an_unfinished_month_is_refused(month: str) -> None:
    closed, status = walk(month, *LOCK)
    assert (closed["status"], closed["stopped_at"], status) == ("open", "lock", 1)
    assert closed["days_left"] == _days_left()
    assert f"{_days_left()} day" in closed["reasons"][0]
    assert [step["state"] for step in closed["steps"]] == ["signed_off"] * 5


def test_a_rehearsal_of_an_unfinished_month_goes_through(month: str) -> None:
    before = everything()
    rehearsed, status = walk(month, "--rehearse", *LOCK)
    assert (rehearsed["status"], rehearsed["stopped_at"], status) == ("locked", None, 0)
    assert rehearsed["days_left"] == _days_left()
    assert everything() == before


def test_a_reason_alone_does_not_lock_where_the_company_does_not_allow_it(month: str) -> None:
    closed, _status = walk(month, "--early", WHY, *LOCK)
    assert (closed["status"], closed["stopped_at"]) == ("open", "lock")


def test_where_the_company_allows_it_a_reason_is_needed(month: str) -> None:
    _allow_early_close()
    closed, status = walk(month, *LOCK)
    assert (closed["status"], closed["stopped_at"], status) == ("open", "lock", 1)
    assert "--early" in closed["reasons"][0]


def test_an_early_close_is_marked_on_the_seal_and_in_the_pack(month: str) -> None:
    _allow_early_close()
    closed, status = walk(month, "--early", WHY, *LOCK)
    assert (closed["status"], status) == ("locked", 0), closed["reasons"]
    seal = Seal.objects.get()
    assert (seal.early_days_left, seal.early_reason) == (_days_left(), WHY)
    text = text_of(bytes(pack_of(seal.period).content))
    assert WHY in text
    assert f"{_days_left()} day" in text
    page = _client("otto").get(f"/closing/{COMPANY}/{month}/lock/").content.decode()
    assert WHY in page
    require_integrity()


def test_a_month_that_has_not_begun_never_locks(month: str) -> None:
    _allow_early_close()
    assert walk(month, "--early", WHY, *LOCK)[0]["status"] == "locked"
    closed, status = walk(_month(1), "--early", WHY, *LOCK)
    assert (closed["status"], closed["stopped_at"], status) == ("open", "lock", 1)
    assert [step["state"] for step in closed["steps"]] == ["signed_off"] * 5


def test_a_month_that_has_ended_locks_without_a_word() -> None:
    open_company(first_period="2025-01")
    closed, status = walk("2025-01", "--early", WHY, *LOCK)
    assert (closed["status"], closed["days_left"], status) == ("locked", 0, 0)
    seal = Seal.objects.get()
    assert (seal.early_days_left, seal.early_reason) == (None, "")


def test_what_happens_after_an_early_lock_is_posted_on_the_first_open_day(month: str) -> None:
    _allow_early_close()
    assert walk(month, "--early", WHY, *LOCK)[0]["status"] == "locked"
    assert posting_of(_company(), _today()).posted_on == last_day_of(_today()) + timedelta(days=1)


def test_by_pages_the_requester_gives_the_reason_and_the_approver_sees_it(month: str) -> None:
    closed, _status = walk(month)
    assert closed["stopped_at"] == "lock"
    ann, mo = _client("ann"), _client("mo")
    page = ann.get(f"/closing/{COMPANY}/{month}/lock/").content.decode()
    assert "lock/ask" not in page
    assert f"{_days_left()} day" in page
    assert _post(ann, month, "ask", reason=WHY) == 409
    _allow_early_close()
    assert ann.post(f"/closing/{COMPANY}/{month}/count/").status_code == 302
    page = ann.get(f"/closing/{COMPANY}/{month}/lock/").content.decode()
    assert "lock/ask" in page
    assert _post(ann, month, "ask") == 409
    assert _post(ann, month, "ask", reason=WHY) == 302
    approval = Approval.objects.get(kind="lock")
    assert WHY in mo.get(f"/closing/{COMPANY}/{month}/lock/").content.decode()
    sent = {"decision": "lock", "seen": approval.digest}
    assert _post(mo, month, str(approval.pk), **sent) == 302
    assert Seal.objects.get().early_reason == WHY


def test_an_approval_does_not_outlive_the_setting(month: str) -> None:
    walk(month)
    _allow_early_close()
    assert _post(_client("ann"), month, "ask", reason=WHY) == 302
    approval = Approval.objects.get(kind="lock")
    sent = {"decision": "approve", "seen": approval.digest}
    assert _post(_client("mo"), month, str(approval.pk), **sent) == 302
    Company.objects.filter(code=COMPANY).update(early_close=False)
    assert _post(_client("ann"), month, "now") == 409
    assert not Seal.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "early_reason = ''",
        "early_days_left = NULL",
        "early_days_left = early_days_left + 1",
    ],
)
def test_the_database_refuses_a_seal_that_hides_an_early_close(month: str, change: str) -> None:
    """Rows that the program would not write: a seal's copy over the month's own."""
    _allow_early_close()
    assert walk(month, "--early", WHY, *LOCK)[0]["status"] == "locked"
    seal = Seal.objects.values().get()
    _reopen(month)
    column, _equals, expression = change.partition(" = ")
    with pytest.raises(IntegrityError, match="periods_seal_law_10_ended"):
        _seal_again(seal, column, expression)


def test_the_database_refuses_the_lock_of_an_unfinished_month_once_it_is_not_allowed(
    month: str,
) -> None:
    _allow_early_close()
    assert walk(month, "--early", WHY, *LOCK)[0]["status"] == "locked"
    seal = Seal.objects.values().get()
    _reopen(month)
    Company.objects.filter(code=COMPANY).update(early_close=False)
    with pytest.raises(IntegrityError, match="periods_seal_law_10_ended"):
        _seal_again(seal, "early_reason", "early_reason")


@pytest.mark.parametrize(
    ("zone", "status"), [("Pacific/Kiritimati", "locked"), ("Pacific/Niue", "open")]
)
def test_a_month_ends_where_the_company_is(zone: str, status: str) -> None:
    """The two are 25 hours apart: a month that ends today in Niue has ended in Kiritimati."""
    ends_on: date = value("SELECT (now() AT TIME ZONE 'Pacific/Niue')::date")
    starts_on = ends_on.replace(day=1)
    before = month_code(starts_on - timedelta(days=1))
    open_company(first_period=before)
    assert walk(before, *LOCK)[0]["status"] == "locked"
    Company.objects.update(time_zone=zone)
    Period.objects.create(
        company=_company(), code=month_code(ends_on), starts_on=starts_on, ends_on=ends_on
    )
    closed, _status = walk(month_code(ends_on), *LOCK)
    assert (closed["status"], closed["days_left"]) == (status, int(status == "open"))


def test_the_setting_is_the_administrators_and_leaves_a_trace() -> None:
    open_company(first_period="2025-01")
    form = {
        "name": "Shop",
        "language": "en",
        "zero_category": "zero_rated",
        "invoice_prefix": "INV",
        "credit_note_prefix": "CN",
        "early_close": "on",
        "idempotency_key": "k",
    }
    assert _client("ann").post("/settings/company/", form).status_code == 403
    assert _client("ida").post("/settings/company/", form).status_code == 302
    assert _company().early_close
    entry = AuditEntry.objects.filter(document_kind="company").latest("id")
    assert (entry.actor, (entry.after or {})["early_close"]) == ("ida", True)


def _company() -> Company:
    return Company.objects.get(code=COMPANY)


def _client(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def _post(client: Client, month: str, part: str, **data: str) -> int:
    sent = {"idempotency_key": f"{part}{len(data)}{data.get('reason', '')}{month}", **data}
    return client.post(f"/closing/{COMPANY}/{month}/lock/{part}/", sent).status_code


def _reopen(month: str) -> None:
    reopened, status = run(
        *("reopen_period", month, "--company", COMPANY, "--reason", WHY),
        *("--as", "ann", "--approve-as", "mo"),
    )
    assert status == 0, reopened


def _seal_again(seal: Mapping[str, Any], column: str, expression: str) -> None:
    """A second seal of the month and its lock, as one transaction past the program."""
    columns = [name for name in seal if name not in ("id", "position", "previous_id")]
    values = [expression if name == column else name for name in columns]
    with acting("ann"):
        execute(
            f"INSERT INTO periods_seal ({', '.join(columns)}, position, previous_id)"
            f" SELECT {', '.join(values)}, 2, id FROM periods_seal"
        )
        execute("UPDATE periods_period SET status = 'locked'")
