"""Companies on two databases: SHOP's books lie on ``north``, HOMECO's at home."""

from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from closing_site import environment, placing, sql
from closing_site.companies import invitations
from closing_site.companies.actions import change_password, create_company
from closing_site.companies.errors import CompanyElsewhere
from closing_site.companies.models import Membership, User
from closing_site.companies.people import password_address, works_elsewhere
from closing_site.desk.models import Approval
from closing_site.periods.models import Seal
from tests.closing_site.placing.two import (
    HOMECO,
    MONTH,
    NORTH,
    PASSWORD,
    as_process,
    away,
    environment_of,
    rows,
    signed_in,
    trade,
)
from tests.closing_site.wizard import by_pages
from tests.commands import run
from tests.databases import Databases
from tests.stories.books import COMPANY, close

#: Tables of what a company does; none of home's has a row of SHOP.
OF_BUSINESS = ("orders_order", "invoicing_invoice", "payments_payment", "customers_customer")


pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner", NORTH]),
    pytest.mark.usefixtures("north"),
]


def test_a_month_is_closed_on_the_second_database_alone(companies: None, tmp_path: Path) -> None:
    with placing.at(NORTH):
        trade(tmp_path)
        totals = close(MONTH)
        report, status = run("verify_integrity", "--company", COMPANY)
        assert (status, rows("orders_order"), rows("invoicing_invoice")) == (0, 2, 2), report
    assert totals["gross"] == "357.00"
    assert not any(rows(table) for table in OF_BUSINESS)
    assert not sql.value(
        "SELECT count(*) FROM companies_company WHERE code = %(c)s", {"c": COMPANY}
    )
    assert run("verify_integrity", "--company", HOMECO)[1] == 0
    # Its pages show it, streamed files too; those of the company at home do not.
    ann = signed_in("ann")
    page = ann.get(f"/c/{COMPANY}/orders/")
    assert page.status_code == HTTPStatus.OK
    assert "S1" in page.text
    assert "S1" not in ann.get(f"/c/{HOMECO}/orders/").text
    streamed: Any = ann.get(f"/c/{COMPANY}/orders/", {"export": "csv"})
    assert streamed.streaming
    assert "S1" in b"".join(streamed.streaming_content).decode()
    assert placing.here() == placing.HOME


