"""How far a run is, written over a connection of its own: a page sees it before the run commits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg
from django.db import IntegrityError, connections
from psycopg.errors import CheckViolation

from closing_site.companies.errors import BooksMoved
from closing_site.desk.models import RunState
from closing_site.desk.resuming import drop_lost_session
from closing_site.lost_session import is_lost_session
from closing_site.periods.models import Period
from closing_site.placing import are_placed, is_here, place_of
from closing_site.refusals import refusal_of

#: Much less than the silence after which it counts as dead.
BEAT_SECONDS = 10

START = """
    INSERT INTO desk_run (company_id, period_id, kind, started_by, state, done, message,
        started_at, heartbeat_at)
    VALUES (%s, %s, %s, %s, 'running', 0, '', now(), now()) RETURNING id
"""
RESUME = """
    UPDATE desk_run SET state = 'running', done = 0, total = NULL, message = '',
        heartbeat_at = now(), finished_at = NULL
    WHERE id = %s
"""
TELL = "UPDATE desk_run SET done = %s, total = %s, heartbeat_at = now() WHERE id = %s"
BEAT = "UPDATE desk_run SET heartbeat_at = now() WHERE id = %s"
WAIT = """
    UPDATE desk_run SET state = 'queued', done = 0, total = NULL, heartbeat_at = now() WHERE id = %s
"""
COMPANY = """
    SELECT c.code FROM desk_run AS r JOIN companies_company AS c ON c.id = r.company_id
    WHERE r.id = %s
"""
END = """
    UPDATE desk_run SET state = %s, message = %s, finished_at = now(), heartbeat_at = now()
    WHERE id = %s
"""


class Progress(Protocol):
    def tell(self, done: int, total: int) -> None:
        """Called after each chunk of documents."""


class Unwatched:
    """For runs that no one watches: rehearsals of one document, tests."""

    def tell(self, done: int, total: int) -> None:
        pass


class Watched:
    def __init__(self, connection: psycopg.Connection[Any], run: int) -> None:
        self.connection = connection
        self.run = run

    def tell(self, done: int, total: int) -> None:
        self.connection.execute(TELL, [done, total, self.run])


@contextmanager
def watched(
    period: Period | None, kind: str, started_by: str, run: int | None = None
) -> Iterator[Progress]:
    """A Run row that lives as long as the block, and says how it ended.

    ``run`` is the row of one that was queued, or was killed and begins again; else one is made. One
    that was queued and lost its database session waits for the worker again, which resumes it.
    """
    is_queued = run is not None
    parameters = connections["default"].get_connection_params()
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    address = {key: parameters[key] for key in parameters.keys() & known if parameters[key]}
    with psycopg.connect(**address, autocommit=True) as connection:
        if run is None:
            if period is None:
                raise ValueError("a run that is of no month is queued first")
            start = [period.company_id, period.pk, kind, started_by]
            row = connection.execute(START, start).fetchone()
            run = int(row[0]) if row else 0
        else:
            connection.execute(RESUME, [run])
        try:
            _require_not_moved(connection, run)
            with _beating(connection, run):
                yield Watched(connection, run)
        except BaseException as error:
            drop_lost_session()
            if is_queued and is_lost_session(error):
                connection.execute(WAIT, [run])
            else:
                connection.execute(END, [RunState.FAILED, _said(error)[:300], run])
            raise
        connection.execute(END, [RunState.DONE, "", run])


def _require_not_moved(connection: psycopg.Connection[Any], run: int) -> None:
    """What was queued before the books moved is not done in the old ones. Raises BooksMoved."""
    if not are_placed():
        return
    row = connection.execute(COMPANY, [run]).fetchone()
    if row and not is_here(row[0]):
        raise BooksMoved(code=row[0], place=place_of(row[0]))


@contextmanager
def _beating(connection: psycopg.Connection[Any], run: int) -> Iterator[None]:
    """One statement of a big run takes longer than its next word: a heart beats meanwhile."""
    has_ended = threading.Event()

    def beat() -> None:
        while not has_ended.wait(BEAT_SECONDS):
            try:
                connection.execute(BEAT, [run])
            except psycopg.Error:
                # The connection is gone, and the run with it: what is silent is found dead.
                return

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    try:
        yield
    finally:
        has_ended.set()
        heart.join()


def _said(error: BaseException) -> str:
    if isinstance(error, IntegrityError) and isinstance(error.__cause__, CheckViolation):
        return refusal_of(error).message
    return str(error)
