"""Two at once, in an order that the test decides: no sleeps, no luck.

A test holds its own transaction open, starts a Racer, and is told whether it waits or is through.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, connections

#: More than anything here takes; a test that locks itself out fails.
SECONDS = 15


class Racer:
    """Work in a thread with a connection of its own."""

    def __init__(self, watcher: psycopg.Cursor[Any], work: Callable[[], Any]) -> None:
        self._watcher = watcher
        self._work = work
        self._has_begun = threading.Event()
        self._pid = 0
        self.result: Any = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._has_begun.wait(SECONDS), "no connection"

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{SECONDS}s'")
                cursor.execute("SELECT pg_backend_pid()")
                ((self._pid,),) = cursor.fetchall()
            self._has_begun.set()
            self.result = self._work()
        except Exception as error:
            self.error = error
        finally:
            self._has_begun.set()
            connections.close_all()

    def waits(self) -> bool:
        """True once it waits for someone's lock; False where it ended without."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            self._watcher.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self._pid])
            if self._watcher.fetchone() == (True,):
                return True
            if not self._thread.is_alive():
                return False
            time.sleep(0.005)
        raise AssertionError("neither waits nor ends")

    def ends(self) -> "Racer":
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), "does not end"
        return self


class Gate:
    """Where a racer stands still, its transaction open, until the test lets it go on."""

    def __init__(self) -> None:
        self._is_there = threading.Event()
        self._may_go = threading.Event()

    def stop_here(self) -> None:
        self._is_there.set()
        assert self._may_go.wait(SECONDS), "no one opened the gate"

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Within, the racer stands at the gate."""
        assert self._is_there.wait(SECONDS), "no one came to the gate"
        try:
            yield
        finally:
            self._may_go.set()


def all_at_once(works: list[Callable[[], Any]], watcher: psycopg.Cursor[Any]) -> list[Racer]:
    """Start every one in the same moment, and wait for all."""
    barrier = threading.Barrier(len(works))

    def started(work: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            barrier.wait(SECONDS)
            return work()

        return run

    return [racer.ends() for racer in [Racer(watcher, started(work)) for work in works]]
