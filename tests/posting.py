"""Posting as a page's form does, which carries the company of its page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import Resolver404, resolve

from closing_site.companies.access import CHOSEN
from closing_site.companies.company_of_forms import HEADER
from closing_site.companies.models import Membership
from closing_site.pages.company_addresses import OF_COMPANY

Request = Callable[..., Any]
KEY = f"HTTP_{HEADER.upper().replace('-', '_')}"
SAFE = ("GET", "HEAD", "OPTIONS")


def request_as_a_page(request: Request) -> Request:
    """Wraps ``Client.request``: what a test posts without a word about the company is of the one
    that the address names, else of the page the client saw last. ``headers={"X-Company": ""}`` says
    none."""

    def with_company(client: Client, **sent: Any) -> Any:
        if sent.get("REQUEST_METHOD", "GET") not in SAFE and KEY not in sent:
            sent[KEY] = quote(_named(unquote(sent["PATH_INFO"])) or _seen(client))
        answer = request(client, **sent)
        company = getattr(answer.wsgi_request, "company", None)
        client.seen_company = company.code if company else ""  # type: ignore[attr-defined]
        return answer

    return with_company


def _named(path: str) -> str:
    found = OF_COMPANY.fullmatch(path)
    if found:
        return found["code"]
    try:
        return str(resolve(path).kwargs.get("company", ""))
    except Resolver404:
        return ""


def _seen(client: Client) -> str:
    if seen := getattr(client, "seen_company", ""):
        return str(seen)
    session = client.session
    codes = Membership.objects.filter(user=session.get(SESSION_KEY)).values_list(
        "company__code", flat=True
    )
    found = sorted(codes)
    return session[CHOSEN] if session.get(CHOSEN) in found else next(iter(found), "")
