"""An administrator's pages of people; one's own preferences."""

import re

import pytest
from django.test import Client

from closing_site.companies.actions import add_member, change_password
from closing_site.companies.models import AuditEntry, Company, Membership, User
from tests.closing_site.companies.conftest import books
from tests.entering import open_shop
from tests.pages_of_entry import client_of, said, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None) -> Company:
    return open_shop()


def member(username: str) -> Membership:
    return Membership.objects.get(user__username=username, company__code="NW")


def test_a_person_is_added_and_sets_a_password_by_an_address_that_works_once(
    shop: Company,
) -> None:
    admin = client_of("admin")
    new = {"username": "bo", "first_name": "Bo", "last_name": "Li", "role": "finance"}
    added = send(admin, "/people/", new)
    assert added.status_code == 302
    made = member("bo")
    assert (made.role, made.user.get_full_name()) == ("finance", "Bo Li")
    assert not made.user.has_usable_password()
    assert "has a role here already" in said(send(admin, "/people/", new))
    page = admin.post(f"/people/{made.pk}/password/").content.decode()
    found = re.search(r"http://testserver(/first-password/[^<\s]+)", page)
    assert found
    theirs = Client()
    form = theirs.get(found[1], follow=True)
    path = form.redirect_chain[-1][0]
    word = "three blue boats"
    assert theirs.post(path, {"new_password1": word, "new_password2": word}).status_code == 302
    signed_in = theirs.post("/sign-in/", {"username": "bo", "password": word})
    assert signed_in.headers["Location"] == "/"
    assert "used already" in said(Client().get(found[1], follow=True))


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


def test_who_may_not_sign_in_is_let_in_again(shop: Company) -> None:
    admin, clerk = client_of("admin"), member("finance")
    page = f"/people/{clerk.pk}/"
    for active in ("0", "1"):
        send(admin, f"{page}active/", {"active": active}, key=f"key-{active}")
        assert User.objects.get(username="finance").is_active == (active == "1")
    own = member("admin")
    answer = send(admin, f"/people/{own.pk}/active/", {"active": "0"}, key="own")
    assert answer.status_code == 409


def test_no_administrator_has_power_over_another_companys_people(shop: Company) -> None:
    other = books("OTHER", [("stranger", "admin")])
    admin = client_of("admin")
    theirs = Membership.objects.get(company=other)
    assert admin.get(f"/people/{theirs.pk}/").status_code == 404
    add_member(company=shop, username="stranger", role="auditor", by="test")
    here = member("stranger")
    for act in ("password", "active"):
        answer = admin.post(f"/people/{here.pk}/{act}/", {"active": "0", "idempotency_key": act})
        assert answer.status_code == 409
        assert "works in another company too" in said(answer)
    assert User.objects.get(username="stranger").is_active


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
    kept = AuditEntry.objects.filter(document_kind="person").order_by("id")
    assert [(row.actor, row.action, row.document_number) for row in kept] == [
        ("admin", "changed", "auditor"),
        ("auditor", "password_set", "auditor"),
    ]
    first = kept[0]
    assert first.before
    assert first.after
    assert (first.before["is_active"], first.after["is_active"]) == (True, False)
    assert "password" not in {**first.before, **first.after}
    assert "May sign in: yes → no" in said(admin.get("/audit/"))


def test_signing_in_is_no_change_of_a_person(shop: Company) -> None:
    client_of("auditor")
    assert not AuditEntry.objects.filter(document_kind="person", actor="auditor").exists()
