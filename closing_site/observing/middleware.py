"""The number of a request: on its log lines, its answer, and the page of an error."""

import logging
import time
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from closing_site.observing import measures
from closing_site.observing.context import new_id, note, noting

logger = logging.getLogger("closing.request")

HEADER: Final = "X-Request-ID"
#: Asked for every few seconds by machines.
QUIET: Final = frozenset({"healthz", "livez", "metrics"})


class RequestMiddleware:
    """First of all: what is written while a request is served has its number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number, begun = new_id(), time.perf_counter()
        with noting(request=number):
            answer = self.get_response(request)
            answer.headers[HEADER] = number
            _measure(request, answer, time.perf_counter() - begun)
        return answer

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> None:
        # Nobody is asked for the session here: who is signed in is noted once it is known.
        note(route=_route(request))


def _measure(request: HttpRequest, answer: HttpResponse, seconds: float) -> None:
    route, method = _route(request), request.method or ""
    measures.REQUESTS.labels(route, method, str(answer.status_code)).inc()
    measures.REQUEST_SECONDS.labels(route).observe(seconds)
    if route in QUIET:
        return
    company = getattr(request, "company", None)
    user = getattr(request, "user", None)
    note(
        route=route,
        company=company.code if company else None,
        user=user.get_username() if user is not None and user.is_authenticated else None,
    )
    measured = {"method": method, "status": answer.status_code, "ms": round(seconds * 1000)}
    logger.info("served", extra={"measured": measured})


def _route(request: HttpRequest) -> str:
    """The name of the address, never the address: it may have a customer's code in it."""
    match = request.resolver_match
    return match.view_name if match and match.view_name else "none"
