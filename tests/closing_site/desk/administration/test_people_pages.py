"""An administrator's pages of people; one's own preferences."""

import re

import pytest
from django.test import Client

from closing_site.companies.actions import add_member, change_password
from closing_site.companies.errors import NotAMember
from closing_site.companies.members import require_role
from closing_site.companies.models import AuditEntry, Company, Membership, Role, User
from tests.closing_site.companies.conftest import books
from tests.entering import the_shop
from tests.pages_of_entry import client_of, said, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def member(username: str) -> Membership:
    return Membership.objects.get(user__username=username, company__code="NW")


WORD = "three blue boats"


def first_password_address(admin: Client, pk: int) -> str:
    page = admin.post(f"/people/{pk}/password/").content.decode()
    found = re.search(r"http://testserver(/first-password/[^<\s]+)", page)
    assert found
    return found[1]


def test_who_has_no_password_sets_one_by_an_address_that_works_once(shop: Company) -> None:
    admin = client_of("admin")
    made = add_member(company=shop, username="bo", role="finance", by="test")
    address = first_password_address(admin, made.pk)
    theirs = Client()
    path = theirs.get(address, follow=True).redirect_chain[-1][0]
    assert theirs.post(path, {"new_password1": WORD, "new_password2": WORD}).status_code == 302
    signed_in = theirs.post("/sign-in/", {"username": "bo", "password": WORD})
    assert signed_in.headers["Location"] == "/"
    assert "used already" in said(Client().get(address, follow=True))


def test_an_address_of_before_opens_nothing_once_they_work_elsewhere(shop: Company) -> None:
    """Else the first company's administrator kept a key to what they do in the second."""
    made = add_member(company=shop, username="bo", role="finance", by="test")
    address = first_password_address(client_of("admin"), made.pk)
    books("OTHER", [("stranger", "admin"), ("bo", "manager")])
    assert "used already" in said(Client().get(address, follow=True))


def test_a_role_is_changed_and_taken_away_with_a_trace(shop: Company) -> None:
    admin = client_of("admin")
    clerk = member("auditor")
    send(admin, f"/people/{clerk.pk}/", {"role": "manager"})
    assert member("auditor").role == "manager"
    assert send(admin, f"/people/{clerk.pk}/remove/", {}).status_code == 302
    assert not Membership.objects.filter(pk=clerk.pk).exists()
    traces = AuditEntry.objects.filter(document_kind="membership", document_number="auditor")
    assert [(t.actor, t.action) for t in traces.order_by("id")][-2:] == [
        ("admin", "changed"),
        ("admin", "removed"),
    ]


def test_the_last_administrator_stays(shop: Company) -> None:
    admin, own = client_of("admin"), member("admin")
    for url, data in (
        (f"/people/{own.pk}/", {"role": "finance"}),
        (f"/people/{own.pk}/remove/", {}),
    ):
        assert "is the only administrator" in said(send(admin, url, data))
    assert member("admin").role == "admin"


def test_who_is_inactive_works_nowhere_in_the_company_until_let_in_again(shop: Company) -> None:
    admin, clerk, theirs = client_of("admin"), member("finance"), client_of("finance")
    page = f"/people/{clerk.pk}/"
    assert theirs.get("/orders/").status_code == 200
    send(admin, f"{page}active/", {"active": "0"}, key="key-0")
    assert not member("finance").is_active
    assert theirs.get("/orders/").status_code == 403
    with pytest.raises(NotAMember):
        require_role(shop, "finance", frozenset(Role))
    send(admin, f"{page}active/", {"active": "1"}, key="key-1")
    assert theirs.get("/orders/").status_code == 200
    own = member("admin")
    answer = send(admin, f"/people/{own.pk}/active/", {"active": "0"}, key="own")
    assert answer.status_code == 409


def test_an_inactive_administrator_is_not_the_other_one(shop: Company) -> None:
    add_member(company=shop, username="bo", role="admin", by="test")
    admin, own = client_of("admin"), member("admin")
    send(admin, f"/people/{member('bo').pk}/active/", {"active": "0"}, key="bo")
    answer = send(admin, f"/people/{own.pk}/", {"role": "finance"})
    assert "is the only administrator" in said(answer)


def test_no_administrator_has_power_over_another_companys_people(shop: Company) -> None:
    other = books("OTHER", [("stranger", "admin")])
    admin = client_of("admin")
    theirs = Membership.objects.get(company=other)
    assert admin.get(f"/people/{theirs.pk}/").status_code == 404
    add_member(company=shop, username="stranger", role="auditor", by="test")
    here = member("stranger")
    answer = admin.post(f"/people/{here.pk}/password/", {"idempotency_key": "password"})
    assert answer.status_code == 409
    assert "works in another company too" in said(answer)
    # What they do here is this company's to end, and nothing else is.
    send(admin, f"/people/{here.pk}/active/", {"active": "0"}, key="active")
    assert not member("stranger").is_active
    assert Membership.objects.get(pk=theirs.pk).is_active
    assert User.objects.get(username="stranger").is_active
    assert client_of("stranger").get("/people/").status_code == 200


@pytest.mark.parametrize("role", ["sales_rep", "finance", "manager", "auditor"])
def test_only_administrators_see_people(shop: Company, role: str) -> None:
    assert client_of(role).get("/people/").status_code == 403


def test_a_person_keeps_their_own_preferences_and_password(shop: Company) -> None:
    User.objects.get(username="auditor").set_password("x")
    auditor = User.objects.get(username="auditor")
    auditor.set_password("old boats sail on")
    auditor.save()
    client = Client()
    client.force_login(auditor)
    kept = {"first_name": "Li", "last_name": "Sun", "language": "zh-hans", "theme": "dark"}
    assert client.post("/preferences/", kept).status_code == 302
    auditor.refresh_from_db()
    assert (auditor.language, auditor.theme, auditor.first_name) == ("zh-hans", "dark", "Li")
    wrong = {"old_password": "no", "new_password1": "a", "new_password2": "a"}
    assert client.post("/preferences/", wrong).status_code == 200
    word = "new boats sail too"
    right = {"old_password": "old boats sail on", "new_password1": word, "new_password2": word}
    assert client.post("/preferences/", right).status_code == 302
    assert client.get("/preferences/").status_code == 200
    auditor.refresh_from_db()
    assert auditor.check_password(word)


def test_what_changes_of_a_person_stands_in_the_audit_and_a_password_never_does(
    shop: Company,
) -> None:
    admin, auditor = client_of("admin"), member("auditor")
    send(admin, f"/people/{auditor.pk}/active/", {"active": "0"}, "key")
    change_password(user=auditor.user, password="a good one, this")
    kept = AuditEntry.objects.filter(document_number="auditor").order_by("id")
    assert [(row.actor, row.document_kind, row.action) for row in kept][-2:] == [
        ("admin", "membership", "changed"),
        ("auditor", "person", "password_set"),
    ]
    changed, password = list(kept)[-2:]
    assert changed.before
    assert changed.after
    assert (changed.before["is_active"], changed.after["is_active"]) == (True, False)
    assert "password" not in {**(password.before or {}), **(password.after or {})}
    assert "Active: yes → no" in said(admin.get("/audit/"))


def test_signing_in_is_no_change_of_a_person(shop: Company) -> None:
    client_of("auditor")
    assert not AuditEntry.objects.filter(document_kind="person", actor="auditor").exists()
