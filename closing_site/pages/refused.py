"""What was refused, as a page of its own or as a part of one: never a broken page."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from psycopg import errors

from closing_site.pages.company_addresses import COMPANY
from closing_site.refusals import Refusal, refusal_of

#: Of a database that is away, or being brought up to this version.
AGAIN_SECONDS: Final = 30
#: What each form carries beside its content: a key, the session's token, and its company.
NOT_CONTENT: Final = ("idempotency_key", "csrfmiddlewaretoken", COMPANY)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal's own status and sentence; for htmx an alert in the page's messages."""
    is_part = bool(request.headers.get("HX-Request"))
    shown = {
        "refusal": refusal,
        "resend": content_sent(request) if refusal.can_resend else None,
        "is_unavailable": refusal.status == HTTPStatus.SERVICE_UNAVAILABLE,
    }
    template = "parts/refusal_alert.html" if is_part else "refused.html"
    answer = render(request, template, shown, status=refusal.status)
    if shown["is_unavailable"]:
        answer.headers["Retry-After"] = str(AGAIN_SECONDS)
    if is_part:
        answer.headers["HX-Retarget"] = "#messages"
        answer.headers["HX-Reswap"] = "innerHTML show:#messages:top"
    return answer


def content_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, for a form that sends it again under a new key; passwords left out."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in NOT_CONTENT and "password" not in name
        for value in values
    ]


class RefusalMiddleware:
    """Turns a refusal that a view lets through, or a law's, into a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            return refused(request, error)
        if isinstance(error, IntegrityError) and isinstance(error.__cause__, errors.CheckViolation):
            return refused(request, refusal_of(error))
        return None
