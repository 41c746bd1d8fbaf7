"""How answers make the browser protect people: headers, cookies, nothing kept after signing out."""

import runpy
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from closing_site.companies.models import Company
from closing_site.environment import LEAST_SECRET
from ops.places import ROOT
from tests.closing_site.companies.conftest import books

#: A page, a static file, a file of a program, what is not there, what asks for sign-in.
ANSWERS = ("/sign-in/", "/static/closing/icon.svg", "/livez", "/no/such/page", "/orders/")


@pytest.fixture
def company(db: None) -> Company:
    return books("NW", [("ann", "manager")])


def headers_of(client: Client, path: str) -> Mapping[str, str]:
    answer = client.get(path)
    # A file that is served stays open until then.
    answer.close()
    return answer.headers


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_has_the_headers(client: Client, db: None, path: str) -> None:
    headers = headers_of(client, path)
    policy = headers["Content-Security-Policy"]
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("path", ANSWERS[:3])
def test_text_names_its_encoding(client: Client, db: None, path: str) -> None:
    content_type = headers_of(client, path)["Content-Type"]
    assert not content_type.startswith("text/") or "charset=utf-8" in content_type


def production(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, Any]:
    """The settings as a production environment reads them."""
    secret = "".join(chr(ord("a") + number % 26) for number in range(LEAST_SECRET))
    given = {"DEBUG": "0", "SECRET_KEY": secret, "ALLOWED_HOSTS": "closing.example", **variables}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "closing_site" / "settings.py"))


@pytest.mark.parametrize("cookie", ["SESSION", "CSRF", "LANGUAGE"])
def test_cookies_are_of_this_host_and_of_tls(monkeypatch: pytest.MonkeyPatch, cookie: str) -> None:
    settings = production(monkeypatch)
    assert settings[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
    assert settings[f"{cookie}_COOKIE_SECURE"] is True


def test_messages_have_a_cookie_of_this_host(settings: Settings) -> None:
    """Its name is chosen when the module is read."""
    settings.SESSION_COOKIE_SECURE = True
    module = runpy.run_path(str(ROOT / "closing_site" / "pages" / "message_storage.py"))
    assert module["HostCookieStorage"].cookie_name == "__Host-messages"
    assert settings.MESSAGE_STORAGE.startswith("closing_site.pages.message_storage.")


def test_subdomains_are_promised_by_who_owns_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not production(monkeypatch)["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert production(monkeypatch, HSTS_SUBDOMAINS="1")["SECURE_HSTS_INCLUDE_SUBDOMAINS"]


def test_signing_out_deletes_what_the_browser_keeps(company: Company) -> None:
    client = Client()
    client.force_login(company.memberships.get().user)
    answer = client.post("/sign-out/")
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert "cookies" not in answer.headers["Clear-Site-Data"]


def test_the_browser_stores_no_page(client: Client, db: None) -> None:
    """htmx would keep the last ten lists in the browser's session storage."""
    assert '"historyCacheSize": 0' in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("path", ["/sign-in/", "/healthz", "/", "/orders/", "/language/"])
def test_trace_echoes_nothing(company: Company, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(company.memberships.get().user)
    answer = client.generic("TRACE", path, headers={"X-Secret": "a word"})
    assert answer.status_code in (302, 403, 405, 409)
    assert b"a word" not in answer.content
