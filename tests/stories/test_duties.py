"""Who prepared a part of a month does not approve its lock (ACCOUNTING 15, invariants 11 and 17).

ann is finance, mo a manager, ida an administrator, rita a sales rep.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from closing_site.acting import acting, origin_of
from closing_site.companies.models import Company, Membership, User
from closing_site.desk.models import Approval
from closing_site.periods.models import Period, Preparation, Seal, SignOff
from closing_site.wizard import locking
from closing_site.wizard.approvals import decide, request_lock
from closing_site.wizard.duties import prepared_by, review_preparation
from closing_site.wizard.errors import NothingToReview, ReviewedByThemselves
from closing_site.wizard.locking import lock_period
from closing_site.wizard.sign_offs import sign_off
from orders.models import Order
from orders.runs.confirm import confirm_run
from payments.actions.placing import open_items, place_payment, undo_allocation
from payments.actions.recording import record_payment
from payments.models import Allocation, Payment
from reports.pack import pack_of
from tests.commands import run
from tests.laws.books import execute
from tests.pdfs import text_of
from tests.stories.books import (
    COMPANY,
    PAYMENTS,
    REASON,
    import_files,
    require_integrity,
    trade,
    walk,
)

pytestmark = pytest.mark.django_db(transaction=True)

MONTH = "2025-01"
ACKNOWLEDGE = ("--acknowledge-warnings", REASON)


@pytest.fixture(autouse=True)
def books(tmp_path: Path) -> Path:
    trade(tmp_path)
    return tmp_path


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _month(code: str = MONTH) -> Period:
    return Period.objects.select_related("company").get(company__code=COMPANY, code=code)


def _company() -> Company:
    return Company.objects.get(code=COMPANY)


def _pay(by: str, reference: str = "HAND", day: str = "2025-01-31") -> Payment:
    given = {
        **{"reference": reference, "customer_code": "BETA", "received_on": day},
        **{"amount": "5.00", "method": "cash"},
    }
    with _as_finance(by):
        return record_payment(company=_company(), given=given, by=_user(by))


@contextmanager
def _as_finance(username: str) -> Iterator[None]:
    """Who approves today may have worked in finance earlier in the month."""
    membership = Membership.objects.filter(user__username=username)
    role = membership.get().role
    membership.update(role="finance")
    yield
    membership.update(role=role)


def _close(approver: str = "mo", *options: str, by: str = "ann") -> tuple[dict[str, Any], int]:
    return walk(MONTH, "--approve-as", approver, *ACKNOWLEDGE, *options, "--as", by)


def _acts(username: str, code: str = MONTH) -> list[str]:
    return [one.act for one in prepared_by(_month(code), _user(username))]


def test_what_a_command_imports_without_a_person_bars_no_one() -> None:
    """The books came by ``import_data`` alone; the runs are ann's."""
    closed, status = _close()
    assert (closed["status"], status) == ("locked", 0), closed["reasons"]
    by_no_member = Preparation.objects.filter(user=None)
    assert set(by_no_member.values_list("origin", flat=True)) == {"command"}
    require_integrity()


def test_who_recorded_a_payment_does_not_approve_and_learns_who_could() -> None:
    _pay("mo")
    closed, status = _close("mo")
    assert (closed["status"], closed["stopped_at"], status) == ("open", "lock", 1)
    (reason,) = closed["reasons"]
    assert "payments" in reason
    assert "ida" in reason
    closed, status = _close("ida")
    assert (closed["status"], status) == ("locked", 0), closed["reasons"]


def _allocates(by: str) -> Allocation:
    payment = _pay(by, "ALLOC")
    item = open_items(payment)[0]
    with _as_finance(by):
        place_payment(payment=payment, amounts={item.pk: "5.00"}, by=_user(by))
    return Allocation.objects.latest("id")


def _imports(by: str, folder: Path) -> None:
    path = folder / "by-hand"
    path.mkdir()
    (path / "payments.csv").write_text(f"{PAYMENTS}\nFILE,BETA,2025-01-30,7.00,cash,,,\n")
    imported, status = run("import_data", str(path), "--company", COMPANY, "--as", by)
    assert status == 0, imported


def test_every_kind_of_preparing_is_kept(books: Path) -> None:
    walk(MONTH, "--through", "invoice", *ACKNOWLEDGE)
    _allocates("mo")
    assert _acts("mo") == ["payment", "allocation"]
    _imports("ida", books)
    assert set(_acts("ida")) == {"payment", "import"}


def test_who_accepted_a_finding_prepared(books: Path) -> None:
    import_files(books, payments=f"{PAYMENTS}\nNOBODY,,2025-01-20,15.00,cash,,,")
    walk(MONTH, "--through", "pay", "--as", "mo", *ACKNOWLEDGE)
    assert _acts("mo") == ["acknowledgement"]


