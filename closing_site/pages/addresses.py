"""Addresses of pages: back to where one was, and the same page with another question."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

#: Of a key that has room in the database.
MOST_DIGITS = 18


def back_to(request: HttpRequest, otherwise: str = "/") -> str:
    """Where the form that was posted says it stood (its field ``next``), never another site."""
    wanted = request.POST.get("next", "")
    return wanted if _is_ours(request, wanted) else otherwise


def referred_from(request: HttpRequest, otherwise: str = "/") -> str:
    """The page of ours that a form was sent from, as the browser says."""
    wanted = request.headers.get("Referer", "")
    return wanted if _is_ours(request, wanted) else otherwise


def _is_ours(request: HttpRequest, wanted: str) -> bool:
    return url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def keys_of(texts: Iterable[str]) -> list[int]:
    """Those that can be a row's key; what is typed into an address may be anything."""
    return [int(text) for text in texts if text.isdecimal() and len(text) <= MOST_DIGITS]


def asking(query: QueryDict, changes: Mapping[str, str | None]) -> str:
    """``?…`` with these parameters changed, those that are None left out."""
    pairs = [(key, value) for key, value in _pairs(query) if key not in changes]
    pairs += [(key, value) for key, value in changes.items() if value is not None]
    return f"?{urlencode(pairs)}"


def without_value(query: QueryDict, name: str, value: str, *also: str) -> str:
    """``?…`` without one value of a parameter that may have several."""
    pairs = [p for p in _pairs(query) if p != (name, value) and p[0] not in also]
    return f"?{urlencode(pairs)}"


def _pairs(query: QueryDict) -> list[tuple[str, str]]:
    return [(key, value) for key, values in query.lists() for value in values]
