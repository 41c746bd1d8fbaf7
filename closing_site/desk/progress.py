"""How far a run is, written over a connection of its own: a page sees it before the run commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg
from django.db import connections

from closing_site.desk.models import RunState
from closing_site.periods.models import Period

START = """
    INSERT INTO desk_run (company_id, period_id, kind, started_by, state, done, message,
        started_at, heartbeat_at)
    VALUES (%s, %s, %s, %s, 'running', 0, '', now(), now()) RETURNING id
"""
TELL = "UPDATE desk_run SET done = %s, total = %s, heartbeat_at = now() WHERE id = %s"
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
def watched(period: Period, kind: str, started_by: str) -> Iterator[Progress]:
    """A Run row that lives as long as the block, and says how it ended."""
    parameters = connections["default"].get_connection_params()
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    address = {key: parameters[key] for key in parameters.keys() & known if parameters[key]}
    with psycopg.connect(**address, autocommit=True) as connection:
        row = connection.execute(START, [period.company_id, period.pk, kind, started_by]).fetchone()
        run = int(row[0]) if row else 0
        try:
            yield Watched(connection, run)
        except BaseException as error:
            connection.execute(END, [RunState.FAILED, str(error)[:300], run])
            raise
        connection.execute(END, [RunState.DONE, "", run])
