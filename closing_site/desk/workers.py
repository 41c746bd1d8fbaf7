"""The worker process of a queue, and whether one lives."""

import asyncio
from contextlib import suppress
from typing import Final

from procrastinate import App
from procrastinate.exceptions import ConnectorException

from closing_site.desk.failures import record_failures

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
            worker_middleware=[record_failures],
        )
    finally:
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat


async def _beat(app: App, queue: str) -> None:
    while True:
        # Without the database the worker itself ends, or tries again: its beat does the same.
        with suppress(ConnectorException):
            await app.connector.execute_query_async(BEAT, queue=queue)
        await asyncio.sleep(BEAT_SECONDS)
