"""What is not there, and what is refused before a page is asked for, in the house's own pages."""

import pytest
from django.test import Client
from pytest_django import Settings

from closing_site.companies.models import Company, User
from tests.closing_site.companies.conftest import SignedIn

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[False, True], ids=["served", "debug"])
def debug(request: pytest.FixtureRequest, settings: Settings) -> None:
    settings.DEBUG = request.param


@pytest.mark.usefixtures("debug")
@pytest.mark.parametrize("address", ["/nothing/", "/orders/NOPE/"])
def test_it_is_said_on_a_page_with_the_persons_own_menu(
    address: str, northwind: Company, signed_in: SignedIn
) -> None:
    client = signed_in("finance")
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Go to the first page" in page
    assert 'href="/c/NW/invoices/"' in page
    assert "urlpatterns" not in page


@pytest.mark.usefixtures("debug")
def test_it_is_said_in_the_readers_language(northwind: Company, signed_in: SignedIn) -> None:
    client = signed_in("finance")
    User.objects.update(language="zh-hans")
    assert "返回首页" in client.get("/nothing/").content.decode()


@pytest.mark.usefixtures("debug")
def test_who_is_not_signed_in_is_told_too(client: Client) -> None:
    assert client.get("/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/orders/new/", "http://testserver/orders/new/"),
        ("https://elsewhere.example/", "/"),
        ("", "/"),
    ],
)
def test_an_expired_page_leads_back_to_its_form(came_from: str, back: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"username": "x"}, headers={"Referer": came_from})
    assert answer.status_code == 403
    assert f'href="{back}"' in answer.content.decode()
