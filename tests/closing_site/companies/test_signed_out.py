"""Nothing that was typed is lost to who signed in again meanwhile, with or without JavaScript."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from closing_site.companies.models import Company
from closing_site.customers.models import Customer
from tests.entering import person, the_shop
from tests.pages_of_entry import said

pytestmark = pytest.mark.django_db

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
URL = "/customers/new/"
TYPED = {"code": "C9", "name": "<Nine> & Co", "invoice_grouping": "order"}
HERE = {"Origin": "http://testserver"}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


@pytest.fixture
def client(shop: Company) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("finance"))
    return client


def hidden(page: Any) -> dict[str, str]:
    found = HIDDEN.findall(page.content.decode())
    return {name: unescape(value) for name, value in found}


def typed_before_signing_in_again(client: Client) -> dict[str, str]:
    """What a page sends that was opened before: its token is no longer the browser's."""
    opened = hidden(client.get(URL))
    client.cookies.pop("csrftoken")
    client.get(URL)
    kept = {name: opened[name] for name in ("csrfmiddlewaretoken", "idempotency_key")}
    return {**kept, **TYPED}


def test_a_page_from_before_is_handed_back_and_sent_again(client: Client) -> None:
    refused = client.post(URL, typed_before_signing_in_again(client), headers=HERE)
    assert refused.status_code == 403
    assert not Customer.objects.filter(code="C9").exists()
    assert "nothing of what you typed is lost" in said(refused)
    answer = client.post(URL, hidden(refused), headers=HERE)
    assert answer.status_code == 302, said(answer)
    assert Customer.objects.get(code="C9").name == "<Nine> & Co"


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", ""])
def test_what_another_site_sends_is_not_handed_back(client: Client, origin: str) -> None:
    headers = {"Origin": origin} if origin else {}
    refused = client.post(URL, typed_before_signing_in_again(client), headers=headers)
    assert refused.status_code == 403
    assert "C9" not in refused.content.decode()


def test_who_is_not_signed_in_is_handed_back_nothing(client: Client) -> None:
    sent = typed_before_signing_in_again(client)
    client.cookies.pop("sessionid")
    assert "C9" not in client.post(URL, sent, headers=HERE).content.decode()


def test_no_secret_is_written_into_a_page(client: Client) -> None:
    sent = {**typed_before_signing_in_again(client), "old_password": "open sesame"}
    refused = client.post("/preferences/", sent, headers=HERE)
    assert "open sesame" not in refused.content.decode()
    assert "C9" in refused.content.decode()