def test_runs_over_others_data_prepare_nothing() -> None:
    confirm_run(_month(), by="mo")
    run("close_period", MONTH, "--company", COMPANY, "--as", "mo", "--through", "invoice")
    assert _acts("mo") == []


def test_a_person_who_confirms_single_orders_prepares() -> None:
    order = Order.objects.get(number="S1")
    assert confirm_run(_month(), by="mo", orders=[order.pk]) == 1
    assert _acts("mo") == ["confirmation"]


def test_facts_of_a_later_month_bar_no_one() -> None:
    _pay("mo", day="2025-02-03")
    assert (_acts("mo"), _acts("mo", "2025-02")) == ([], ["payment"])
    assert _close("mo")[0]["status"] == "locked"


def test_an_act_that_was_reversed_bars_no_one() -> None:
    walk(MONTH, "--through", "invoice", *ACKNOWLEDGE)
    payment = _pay("ann", "ALLOC")
    item = open_items(payment)[0]
    with _as_finance("mo"):
        place_payment(payment=payment, amounts={item.pk: "5.00"}, by=_user("mo"))
        assert _acts("mo") == ["allocation"]
        made = Allocation.objects.latest("id")
        undo_allocation(allocation=made, on=date(2025, 1, 31), by=_user("mo"))
    assert _acts("mo") == []


def test_undoing_what_another_allocated_is_an_act_of_ones_own() -> None:
    walk(MONTH, "--through", "invoice", *ACKNOWLEDGE)
    allocation = _allocates("ann")
    with _as_finance("mo"):
        undo_allocation(allocation=allocation, on=date(2025, 1, 31), by=_user("mo"))
    assert _acts("mo") == ["allocation"]


def test_another_preparers_review_frees_and_is_on_the_seal() -> None:
    _pay("mo")
    with pytest.raises(ReviewedByThemselves):
        review_preparation(_month(), _user("mo"), by=_user("mo"))
    review_preparation(_month(), _user("mo"), by=_user("ann"))
    with pytest.raises(NothingToReview):
        review_preparation(_month(), _user("mo"), by=_user("ann"))
    closed, status = _close("mo")
    assert (closed["status"], status) == ("locked", 0), closed["reasons"]
    seal = Seal.objects.get()
    (review,) = seal.details["reviews"]
    assert (review["prepared_by"], review["reviewed_by"]) == ("mo", "ann")
    assert "ann" in text_of(bytes(pack_of(seal.period).content))
    require_integrity()


def test_what_comes_after_a_review_bars_again() -> None:
    _pay("mo")
    review_preparation(_month(), _user("mo"), by=_user("ann"))
    assert _acts("mo") == []
    _pay("mo", "AGAIN")
    assert _acts("mo") == ["payment"]
    assert _close("mo")[0]["stopped_at"] == "lock"


def test_a_reopened_month_begins_without_preparers() -> None:
    _pay("mo")
    assert _close("ida")[0]["status"] == "locked"
    reopened, status = run(
        *("reopen_period", MONTH, "--company", COMPANY, "--reason", REASON),
        *("--as", "ann", "--approve-as", "mo"),
    )
    assert status == 0, reopened
    assert _acts("mo") == []
    assert _close("mo")[0]["status"] == "locked"


def _signed() -> Period:
    closed, _status = walk(MONTH, *ACKNOWLEDGE)
    assert closed["stopped_at"] == "lock", closed
    return _month()


