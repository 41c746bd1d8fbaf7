"""Addresses of pages: back to where one was, and the same page with another question."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import get_script_prefix
from django.utils.encoding import escape_uri_path
from django.utils.http import url_has_allowed_host_and_scheme

#: Of a key that has room in the database.
MOST_DIGITS = 18


def back_to(request: HttpRequest, otherwise: str = "") -> str:
    """Where the form that was posted says it stood (its field ``next``), never another site."""
    wanted = request.POST.get("next", "")
    return wanted if _is_ours(request, wanted) else otherwise or get_script_prefix()


def referred_from(request: HttpRequest) -> str:
    """The page of ours that a form was sent from, as the browser says; else the first page."""
    wanted = request.headers.get("Referer", "")
    return wanted if _is_ours(request, wanted) else get_script_prefix()


def _is_ours(request: HttpRequest, wanted: str) -> bool:
    return url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def keys_of(texts: Iterable[str]) -> list[int]:
    """Those that can be a row's key; what is typed into an address may be anything."""
    return [int(text) for text in texts if text.isdecimal() and len(text) <= MOST_DIGITS]


def asking(request: HttpRequest, changes: Mapping[str, str | None]) -> str:
    """This page with these parameters changed, those that are None left out."""
    pairs = [(key, value) for key, value in _pairs(request.GET) if key not in changes]
    pairs += [(key, value) for key, value in changes.items() if value is not None]
    return f"{escape_uri_path(request.path)}?{urlencode(pairs)}"


def without_value(request: HttpRequest, name: str, value: str, *also: str) -> str:
    """This page without one value of a parameter that may have several."""
    pairs = [p for p in _pairs(request.GET) if p != (name, value) and p[0] not in also]
    return f"{escape_uri_path(request.path)}?{urlencode(pairs)}"


def _pairs(query: QueryDict) -> list[tuple[str, str]]:
    return [(key, value) for key, values in query.lists() for value in values]
