"""The support screens show everything to staff, and let superusers change people and roles."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from closing_site.companies.models import AuditEntry, Company, Membership, User
from closing_site.companies.read_only_admin import ReadOnlyAdmin
from tests.closing_site.companies.conftest import SignedIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(northwind: Company) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_who_is_no_staff_does_not_find_it(northwind: Company, signed_in: SignedIn) -> None:
    assert signed_in("admin").get("/admin/").status_code == 404


def test_who_is_not_signed_in_meets_the_programs_own_sign_in(client: Client) -> None:
    answer = client.get("/admin/login/")
    assert answer.headers["Location"].startswith("/sign-in/")


def test_every_list_and_row_can_be_looked_at(root: Client) -> None:
    for model, screen in admin.site._registry.items():
        names = model._meta.app_label, model._meta.model_name
        assert root.get(reverse("admin:{}_{}_changelist".format(*names))).status_code == 200
        if row := model._default_manager.first():
            page = root.get(reverse("admin:{}_{}_change".format(*names), args=[row.pk]))
            assert page.status_code == 200
            if isinstance(screen, ReadOnlyAdmin):
                assert 'name="_save"' not in page.content.decode()


def test_books_and_audit_are_not_changed_here(root: Client, northwind: Company) -> None:
    change = reverse("admin:companies_company_change", args=[northwind.pk])
    assert root.post(change, {"name": "Southwind"}).status_code == 403
    assert root.get(reverse("admin:companies_company_add")).status_code == 403
    entry = AuditEntry.objects.first()
    assert entry
    gone = reverse("admin:companies_auditentry_delete", args=[entry.pk])
    assert root.post(gone, {"post": "yes"}).status_code == 403


def test_a_role_given_here_is_in_the_audit_under_the_givers_name(
    root: Client, northwind: Company
) -> None:
    new = User.objects.create_user("new")
    given = {"company": northwind.pk, "user": new.pk, "role": "auditor"}
    assert root.post(reverse("admin:companies_membership_add"), given).status_code == 302
    member = Membership.objects.get(user=new)
    gone = reverse("admin:companies_membership_delete", args=[member.pk])
    assert root.post(gone, {"post": "yes"}).status_code == 302
    entries = AuditEntry.objects.filter(document_kind="membership", document_number="new")
    assert [(e.actor, e.action) for e in entries.order_by("id")] == [
        ("root", "added"),
        ("root", "removed"),
    ]


def test_staff_who_are_no_superusers_look_at_books_and_change_no_one(
    northwind: Company, client: Client
) -> None:
    client.force_login(User.objects.create_user("support", is_staff=True))
    for name in ("companies_company", "companies_auditentry", "periods_period", "periods_seal"):
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    assert client.get(reverse("admin:companies_membership_add")).status_code == 403
    assert client.get(reverse("admin:companies_user_add")).status_code == 403
