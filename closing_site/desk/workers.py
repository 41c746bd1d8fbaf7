"""The worker process of a queue, and whether one lives."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext

from closing_site.desk.failures import record_failures
from closing_site.observing.context import noting

logger = logging.getLogger("closing.job")

BEAT_SECONDS: Final = 10
#: Seconds that a worker may take to finish the job in hand when it is asked to end.
GRACE_SECONDS: Final = 20

BEAT = """
    INSERT INTO desk_workerbeat (queue, beat_at) VALUES (%(queue)s, now())
    ON CONFLICT (queue) DO UPDATE SET beat_at = excluded.beat_at
"""


async def work(app: App, queue: str, *, wait: bool = True) -> None:
    """Do the jobs of one queue until a signal ends the process; with ``wait`` off, until it is
    empty. The queue's own heartbeat does not tell which queue is served: ours does."""
    beat = asyncio.create_task(_beat(app, queue))
    try:
        await app.run_worker_async(
            queues=[queue],
            name=queue,
            wait=wait,
            shutdown_graceful_timeout=GRACE_SECONDS,
            worker_middleware=[note_job, record_failures],
        )
    finally:
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat


async def note_job(
    call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Any
) -> Any:
    """Around every job: its number and its run's are on what it logs; a line says how it ended."""
    job, begun, ended = context.job, time.perf_counter(), "failed"
    with noting(job=job.id, task=job.task_name, run=job.task_kwargs.get("run")):
        try:
            result = await call_next()
            ended = "done"
            return result
        finally:
            measured = {"queue": job.queue, "ms": round((time.perf_counter() - begun) * 1000)}
            logger.info(ended, extra={"measured": measured})


async def _beat(app: App, queue: str) -> None:
    while True:
        # Without the database the worker itself ends, or tries again: its beat does the same.
        with suppress(ConnectorException):
            await app.connector.execute_query_async(BEAT, queue=queue)
        await asyncio.sleep(BEAT_SECONDS)
