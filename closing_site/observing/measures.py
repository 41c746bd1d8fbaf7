"""Figures about requests. With several web processes PROMETHEUS_MULTIPROC_DIR names a folder in
which they add up; ``./run`` sets it."""

from typing import Final

from prometheus_client import Counter, Histogram

REQUESTS: Final = Counter("closing_requests", "Requests served.", ("route", "method", "status"))
REQUEST_SECONDS: Final = Histogram(
    "closing_request_seconds",
    "Seconds that a request took.",
    ("route",),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
