"""``/livez``: the process answers. ``/metrics``: figures, for who has the token or is beside it."""

import hmac
import os
import sys
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
    multiprocess,
)

from closing_site.lost_session import is_lost_session
from closing_site.observing.context import noted
from closing_site.observing.database_measures import DatabaseMeasures

LOOPBACK = ("127.0.0.1", "::1")
#: A standby takes over within half a minute (docs/operator.md).
AGAIN_SECONDS: Final = 10


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """In the text format of Prometheus. Raises PermissionDenied."""
    if not _may_see(request):
        raise PermissionDenied
    known = CollectorRegistry()
    known.register(DatabaseMeasures())
    figures = generate_latest(_of_requests()) + generate_latest(known)
    return HttpResponse(figures, content_type=CONTENT_TYPE_LATEST)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``: the page says the number under which the log has the error. Where
    the database could not be reached, the same may be sent again: 503, and when."""
    number = {"number": noted().get("request", "")}
    if not is_lost_session(sys.exc_info()[1]):
        return HttpResponse(loader.render_to_string("500.html", number), status=500)
    path = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    page = loader.render_to_string("503.html", {**number, "path": path})
    return HttpResponse(page, status=503, headers={"Retry-After": str(AGAIN_SECONDS)})


def _of_requests() -> CollectorRegistry:
    """Of all web processes where they share a folder, else of this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    multiprocess.MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


def _may_see(request: HttpRequest) -> bool:
    """The token, or somebody on this machine who did not come through a proxy."""
    token = settings.CLOSING_METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    is_here = request.META.get("REMOTE_ADDR") in LOOPBACK
    return is_here and "X-Forwarded-For" not in request.headers
