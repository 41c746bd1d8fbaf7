"""The policy table, held against every request."""

from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from pytest_django import Settings

from closing_site.companies import policy
from closing_site.companies.access import CompanyRequest
from closing_site.companies.models import Company, Role, User
from closing_site.companies.policy import Roles
from closing_site.pages.formats import day_text
from tests.closing_site.companies.conftest import SignedIn, books

pytestmark = pytest.mark.django_db


def page(request: CompanyRequest, company: str = "") -> HttpResponse:
    return HttpResponse(f"{request.company.code} {request.membership.role}")


def clock(request: CompanyRequest) -> HttpResponse:
    return HttpResponse(day_text(datetime(2026, 1, 31, 20, 0, tzinfo=UTC)))


urlpatterns = [
    path("listed/", page, name="listed"),
    path("listed/<str:company>/", page, name="listed_of"),
    path("clock/", clock, name="clock"),
    path("managers/", page, name="managers"),
    path("unlisted/", page, name="unlisted"),
    path("nameless/", page),
    path("", include("closing_site.urls")),
]


@pytest.fixture(autouse=True)
def own_pages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = __name__
    added = {
        "listed": Roles(write=frozenset({Role.FINANCE})),
        "listed_of": Roles(),
        "clock": Roles(),
        "managers": Roles(read=frozenset({Role.MANAGER})),
    }
    monkeypatch.setattr(policy, "POLICY", {**policy.POLICY, **added})


def test_who_is_not_signed_in_is_asked_to(client: Client) -> None:
    answer = client.get("/listed/?month=1")
    assert answer.status_code == 302
    assert answer.url == "/sign-in/?next=/listed/%3Fmonth%3D1"  # type: ignore[attr-defined]


def test_a_part_of_a_page_says_so_and_leaves_the_page_as_it_is(client: Client) -> None:
    for answer in (
        client.get("/listed/", headers={"HX-Request": "true"}),
        client.post("/listed/", {"memo": "x"}, headers={"HX-Request": "true"}),
    ):
        assert answer.status_code == 401
        assert answer.headers["HX-Retarget"] == "#signed-out"
        page = answer.content.decode()
        assert "<html" not in page
        assert 'href="/sign-in/"' in page
        assert 'target="_blank"' in page


def test_what_was_posted_is_handed_back_to_be_sent_again(client: Client) -> None:
    sent = {"memo": 'say "so"', "lines": ["1", "2"], "new_password1": "secret words"}
    answer = client.post("/listed/?month=1", sent)
    page = answer.content.decode()
    assert answer.status_code == 401
    assert 'action="/listed/?month=1"' in page
    assert 'name="memo" value="say &quot;so&quot;"' in page
    assert page.count('name="lines"') == 2
    assert "secret words" not in page
    assert client.post("/listed/").headers["Location"] == "/sign-in/?next=/"


@pytest.mark.parametrize("path", ["/unlisted/", "/nameless/"])
def test_a_page_that_is_not_listed_is_refused_to_everyone(path: str, client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("role", list(Role))
def test_reading_and_writing_are_two_things(
    role: Role, northwind: Company, signed_in: SignedIn
) -> None:
    client = signed_in(role)
    assert client.get("/listed/").content.decode() == f"NW {role}"
    assert client.post("/listed/").status_code == (200 if role is Role.FINANCE else 403)


def test_a_page_of_other_roles_is_refused_with_a_reason(
    northwind: Company, signed_in: SignedIn
) -> None:
    answer = signed_in("auditor").get("/managers/")
    assert answer.status_code == 403
    assert "As Auditor of NW you may not do this." in answer.content.decode()
    assert signed_in("manager").get("/managers/").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/orders/~00/", 404),
        ("/orders/%00/", 404),
        ("/closing/NW/%00/", 404),
        ("/orders/?month=%00", 400),
        ("/orders/?search=a%00b", 400),
        ("/reconciliation/?after=%00", 400),
        ("/orders/?%00=1", 400),
        ("/sign-in/?next=%00", 400),
    ],
)
def test_what_no_text_holds_is_in_no_address(
    northwind: Company, signed_in: SignedIn, address: str, status: int
) -> None:
    assert signed_in("finance").get(address).status_code == status


def test_what_no_text_holds_is_in_no_form(northwind: Company, signed_in: SignedIn) -> None:
    sent = {"idempotency_key": "\0", "code": "C1"}
    assert signed_in("finance").post("/customers/new/", sent).status_code == 400


def test_another_company_is_not_found(
    northwind: Company, other_company: Company, signed_in: SignedIn
) -> None:
    client = signed_in("admin")
    for path_ in ("/listed/OTHER/", "/listed/NONE/", "/?company=OTHER"):
        assert client.get(path_).status_code == 404
    assert client.post("/companies/OTHER/choose/").status_code == 404
    assert client.get("/listed/").content == b"NW admin"


def test_a_superuser_without_a_role_sees_no_books(other_company: Company, client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    assert client.get("/listed/OTHER/").status_code == 404
    assert client.get("/listed/").status_code == 403


def test_the_company_last_chosen_is_worked_in(northwind: Company, signed_in: SignedIn) -> None:
    books("ZZ", [("finance", "auditor")])
    client = signed_in("finance")
    assert client.get("/listed/").content == b"NW finance"
    assert client.get("/listed/ZZ/").content == b"ZZ auditor"
    assert client.get("/c/ZZ/listed/").content == b"ZZ auditor"
    assert client.get("/listed/").content == b"NW finance"
    assert client.post("/companies/ZZ/choose/").headers["Location"] == "/c/ZZ/"
    assert client.get("/listed/").content == b"ZZ auditor"
    assert client.post("/companies/NW/choose/").status_code == 302
    assert client.get("/listed/").content == b"NW finance"


def test_who_left_the_company_chosen_works_in_another(
    northwind: Company, signed_in: SignedIn
) -> None:
    company = books("ZZ", [("finance", "auditor")])
    client = signed_in("finance")
    client.post("/companies/ZZ/choose/")
    company.memberships.all().delete()
    assert client.get("/listed/").content == b"NW finance"


def test_who_was_made_inactive_is_signed_out(northwind: Company, signed_in: SignedIn) -> None:
    client = signed_in("finance")
    User.objects.filter(username="finance").update(is_active=False)
    assert client.get("/listed/").status_code == 302


def test_moments_are_told_in_the_time_zone_of_the_company(
    northwind: Company, signed_in: SignedIn
) -> None:
    assert signed_in("auditor").get("/clock/").content.decode() == "2026-02-01 04:00"


def test_the_next_request_of_the_thread_has_no_company_s_time_zone(
    northwind: Company, signed_in: SignedIn
) -> None:
    signed_in("auditor").get("/clock/")
    assert timezone.get_current_timezone_name() == "UTC"
