"""An approver names another who stands in for them: dated, with a reason, and it lifts no bar."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from closing_site.acting import acting
from closing_site.companies.errors import (
    BeginsInThePast,
    EndsBeforeItBegins,
    NoDeputyToEnd,
    OwnDeputy,
    RoleMayNot,
)
from closing_site.companies.models import AuditEntry, Company, Deputy, User
from closing_site.desk.deputies import (
    deputies_on,
    end_deputy,
    name_deputy,
    stands_in_for,
    today_in,
)
from closing_site.periods.models import Period, Seal
from payments.actions.recording import record_payment
from reports.pack import rendered
from tests.commands import run
from tests.pages_of_entry import client_of, said, send
from tests.pdfs import text_of
from tests.stories.books import COMPANY, LOCK, import_parties, open_company

pytestmark = pytest.mark.django_db
#: A run is watched over a connection of its own.
watched = pytest.mark.django_db(transaction=True)

REASON = "On holiday"


def company() -> Company:
    return Company.objects.get(code=COMPANY)


def user(name: str) -> User:
    return User.objects.get(username=name)


def name(deputy: str, by: str, starts_in: int = 0, ends_in: int = 30) -> Deputy:
    today = today_in(company())
    return name_deputy(
        company=company(),
        deputy=deputy,
        starts_on=today + timedelta(days=starts_in),
        ends_on=today + timedelta(days=ends_in),
        reason=REASON,
        by=user(by),
    )


def standing(days: int = 0) -> list[tuple[str, str]]:
    found = deputies_on(company().pk, today_in(company()) + timedelta(days=days))
    return [(one.approver.username, one.deputy.username if one.deputy else "") for one in found]


def test_an_approver_names_another_for_a_time_and_ends_it() -> None:
    open_company()
    name("ida", "mo", 0, 2)
    name("ida", "mo", 10, 12)
    assert [standing(days) for days in (0, 2, 3, 11)] == [
        [("mo", "ida")],
        [("mo", "ida")],
        [],
        [("mo", "ida")],
    ]
    end_deputy(company=company(), reason="Back", by=user("mo"))
    assert [standing(days) for days in (0, 11)] == [[], []]
    with pytest.raises(NoDeputyToEnd):
        end_deputy(company=company(), reason="Back", by=user("ida"))
    entries = AuditEntry.objects.filter(document_kind="deputy")
    assert [entry.actor for entry in entries] == ["mo", "mo", "mo"]


def test_who_may_not() -> None:
    open_company()
    for deputy, by, expected in (
        ("mo", "mo", OwnDeputy),
        ("ann", "mo", RoleMayNot),
        ("mo", "ann", RoleMayNot),
    ):
        with pytest.raises(expected):
            name(deputy, by)
    with pytest.raises(EndsBeforeItBegins):
        name("ida", "mo", 5, 4)
    with pytest.raises(BeginsInThePast):
        name("ida", "mo", -1)
    # Nor past the program: another's, or someone who does not approve.
    for approver, deputy in (("ida", "mo"), ("mo", "ann")):
        with pytest.raises(IntegrityError, match="deputy"), transaction.atomic(), acting("mo"):
            Deputy.objects.create(
                company=company(),
                approver=user(approver),
                deputy=user(deputy),
                starts_on=date(2030, 1, 1),
                ends_on=date(2030, 1, 2),
                reason=REASON,
            )
    made = name("ida", "mo")
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        Deputy.objects.filter(pk=made.pk).update(reason="Another")


@watched
def test_a_deputy_approves_the_lock_and_the_seal_says_for_whom(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    name("ida", "mo")
    given = {"reference": "P1", "customer_code": "ACME", "received_on": "2025-01-05"}
    record_payment(
        company=company(), given={**given, "amount": "5", "method": "cash"}, by=user("ann")
    )
    options = ("2025-01", "--company", COMPANY, "--as", "ann")
    lock = ["ida" if option == "mo" else option for option in LOCK]
    closed, status = run("close_period", *options, *lock)
    assert (closed["status"], status) == ("locked", 0), closed["reasons"]
    seal = Seal.objects.get()
    (deputy,) = seal.details["deputy_of"]
    assert (deputy["user"], deputy["reason"]) == ("mo", REASON)
    assert REASON in text_of(rendered(seal))
    page = said(client_of("ann").get(f"/closing/{COMPANY}/2025-01/lock/"))
    assert f"mo ({deputy['until']}): {REASON}" in page


@watched
def test_it_lifts_no_bar(tmp_path: Path) -> None:
    """Who signed a step does not approve, for whomever they stand in."""
    open_company()
    name("ida", "mo")
    closed, status = run(
        *("close_period", "2025-01", "--company", COMPANY, "--as", "ida"),
        *("--approve-as", "ida", "--acknowledge-warnings", REASON),
    )
    assert (closed["stopped_at"], status) == ("lock", 1)
    assert Period.objects.get(code="2025-01").status == "open"


def test_the_pages_name_list_and_end() -> None:
    open_company()
    mo, today = client_of("mo"), today_in(company())
    form = {"deputy": "ida", "starts_on": today.isoformat(), "reason": REASON}
    assert f'value="{today.isoformat()}"' in mo.get("/deputies/new/").content.decode()
    wrong = send(mo, "/deputies/new/", {**form, "ends_on": "2020-01-01"})
    assert wrong.status_code == 200
    ends_on = (today + timedelta(days=3)).isoformat()
    assert send(mo, "/deputies/new/", {**form, "ends_on": ends_on}).status_code == 302
    assert REASON in said(client_of("otto").get("/deputies/"))
    assert "stand in for mo" in said(client_of("ida").get("/"))
    (one,) = stands_in_for(company().pk, user("ida").pk, today)
    assert one.approver.username == "mo"
    assert client_of("ann").get("/deputies/new/").status_code == 403
    assert send(mo, "/deputies/end/", {"reason": "Back"}).status_code == 302
    assert standing() == []
