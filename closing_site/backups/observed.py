"""What of a request is kept for whoever runs the installation: an error of the program, and
statements that took long. Neither amounts nor names of customers."""

import hashlib
import logging
import re
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from traceback import walk_tb
from typing import Any, Final

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction
from django.http import HttpRequest, HttpResponse

from closing_site import sql
from closing_site.backups.models import RequestFailure
from closing_site.observing.context import noted
from closing_site.observing.middleware import QUIET

logger = logging.getLogger(__name__)

#: Of a request so many are kept: one that runs a thousand is known by these.
MOST_OF_A_REQUEST: Final = 20
LONGEST_STATEMENT: Final = 2_000
#: As many parameters as a list happened to have.
_LISTED: Final = re.compile(r"\(%s(?:, %s)+\)")
#: In our own statements only literals of the code stand; what a form named comes as a parameter.
_LONG_LITERAL: Final = re.compile(r"'[^']{40,}'")
RECORD: Final = """
    INSERT INTO backups_slowstatement
        (digest, statement, route, times, total_ms, longest_ms, last_at)
    VALUES (%(digest)s, %(statement)s, %(route)s, 1, %(ms)s, %(ms)s, now())
    ON CONFLICT (digest) DO UPDATE SET route = excluded.route,
        times = backups_slowstatement.times + 1,
        total_ms = backups_slowstatement.total_ms + excluded.total_ms,
        longest_ms = greatest(backups_slowstatement.longest_ms, excluded.longest_ms),
        last_at = excluded.last_at
"""


class ObservedMiddleware:
    """Inside RequestMiddleware, which gives the request its number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        watch = _Watch(settings.CLOSING_SLOW_STATEMENT_MS / 1000)
        with ExitStack() as watched:
            # A request goes to the database of its company; what it takes there is kept at home.
            for alias in (DEFAULT_DB_ALIAS, *settings.CLOSING_PLACES):
                watched.enter_context(connections[alias].execute_wrapper(watch))
            answer = self.get_response(request)
        failure = getattr(request, "observed_failure", None)
        if _is_quiet(request) or not (watch.slow or failure):
            return answer
        try:
            with transaction.atomic():
                for statement, seconds in watch.slow:
                    _record_slow(statement, seconds)
                if failure and answer.status_code >= 500:
                    _record_failure(request, *failure)
        except Error:
            # The log has it; what is kept here must not make the answer another one.
            logger.warning("What was observed of the request could not be kept.")
        return answer


class _Watch:
    """Around every statement of a request."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.slow: list[tuple[str, float]] = []

    def __call__(
        self, execute: Callable[..., Any], statement: Any, params: Any, many: bool, context: Any
    ) -> Any:
        begun = time.perf_counter()
        try:
            return execute(statement, params, many, context)
        finally:
            seconds = time.perf_counter() - begun
            if seconds >= self.limit and len(self.slow) < MOST_OF_A_REQUEST:
                self.slow.append((str(statement), seconds))


def note_exception(sender: object, request: HttpRequest | None = None, **kwargs: object) -> None:
    """Django tells of every error that no page answers, wherever it was raised."""
    kind, _error, trace = sys.exc_info()
    if request is None or kind is None:
        return
    places = [
        (Path(frame.f_code.co_filename), line, frame.f_code.co_name)
        for frame, line in walk_tb(trace)
    ]
    ours = [
        f"{path.relative_to(settings.BASE_DIR)}:{line} {name}"
        for path, line, name in places
        if path.is_relative_to(settings.BASE_DIR) and not path.is_relative_to(settings.CLOSING_VAR)
    ]
    request.observed_failure = (kind.__name__, ours[-1] if ours else "")  # type: ignore[attr-defined]


got_request_exception.connect(note_exception, dispatch_uid="observed failures")


def _is_quiet(request: HttpRequest) -> bool:
    return _route(request) in QUIET


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match and match.view_name else "none"


def _record_failure(request: HttpRequest, error: str, place: str) -> None:
    company = getattr(request, "company", None)
    RequestFailure.objects.create(
        number=noted().get("request", ""),
        route=_route(request)[:80],
        method=(request.method or "")[:10],
        company=company.code if company else "",
        error=error[:120],
        place=place[:200],
    )


def _record_slow(statement: str, seconds: float) -> None:
    plain = _LONG_LITERAL.sub("'…'", _LISTED.sub("(%s, …)", " ".join(statement.split())))
    sql.execute(
        RECORD,
        {
            "digest": hashlib.sha256(plain.encode()).hexdigest(),
            "statement": plain[:LONGEST_STATEMENT],
            "route": str(noted().get("route", "none"))[:80],
            "ms": round(seconds * 1000),
        },
    )