def test_two_people_lock_a_month_by_its_pages(
    companies: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work() -> Any:
        with placing.at(NORTH):
            return work_at_home()

    work_at_home = by_pages.work
    monkeypatch.setattr(by_pages, "work", work)
    monkeypatch.setattr(
        by_pages, "url", lambda *parts, month="": "/".join(["/closing", COMPANY, MONTH, *parts, ""])
    )
    with placing.at(NORTH):
        trade(tmp_path)
    jobs = rows("procrastinate_jobs")
    ann, mo = signed_in("ann"), signed_in("mo")
    by_pages.sign_all(ann)
    assert by_pages.post(ann, "lock", "ask").status_code == HTTPStatus.FOUND
    with placing.at(NORTH):
        approval = Approval.objects.get(kind="lock", decided_at=None)
        assert rows("procrastinate_jobs") > 0
    assert by_pages.decide(ann, approval, "lock").status_code == HTTPStatus.FORBIDDEN
    assert by_pages.decide(mo, approval, "lock").status_code == HTTPStatus.FOUND
    assert rows("procrastinate_jobs") == jobs
    assert not any(rows(table) for table in (*OF_BUSINESS, "periods_seal"))
    with placing.at(NORTH):
        seal = Seal.objects.get()
        assert (seal.sealed_by.username, seal.approved_by.username) == ("ann", "mo")
        assert run("verify_integrity", "--company", COMPANY)[1] == 0


def test_a_person_is_one_and_works_in_both(companies: None) -> None:
    ann = User.objects.get(username="ann")
    with placing.at(NORTH):
        copy = User.objects.get(username="ann")
        assert copy.pk == ann.pk
        assert not copy.has_usable_password()
        assert rows("companies_usersession") == 0
        told = "SELECT count(*) FROM companies_auditentry WHERE document_kind = 'person'"
        told += " AND document_number = 'ann'"
        before = sql.value(told)
    home = sql.value(told)
    change_password(user=ann, password=f"another {PASSWORD}")
    assert sql.value(told) == home + 1
    with placing.at(NORTH):
        assert sql.value(told) == before + 1
        member = Membership.objects.get(user__username="ann")
        assert works_elsewhere(member)
        with pytest.raises(RuntimeError):
            User(username="nobody").save()


def test_too_many_wrong_passwords_lock_out_of_both(companies: None) -> None:
    client = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = client.post(reverse("sign_in"), {"username": "mo", "password": "wrong"})
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    with placing.at(NORTH):
        assert rows("axes_accessattempt") == 0


def test_the_password_is_asked_again_on_a_page_of_the_second(companies: None) -> None:
    mo = signed_in("mo")
    address = f"/c/{COMPANY}{reverse('confirm_password')}"
    assert mo.post(address, {"password_again": "wrong"}).status_code == HTTPStatus.UNAUTHORIZED
    assert mo.post(address, {"password_again": PASSWORD}).status_code == HTTPStatus.OK
    assert rows("axes_accessattempt") <= 1
    with placing.at(NORTH):
        assert rows("axes_accessattempt") == rows("companies_usersession") == 0


def test_a_form_of_the_other_company_is_refused(companies: None) -> None:
    ann = signed_in("ann")
    answer = ann.post(
        f"/c/{COMPANY}/customers/new/",
        {"code": "X"},
        headers={"X-Company": HOMECO},
    )
    assert answer.status_code == HTTPStatus.CONFLICT


def test_an_invitation_to_the_second_makes_a_person_at_home(companies: None) -> None:
    with placing.at(NORTH):
        ida = Membership.objects.get(user__username="ida")
        asked = invitations.invite(company=ida.company, person="New", role="finance", by=ida.user)
        token = invitations.token_of(asked)
    new = Client()
    form = {"username": "nia", "first_name": "Nia", "last_name": "N"}
    passwords = {"password1": PASSWORD, "password2": PASSWORD}
    address = reverse("invitation", kwargs={"token": token})
    answer = new.post(address, {**form, **passwords})
    assert answer.status_code == HTTPStatus.FOUND, answer.text
    assert new.get(f"/c/{COMPANY}/orders/").status_code == HTTPStatus.OK
    nia = User.objects.get(username="nia")
    assert nia.check_password(PASSWORD)
    assert not Membership.objects.filter(user=nia).exists()
    with placing.at(NORTH):
        member = Membership.objects.get(user=nia)
        address = password_address(member=member, by=ida.user)
    assert Client().get(address).status_code == HTTPStatus.FOUND


def test_people_keep_preferences_and_sign_out_from_its_pages(companies: None) -> None:
    ann = signed_in("ann")
    ann.post(f"/c/{COMPANY}{reverse('switch_theme')}", {"theme": "dark"})
    assert User.objects.get(username="ann").theme == "dark"
    with placing.at(NORTH):
        assert User.objects.get(username="ann").theme == "dark"
    ann.post(reverse("sign_out"))
    assert ann.get(f"/c/{COMPANY}/orders/").status_code == HTTPStatus.FOUND


def test_one_database_away_leaves_the_others(companies: None, databases: Databases) -> None:
    ann, mo = signed_in("ann"), signed_in("mo")
    with away():
        answer = ann.get(f"/c/{COMPANY}/orders/")
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        for way_out in (f"/c/{COMPANY}/orders/", f"/c/{HOMECO}/"):
            assert f'href="{way_out}"' in answer.content.decode()
        assert ann.get(f"/c/{HOMECO}/orders/").status_code == HTTPStatus.OK
        # Not another company's pages in place of the one they chose.
        assert mo.get(f"/c/{COMPANY}/").status_code == HTTPStatus.SERVICE_UNAVAILABLE
        health = Client().get("/healthz").json()
        assert health["databases"] == {NORTH: {"database": "unreachable"}}
        assert health["database"] == "ok"
    assert ann.get(f"/c/{COMPANY}/orders/").status_code == HTTPStatus.OK


def test_a_company_is_opened_where_the_setting_places_it(two_databases: None) -> None:
    with pytest.raises(CompanyElsewhere):
        create_company(
            code=COMPANY,
            name="Shop",
            currency="EUR",
            country="DE",
            first_day=date(2025, 1, 1),
            by="test",
        )


def test_who_is_not_placed_there_is_not_served_from_there(companies: None) -> None:
    """Books that the setting places elsewhere are not shown, whatever a database holds."""
    ann = signed_in("ann")
    with override_settings(CLOSING_PLACES={NORTH: frozenset()}):
        assert ann.get(f"/c/{COMPANY}/orders/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "value",
    [
        "north",
        "home:A=postgresql://r@h/d",
        "north:A=postgresql://r@h/d north:B=postgresql://r@h/e",
        "north:A=postgresql://r@h/d south:a=postgresql://r@h/e",
        "north:DEMO=postgresql://r@h/d",
        "north:A=postgresql://h/d",
    ],
)
def test_a_setting_that_would_split_books_is_refused(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOSING_DATABASES", value)
    with pytest.raises(environment.ConfigurationError) as refused:
        environment.places("CLOSING_DATABASES")
    assert "CLOSING_DATABASES" in str(refused.value)


def test_two_names_of_one_database_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://r@h/d")
    monkeypatch.setenv("CLOSING_DATABASES", "north:A=postgresql://other@h/d")
    found = environment.places("CLOSING_DATABASES")
    with pytest.raises(environment.ConfigurationError):
        environment.require_apart(environment.database("DATABASE_URL"), found)


def test_a_command_finds_the_database_of_its_company(
    companies: None, databases: Databases, tmp_path: Path
) -> None:
    """As a process of its own, with the settings an operator writes."""
    with placing.at(NORTH):
        trade(tmp_path)
        close(MONTH)
    env = environment_of(databases)
    for arguments, status in (
        (["verify_integrity", "--company", COMPANY], 0),
        (["verify_integrity", "--company", HOMECO], 0),
        (["--at", NORTH, "check"], 0),
        (["--at", "each", "check"], 0),
        (["--at", "nowhere", "check"], 2),
    ):
        done = as_process(env, *arguments)
        assert done.returncode == status, (arguments, done.stdout, done.stderr)
