"""The support screens show staff their own companies alone, and let superusers change people."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from closing_site.companies.actions import add_member
from closing_site.companies.models import AuditEntry, Company, Membership, User
from closing_site.companies.read_only_admin import OfOwnCompanies, ReadOnlyAdmin
from closing_site.periods.models import Period, Seal
from tests.closing_site.companies.conftest import SignedIn
from tests.commands import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(northwind: Company) -> Client:
    """They work in Northwind, as an auditor."""
    client, user = Client(), User.objects.create_superuser("root")
    add_member(company=northwind, username="root", role="auditor", by="test")
    client.force_login(user)
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


OF_A_COMPANY = {
    "companies_company": Company,
    "companies_auditentry": AuditEntry,
    "companies_membership": Membership,
    "periods_period": Period,
    "periods_seal": Seal,
}


def test_no_flag_of_django_shows_a_company_to_who_does_not_work_there(
    root: Client, northwind: Company, other_company: Company, client: Client
) -> None:
    """Lists with their counts and filters, rows, histories, what looks rows up."""
    support = User.objects.create_user("support", is_staff=True)
    client.force_login(support)
    Membership.objects.create(company=other_company, user=support, role="admin", is_active=False)
    for person, hidden in ((client, ("NW", "OTHER")), (root, ("OTHER",))):
        for name, model in OF_A_COMPANY.items():
            changes = reverse(f"admin:{name}_changelist")
            for query in ("", "?all=", "?q=", "?company__id__exact=2", "?_popup=1"):
                shown = person.get(changes + query).content.decode()
                assert not [code for code in hidden if f">{code}<" in shown], (name, query)
            if model is not Company:
                asked = person.get(f"{changes}?of=OTHER")
                assert not asked.context["cl"].queryset.filter(company=other_company).exists()
            row = model._default_manager.filter(
                **{"pk" if model is Company else "company": other_company.pk}
            ).first()
            for page in ("change", "history", "delete"):
                if row is None:
                    continue
                answer = person.get(reverse(f"admin:{name}_{page}", args=[row.pk]))
                assert answer.status_code in (302, 403, 404), (name, page)
        found = person.get(
            "/admin/autocomplete/?app_label=companies&model_name=membership&field_name=company"
        )
        assert "OTHER" not in found.content.decode()
        assert "OTHER" not in person.get("/admin/").content.decode()


def test_every_screen_of_a_companys_rows_shows_own_companies_alone() -> None:
    for model, screen in admin.site._registry.items():
        has_company = model is Company or hasattr(model, "company")
        assert has_company == isinstance(screen, OfOwnCompanies), model
        assert not has_company or "company" not in screen.list_filter


def test_no_one_gets_into_a_company_by_roles_or_passwords_given_here(
    root: Client, northwind: Company, other_company: Company
) -> None:
    given = {"company": other_company.pk, "user": User.objects.get(username="root").pk}
    add = reverse("admin:companies_membership_add")
    assert root.post(add, {**given, "role": "admin"}).status_code == 403
    mine = Membership.objects.get(user__username="root")
    change = reverse("admin:companies_membership_change", args=[mine.pk])
    assert root.post(change, {"company": northwind.pk, "role": "admin"}).status_code == 403
    word = {"password1": "three blue boats", "password2": "three blue boats"}
    for name, status in (("stranger", 403), ("finance", 302)):
        person = User.objects.get(username=name)
        changing = reverse("admin:auth_user_password_change", args=[person.pk])
        assert root.post(changing, {**word, "usable_password": "true"}).status_code == status, name
    told = AuditEntry.objects.filter(action="password_set")
    assert [(e.actor, e.document_number) for e in told] == [("root", "finance")]


def test_the_machines_own_command_gives_a_company_its_people(northwind: Company) -> None:
    assert run("add_member", "--company", "NW", "new:admin")[0]["members"] == [
        {"user": "new", "role": "admin"}
    ]
    entry = AuditEntry.objects.get(document_kind="membership", document_number="new")
    assert (entry.actor, entry.action) == ("add_member", "added")


def test_staff_who_are_no_superusers_change_no_one(northwind: Company, client: Client) -> None:
    client.force_login(User.objects.create_user("support", is_staff=True))
    for name in ("companies_company", "companies_auditentry", "periods_period", "periods_seal"):
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    assert client.get(reverse("admin:companies_membership_add")).status_code == 403
    assert client.get(reverse("admin:companies_user_add")).status_code == 403
