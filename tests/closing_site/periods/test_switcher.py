"""The month a person looks at, in every page's head."""

from datetime import date

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from closing_site.companies import policy
from closing_site.companies.models import Company, User
from closing_site.companies.policy import Roles
from closing_site.periods.actions import ensure_periods
from closing_site.periods.switcher import chosen_period
from closing_site.wizard.opening_books import open_books
from tests.closing_site.periods.locking import lock

pytestmark = pytest.mark.django_db


def month(request: HttpRequest, period: str = "") -> HttpResponse:
    return HttpResponse(str(chosen_period(request)))


urlpatterns = [
    path("month/", month, name="month"),
    path("months/<str:period>/", month, name="of_month"),
    path("", include("closing_site.urls")),
]


@pytest.fixture(autouse=True)
def own_pages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = __name__
    added = {"month": Roles(), "of_month": Roles()}
    monkeypatch.setattr(policy, "POLICY", {**policy.POLICY, **added})


def books(code: str) -> Company:
    return open_books(
        code=code,
        name=f"{code} Ltd",
        currency="CNY",
        country="CN",
        first_period="2026-01",
        members=[("ann", "finance"), ("bob", "manager")],
        by="test",
    ).company


@pytest.fixture
def company(db: None) -> Company:
    company = books("NW")
    ensure_periods(company, date(2026, 4, 1))
    return company


@pytest.fixture
def ann(company: Company, client: Client) -> Client:
    client.force_login(User.objects.get(username="ann"))
    return client


def text(client: Client, path_: str) -> str:
    return client.get(path_).content.decode()


def test_it_is_the_first_open_one_at_first(company: Company, ann: Client) -> None:
    lock(company)
    assert text(ann, "/month/") == "2026-02"


def test_one_chooses_another_and_comes_back_to_the_page(ann: Client) -> None:
    answer = ann.post("/periods/2026-03/choose/", {"next": "/month/?a=1"})
    assert answer.headers["Location"] == "/month/?a=1"
    assert text(ann, "/month/") == "2026-03"
    assert ann.post("/periods/2031-01/choose/").status_code == 404


def test_the_address_says_more_than_the_choice(ann: Client) -> None:
    ann.post("/periods/2026-03/choose/")
    assert text(ann, "/months/2026-04/") == "2026-04"


def test_each_company_has_its_own_choice(company: Company, ann: Client) -> None:
    ensure_periods(books("OTHER"), date(2026, 4, 1))
    ann.post("/companies/NW/choose/")
    ann.post("/periods/2026-03/choose/")
    ann.post("/companies/OTHER/choose/")
    assert text(ann, "/month/") == "2026-01"
    ann.post("/companies/NW/choose/")
    assert text(ann, "/month/") == "2026-03"


def test_the_head_offers_every_month_with_its_state(company: Company, ann: Client) -> None:
    lock(company)
    head = text(ann, "/").partition("<main")[0]
    for code in ("2026-01", "2026-02", "2026-03", "2026-04"):
        assert f"/periods/{code}/choose/" in head
    assert "state-locked" in head
