"""Drawing many invoices at once, on every core: layout is Python's work, one process a core."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice

import django
from django.apps import apps
from django.db import connection, connections

#: Invoices that a process draws at a time: some two seconds of work.
CHUNK = 20


def cores() -> int:
    return len(os.sched_getaffinity(0))


@contextmanager
def artists(processes: int = 0) -> Iterator[ProcessPoolExecutor]:
    """Processes with a connection of their own to the database this one works in.

    Spawned, not forked: a fork would share this process's connection and its threads' locks.
    """
    pool = ProcessPoolExecutor(
        max_workers=processes or cores(),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(str(connection.settings_dict["NAME"]),),
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def draw_on_cores(
    pool: ProcessPoolExecutor, invoices: Sequence[int], *, company: int, language: str, by: str
) -> Iterator[int]:
    """Make and keep the documents; yields how many after each chunk."""
    chunks = (list(invoices[start : start + CHUNK]) for start in range(0, len(invoices), CHUNK))
    # Few are handed out ahead, so that a run that is ended has little left in its processes.
    waiting: set[Future[int]] = set()
    while True:
        for chunk in islice(chunks, 2 * cores() - len(waiting)):
            waiting.add(pool.submit(_draw, chunk, company, language, by))
        if not waiting:
            return
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _begin(database: str) -> None:
    if not apps.ready:
        django.setup()
    connections["default"].settings_dict["NAME"] = database


def _draw(invoices: list[int], company: int, language: str, by: str) -> int:
    # In a spawned process models are there only after ``_begin``.
    from closing_site.companies.models import User  # noqa: PLC0415
    from invoicing.pdf import draw_all  # noqa: PLC0415

    user = User.objects.get(username=by)
    return sum(1 for _ in draw_all(invoices, company=company, language=language, by=user))
