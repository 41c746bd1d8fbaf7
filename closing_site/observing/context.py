"""What is being done, noted on every log line that is written meanwhile."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Final
from uuid import uuid4

#: ``request`` or ``job``, then ``company``, ``user`` and ``run`` as they become known.
_noted: ContextVar[dict[str, Any] | None] = ContextVar("noted", default=None)
_NOTHING: Final = MappingProxyType[str, Any]({})


def new_id() -> str:
    return uuid4().hex[:16]


@contextmanager
def noting(**what: Any) -> Iterator[None]:
    token = _noted.set(dict(what))
    try:
        yield
    finally:
        _noted.reset(token)


def note(**what: Any) -> None:
    """Adds to what is noted, until the request or job ends."""
    noted = _noted.get()
    if noted is not None:
        noted.update(what)


def noted() -> dict[str, Any]:
    return dict(_noted.get() or _NOTHING)


class NotedFilter(logging.Filter):
    """Puts what is noted on each record; it lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.noted = noted()
        return True