def test_the_database_refuses_it_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: an action that asks for nothing. The trigger of the seal does."""
    _pay("mo")
    month = _signed()
    monkeypatch.setattr(locking, "require_not_prepared", lambda *_args, **_options: None)
    with pytest.raises(IntegrityError, match="periods_seal_law_11_preparers"):
        lock_period(month, by=_user("ann"), approver=_user("mo"))
    assert not Seal.objects.exists()


@pytest.mark.parametrize("origin", ["token:7", "schedule:nightly", "system", ""])
def test_only_a_person_signs_approves_and_locks(origin: str) -> None:
    month = _signed()
    request = request_lock(month, note="", by=_user("ann"))
    for act in (
        lambda: sign_off(month, "report", {}, by=_user("ann")),
        lambda: decide(request, is_granted=True, reason="", seen=request.digest, by=_user("mo")),
        lambda: lock_period(month, by=_user("ann"), approver=_user("mo")),
    ):
        with pytest.raises(IntegrityError, match="law_1[17]"), origin_of(origin):
            act()
    assert not Seal.objects.exists()


def test_no_one_signs_or_asks_for_another() -> None:
    month = _signed()
    row = {"company": month.company, "period": month, "step": "report", "digest": "0"}
    with pytest.raises(IntegrityError, match="periods_signoff_law_11"), acting("ann"):
        SignOff.objects.create(signed_by=_user("mo"), **row)
    asked = {
        **{"company": month.company, "kind": "lock", "period": month, "digest": "0"},
        **{"document_kind": "period", "document_id": month.pk, "document_number": month.code},
    }
    with pytest.raises(IntegrityError, match="desk_approval_law_11"), acting("ann"):
        Approval.objects.create(requested_by=_user("mo"), **asked)


@pytest.mark.parametrize("decider", ["otto", "rita"])
def test_only_an_active_approver_decides(decider: str) -> None:
    request = request_lock(_signed(), note="", by=_user("ann"))
    with pytest.raises(IntegrityError, match="desk_approval_law_11"), acting(decider):
        execute(
            "UPDATE desk_approval SET decided_by_id = %s, decided_at = now(), is_granted = true"
            " WHERE id = %s",
            *(_user(decider).pk, request.pk),
        )


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM periods_preparation",
        "UPDATE periods_preparation SET user_id = NULL",
        "DELETE FROM periods_preparationreview",
    ],
)
def test_what_was_prepared_stays(statement: str) -> None:
    _pay("mo")
    review_preparation(_month(), _user("mo"), by=_user("ann"))
    with pytest.raises(DatabaseError), transaction.atomic():
        execute(statement)


def test_a_company_of_one_person_says_so_on_seal_and_pack() -> None:
    closed, status = _close("mo", by="mo")
    assert (closed["stopped_at"], status) == ("lock", 1)
    assert _set_single_person("ann", "on") == 403
    assert _set_single_person("ida", "on", reason="") == 200
    assert _company().single_person_since is None
    assert _set_single_person("ida", "on") == 302
    _pay("mo")
    closed, status = _close("mo", by="mo")
    assert (closed["status"], status) == ("locked", 0), closed["reasons"]
    seal = Seal.objects.get()
    assert seal.is_single_person
    assert (seal.sealed_by, seal.approved_by) == (_user("mo"), _user("mo"))
    assert seal.details["single_person"]["reason"] == "We are two at most"
    assert "We are two at most" in text_of(bytes(pack_of(seal.period).content))
    page = _client("otto").get(f"/closing/{COMPANY}/{MONTH}/lock/").content.decode()
    assert "We are two at most" in page
    require_integrity()


def test_the_database_grants_one_person_only_what_the_company_allows() -> None:
    month = _signed()
    with pytest.raises(IntegrityError, match="desk_approval"), acting("mo"):
        Approval.objects.create(
            **{"company": month.company, "kind": "lock", "period": month, "digest": "0"},
            **{"document_kind": "period", "document_id": 1, "document_number": month.code},
            requested_by=_user("mo"),
            is_single_person=True,
        )


def test_by_pages_who_prepared_sees_why_and_another_reviews() -> None:
    _pay("mo")
    _signed()
    url = f"/closing/{COMPANY}/{MONTH}/lock/"
    ann, mo = _client("ann"), _client("mo")
    ann.post(f"/closing/{COMPANY}/{MONTH}/count/")
    ann.post(f"{url}ask/", {"idempotency_key": "a"})
    request = Approval.objects.get(kind="lock")
    page = mo.get(url).content.decode()
    assert 'value="lock"' not in page
    sent = {"decision": "lock", "seen": request.digest}
    refused = mo.post(f"{url}{request.pk}/", {**sent, "idempotency_key": "b"})
    assert refused.status_code == 409
    review = f"{url}review/{_user('mo').pk}/"
    assert mo.post(review, {"idempotency_key": "c"}).status_code == 409
    assert review in ann.get(url).content.decode()
    assert ann.post(review, {"idempotency_key": "d"}).status_code == 302
    assert 'value="lock"' in mo.get(url).content.decode()
    locked = mo.post(f"{url}{request.pk}/", {**sent, "idempotency_key": "e"})
    assert locked.status_code == 302, locked.content.decode()
    assert _month().status == "locked"


def test_where_an_act_came_from_is_kept() -> None:
    given = {
        **{"reference": "PAGE", "customer_code": "BETA", "received_on": "2025-01-31"},
        **{"amount": "5.00", "method": "cash", "idempotency_key": "p"},
    }
    assert _client("ann").post("/payments/new/", given).status_code == 302
    _pay("ann")
    with origin_of("token:7"):
        _pay("ann", "TOKEN")
    found = Preparation.objects.filter(user=_user("ann"), act="payment").order_by("id")
    assert [one.origin for one in found] == ["person", "command", "token:7"]


def _client(username: str) -> Client:
    client = Client()
    client.force_login(_user(username))
    return client


def _set_single_person(username: str, value: str, reason: str = "We are two at most") -> int:
    form = {
        **{"name": "Shop", "language": "en", "zero_category": "zero_rated"},
        **{"invoice_prefix": "INV", "credit_note_prefix": "CN", "single_person": value},
        **{"single_person_reason": reason, "idempotency_key": f"{username}{reason}"},
    }
    return _client(username).post("/settings/company/", form).status_code
