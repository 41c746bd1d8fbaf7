"""A job whose database session was ended is run again, as one that a killed worker left (law 16).

What the session had written is rolled back; a run takes up what is left.
"""

from typing import Final

import psycopg
from django.db import InterfaceError, OperationalError, connection
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

#: So often a job is run again; a session that is ended each time is ended by the job itself.
MOST_RESUMED: Final = 2
WAIT_SECONDS: Final = 5

#: The server shut down, crashed, or cannot be reached yet; class 08 is the connection itself.
GONE: Final = ("57P01", "57P02", "57P03")


class _AfterLostSession(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= MOST_RESUMED or not is_lost_session(exception):
            return None
        return RetryDecision(retry_in={"seconds": WAIT_SECONDS})


#: ``@app.task(retry=RESUMED)``: of every job that can be begun again.
RESUMED: Final = _AfterLostSession()


def is_lost_session(error: BaseException) -> bool:
    """Whether the database ended the session, and not the statement."""
    if isinstance(error, OperationalError | InterfaceError):
        cause = error.__cause__
        return isinstance(cause, psycopg.Error) and is_lost_session(cause)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        state = error.sqlstate
        return state is None or state in GONE or state.startswith("08")
    return False


def drop_lost_session() -> None:
    """Close this thread's connection where it is broken: the next statement opens another."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
