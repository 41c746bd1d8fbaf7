"""The menu: to each role its own work."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import include, path
from pytest_django import Settings

from closing_site.companies import navigation as menu
from closing_site.companies import policy
from closing_site.companies.models import Company, Membership, Role
from closing_site.companies.navigation import Entries, Group, Place, navigation
from closing_site.companies.policy import EVERY_ROLE, Roles


def page(request: HttpRequest, company: str = "") -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("orders/", page, name="orders"),
    path("closing/<str:company>/", page, name="close"),
    path("people/", page, name="people"),
    path("", include("closing_site.urls")),
]


@pytest.fixture(autouse=True)
def own_pages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = __name__
    rules = {"orders": Roles(), "close": Roles(), "people": Roles(read=frozenset({Role.ADMIN}))}
    monkeypatch.setattr(policy, "POLICY", {**policy.POLICY, **rules})
    places = {
        "people": Place("People", Group.SETTINGS),
        "orders": Place("Orders", Group.DOCUMENTS),
        "home": Place("Home", Group.CLOSE),
        "close": Place("Close the month", Group.CLOSE, EVERY_ROLE - {Role.SALES_REP}),
    }
    monkeypatch.setattr(menu, "NAVIGATION", places)


def shown(role: Role, address: str = "/") -> list[Entries]:
    request = RequestFactory().get(address)
    company = Company(code="NW")
    member = Membership(company=company, role=role)
    for name, value in {"memberships": [member], "membership": member, "company": company}.items():
        setattr(request, name, value)
    groups: list[Entries] = navigation(request)["navigation"]
    return groups


def titles(groups: list[Entries]) -> list[list[str]]:
    return [[entry.title for entry in group.entries] for group in groups]


def test_entries_stand_in_their_groups() -> None:
    assert titles(shown(Role.ADMIN)) == [["Home", "Close the month"], ["Orders"], ["People"]]


def test_a_role_sees_its_work_and_what_it_may_open() -> None:
    assert titles(shown(Role.SALES_REP)) == [["Home"], ["Orders"]]
    assert titles(shown(Role.FINANCE)) == [["Home", "Close the month"], ["Orders"]]


def test_an_address_may_name_the_company() -> None:
    assert shown(Role.FINANCE)[0].entries[1].url == "/closing/NW/"


@pytest.mark.parametrize(
    ("address", "current"),
    [("/", "Home"), ("/orders/SO-1/", "Orders"), ("/closing/NW/", "Close the month"), ("/x/", "")],
)
def test_the_entry_one_is_below_is_marked(address: str, current: str) -> None:
    entries = [entry for group in shown(Role.FINANCE, address) for entry in group.entries]
    assert "".join(entry.title for entry in entries if entry.is_current) == current


def test_before_sign_in_there_is_no_menu() -> None:
    assert "navigation" not in navigation(RequestFactory().get("/"))
