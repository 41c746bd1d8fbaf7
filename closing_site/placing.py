"""On which database a company's books lie (``CLOSING_DATABASES``), and working there.

Each database is a whole installation: tables, rules, audit, jobs. The one of ``DATABASE_URL`` is
*home*: it holds the people, their passwords and sessions, and every company that no setting places.
Where a thread works, ``default`` is: the program's SQL, its models and transactions ask for that
alias alone, and so go to one database, whichever it is. A process begins at ``CLOSING_AT``.

docs/decisions/companies_on_several_databases.md says why.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.http import HttpResponseBase, StreamingHttpResponse

P = ParamSpec("P")
R = TypeVar("R")
logger = logging.getLogger(__name__)

HOME: Final = "home"
#: A database that was not reached is not waited for again by each request.
RETRY_SECONDS: Final = 5
#: Longer than an answer is waited for: meanwhile one request asks again, and no other.
ASKING_SECONDS: Final = 10
#: A row: it was prepared; true: the role that serves was given its rights.
HOLDS_BOOKS: Final = """
    SELECT has_table_privilege(oid, 'SELECT') FROM pg_class
    WHERE oid = to_regclass('public.companies_membership')
"""

_thread = threading.local()
_not_before: dict[str, float] = {}
_asking = threading.Lock()


def are_placed() -> bool:
    """Whether there is any other database than home."""
    return bool(settings.CLOSING_PLACES)


def here() -> str:
    """The name of the database at which this thread works."""
    found: str = getattr(_thread, "name", settings.CLOSING_AT)
    return found


def place_of(code: str) -> str:
    """The name of the database that holds the company's books. Codes that differ in capitals alone
    are one."""
    wanted = code.casefold()
    for name, codes in settings.CLOSING_PLACES.items():
        if wanted in codes:
            return str(name)
    return HOME


def is_here(code: str) -> bool:
    """Whether the company's books are those of the database at which this thread works. Those that
    were moved away are still there, and nobody's any more."""
    return place_of(code) == here()


def everywhere() -> list[str]:
    """The names of all databases, home first."""
    return [HOME, *settings.CLOSING_PLACES]


@contextmanager
def at(name: str) -> Iterator[None]:
    """Within, this thread works there. Raises OperationalError where it is known not to answer."""
    before = here()
    go(name)
    try:
        yield
    finally:
        go(before)


def go(name: str) -> None:
    """From now on this thread works there. Raises OperationalError as ``at`` does."""
    before, own = here(), settings.CLOSING_AT
    if name == before:
        return
    if before == own:
        _thread.own = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = _thread.own if name == own else connections[name]
    _thread.name = name


def go_back() -> None:
    """To where the process began: the thread serves another company's people next."""
    go(settings.CLOSING_AT)


def at_home(function: Callable[P, R]) -> Callable[P, R]:
    """What is a person's own, and no company's: it is done at home from wherever it is called."""

    @wraps(function)
    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        with at(HOME):
            return function(*args, **kwargs)

    return done


def is_reachable(name: str) -> bool:
    """Asked before a database is used whose failing is not everybody's: whether it answers, and
    books can be read there. It is home's own: True."""
    return name == HOME or _held(name) == [(True,)]


def answers(name: str) -> bool:
    """Whether it answers at all; it may be empty still, or just being restored."""
    return name == HOME or _held(name) is not None


def _held(name: str) -> list[tuple[object, ...]] | None:
    """None where it does not answer."""
    with _asking:
        now = time.monotonic()
        if now < _not_before.get(name, 0):
            return None
        if name in _not_before:
            _not_before[name] = now + ASKING_SECONDS
    try:
        with at(name), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(HOLDS_BOOKS)
            found = list(cursor.fetchall())
    except OperationalError as error:
        _not_before[name] = time.monotonic() + RETRY_SECONDS
        logger.error("The database '%s' cannot be reached: %s", name, error)
        with at(name):
            connections[DEFAULT_DB_ALIAS].close()
        return None
    _not_before.pop(name, None)
    return found


def answered_here(answer: HttpResponseBase) -> None:
    """What is yet to be streamed is read from where this thread works now."""
    if isinstance(answer, StreamingHttpResponse) and here() != settings.CLOSING_AT:
        answer.streaming_content = _read_at(here(), answer.streaming_content)  # type: ignore[arg-type]


def _read_at(name: str, pieces: Iterable[Any]) -> Iterator[Any]:
    read = iter(pieces)
    while True:
        with at(name):
            try:
                piece = next(read)
            except StopIteration:
                return
        yield piece
