"""Invitations: who joins a company accepts one, once; who invites learns nothing of who exists."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from closing_site.companies.actions import add_member
from closing_site.companies.errors import InvitationClosed
from closing_site.companies.invitations import accept_as_new, accept_invitation, invite
from closing_site.companies.models import AuditEntry, Company, Invitation, Membership, User
from tests.closing_site.companies.conftest import books
from tests.pages_of_entry import client_of, key_of, said, send

pytestmark = pytest.mark.django_db

WORD = "three blue boats"
NEW = {"username": "bo", "last_name": "Li", "first_name": "Bo", "password1": WORD}
NEW["password2"] = WORD
ADDRESS = re.compile(r"http://testserver(/invitation/[^<\s]+)")


@pytest.fixture
def company(db: None) -> Company:
    return books("NW", [("admin", "admin"), ("ann", "finance")])


@pytest.fixture
def other(db: None) -> Company:
    return books("OTHER", [("stranger", "admin"), ("dora", "manager")])


def invited(admin: Client, person: str = "Bo Li", role: str = "manager") -> str:
    """The path of the link that the administrator is shown."""
    made = send(admin, "/people/", {"person": person, "role": role})
    assert made.status_code == 302, said(made)
    page = admin.get(made.headers["Location"]).content.decode()
    found = ADDRESS.search(page)
    assert found, page
    return found[1]


def works_in(user: str, company: Company) -> str | None:
    found = Membership.objects.filter(user__username=user, company=company)
    return found.values_list("role", flat=True).first()


def test_a_new_person_chooses_name_and_password_and_joins(company: Company) -> None:
    path, theirs = invited(client_of("admin")), Client()
    assert "Invitation to" in said(theirs.get(path))
    joined = theirs.post(path, NEW)
    assert joined.headers["Location"] == "/"
    assert works_in("bo", company) == "manager"
    assert "Welcome" in said(theirs.get("/"))
    assert User.objects.get(username="bo").check_password(WORD)
    # Once: the link opens nothing more, for no one.
    assert Client().get(path).status_code == 409
    assert Client().post(path, {**NEW, "username": "eve"}).status_code == 409
    entries = AuditEntry.objects.filter(document_kind="invitation").order_by("id")
    assert [(e.actor, e.action, e.document_number) for e in entries] == [
        ("admin", "invited", "Bo Li"),
        ("bo", "accepted", "Bo Li"),
    ]
    assert "Accepted by: bo" in said(client_of("admin").get("/audit/"))


def test_who_exists_joins_only_by_accepting(company: Company, other: Company) -> None:
    path = invited(client_of("admin"), "dora")
    assert works_in("dora", company) is None
    dora = client_of("dora")
    assert "Accept as dora" in said(dora.get(path))
    # Looking at a link accepts nothing.
    assert works_in("dora", company) is None
    assert dora.post(path).headers["Location"] == "/"
    assert (works_in("dora", company), works_in("dora", other)) == ("manager", "manager")
    assert dora.get("/").context["request"].company == company
    assert client_of("ann").post(path).status_code == 409


def test_who_signs_in_first_comes_back_to_the_invitation(company: Company, other: Company) -> None:
    dora = User.objects.get(username="dora")
    dora.set_password(WORD)
    dora.save()
    path, theirs = invited(client_of("admin")), Client()
    assert f"/sign-in/?next={path}" in theirs.get(path).content.decode()
    sent = {"username": "dora", "password": WORD, "next": path}
    assert theirs.post("/sign-in/", sent).headers["Location"] == path
    assert theirs.post(path).status_code == 302
    assert works_in("dora", company) == "manager"


def test_inviting_tells_nothing_of_who_exists(company: Company, other: Company) -> None:
    """An administrator sees the same, whatever they call the person."""
    admin, pages = client_of("admin"), set()
    for person in ("dora", "ann", "no-one"):
        made = send(admin, "/people/", {"person": person, "role": "finance"})
        page = admin.get(made.headers["Location"])
        text = said(page).replace(person, "").replace(ADDRESS.findall(page.content.decode())[0], "")
        pages.add((made.status_code, page.status_code, text))
    assert len(pages) == 1
    assert User.objects.filter(username="no-one").count() == 0


def test_a_link_tries_few_names(company: Company, other: Company) -> None:
    path, theirs = invited(client_of("admin")), Client()
    for name in ("dora", "Dora", "ann", "stranger", "admin"):
        answer = theirs.post(path, {**NEW, "username": name})
        assert answer.status_code == 200
        assert "is taken" in said(answer)
    assert theirs.post(path, NEW).status_code == 409
    assert User.objects.get(username="dora").check_password(WORD) is False
    assert works_in("dora", company) is None


def test_a_bad_password_or_name_is_refused_and_the_link_stays(company: Company) -> None:
    path, theirs = invited(client_of("admin")), Client()
    for wrong in (
        {"password1": "bo", "password2": "bo"},
        {"password2": "other words here"},
        {"username": "bo li"},
        {"username": ""},
        {"username": "threebluebo", "password1": "threebluebo1", "password2": "threebluebo1"},
    ):
        assert theirs.post(path, {**NEW, **wrong}).status_code == 200, wrong
    assert theirs.post(path, NEW).status_code == 302


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def test_a_link_expires(company: Company, clock: Any) -> None:
    path = invited(client_of("admin"))
    clock.shift(timedelta(days=7) - timedelta(seconds=1))
    assert Client().get(path).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert Client().get(path).status_code == 409
    assert Client().post(path, NEW).status_code == 409


def test_an_invitation_is_withdrawn(company: Company) -> None:
    admin = client_of("admin")
    path = invited(admin)
    invitation = Invitation.objects.get()
    page = f"/people/invitations/{invitation.pk}/"
    assert "Bo Li" in said(admin.get("/people/"))
    key = key_of(admin.get(page))
    for _ in range(2):
        answer = admin.post(f"{page}withdraw/", {"idempotency_key": key})
        assert answer.headers["Location"] == "/c/NW/people/"
    assert Client().post(path, NEW).status_code == 409
    assert "http" not in said(admin.get(page))
    last = AuditEntry.objects.filter(document_kind="invitation").latest("id")
    assert (last.actor, last.action) == ("admin", "withdrawn")


def test_who_leaves_leaves_no_door_open(company: Company) -> None:
    path = invited(client_of("admin"))
    add_member(company=company, username="boss", role="admin", by="test")
    Membership.objects.filter(user__username="admin").update(is_active=False)
    assert Client().get(path).status_code == 409


def test_a_link_cannot_be_made_from_the_database(company: Company) -> None:
    path = invited(client_of("admin"))
    key = Invitation.objects.get().key
    token = path.rstrip("/").rpartition("/")[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT i::text FROM companies_invitation AS i")
        assert token not in cursor.fetchone()[0]
    for guess in (key.hex, str(key), f"{key.hex}:", f"{token}x", "0", "x" * 300):
        assert Client().get(f"/invitation/{guess}/").status_code == 409


def test_of_two_who_accept_the_second_is_refused(company: Company, other: Company) -> None:
    """As read before the first accepted."""
    invitation = invite(
        company=company, person="?", role="auditor", by=User.objects.get(username="admin")
    )
    accept_invitation(invitation=invitation, by=User.objects.get(username="dora"))
    with pytest.raises(InvitationClosed):
        accept_invitation(invitation=invitation, by=User.objects.get(username="stranger"))
    with pytest.raises(InvitationClosed):
        accept_as_new(
            invitation=invitation, username="eve", first_name="", last_name="", password=WORD
        )
    assert not User.objects.filter(username="eve").exists()


def test_who_works_here_keeps_their_role_and_who_is_inactive_comes_back(company: Company) -> None:
    path, ann = invited(client_of("admin")), client_of("ann")
    assert ann.post(path).status_code == 409
    assert works_in("ann", company) == "finance"
    Membership.objects.filter(user__username="ann").update(is_active=False)
    assert ann.post(path).status_code == 302
    found = Membership.objects.get(user__username="ann")
    assert (found.role, found.is_active) == ("manager", True)


def test_another_companys_invitation_is_not_found(company: Company, other: Company) -> None:
    invited(client_of("stranger"))
    page = f"/people/invitations/{Invitation.objects.get().pk}/"
    admin = client_of("admin")
    assert admin.get(page).status_code == 404
    assert admin.post(f"{page}withdraw/", {"idempotency_key": "k"}).status_code == 404
    assert client_of("ann").get(page).status_code == 403
