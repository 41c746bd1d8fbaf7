"""A job whose database session was ended is run again, as one that a killed worker left (law 16).

What the session had written is rolled back; a run takes up what is left.
"""

from typing import Final

from django.db import connection
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from closing_site.lost_session import is_lost_session

#: So often a job is run again; a session that is ended each time is ended by the job itself.
MOST_RESUMED: Final = 2
WAIT_SECONDS: Final = 5


class _AfterLostSession(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= MOST_RESUMED or not is_lost_session(exception):
            return None
        return RetryDecision(retry_in={"seconds": WAIT_SECONDS})


#: ``@app.task(retry=RESUMED)``: of every job that can be begun again.
RESUMED: Final = _AfterLostSession()


def drop_lost_session() -> None:
    """Close this thread's connection where it is broken: the next statement opens another."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
