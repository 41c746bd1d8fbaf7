"""Background jobs that failed: recorded with a reason, retried or dismissed by a person.

Written over the queue's own connection, as the worker that records it has none of Django's.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status

from closing_site.acting import acting
from closing_site.companies.models import Membership, Role, User
from closing_site.desk.errors import JobDied, JobNotFailed
from closing_site.desk.models import JobFailure, RunState

#: A job whose worker died is tried so often again: one that takes its worker down would do so for
#: ever.
MAX_RETRIES: Final = 2
LONGEST_REASON: Final = 1_000

#: A job that is retried by a person and fails again is a failure again.
RECORD = """
    INSERT INTO desk_jobfailure (job_id, company_id, run_id, task, queue, tries, reason, failed_at)
    SELECT %(job)s, (SELECT company_id FROM desk_run WHERE id = %(run)s), %(run)s, %(task)s,
        %(queue)s, %(tries)s, %(reason)s, now()
    ON CONFLICT (job_id) DO UPDATE SET tries = excluded.tries, reason = excluded.reason,
        failed_at = excluded.failed_at, dismissed_at = NULL, dismissed_by_id = NULL
"""
FAIL_RUN = f"""
    UPDATE desk_run SET state = '{RunState.FAILED}', message = left(%(reason)s, 300),
        finished_at = now()
    WHERE id = %(run)s AND state <> '{RunState.DONE}'
"""


async def give_up(job: Job) -> None:
    """A job whose worker died once more than ``MAX_RETRIES``: failed, and its run with it."""
    reason = died_message(job.attempts + 1)
    connector = app.job_manager.connector
    await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
    await _record(connector, job, reason)
    if (run := _run_of(job)) is not None:
        await connector.execute_query_async(FAIL_RUN, run=run, reason=reason)


def died_message(tries: int) -> str:
    """As it is kept; a page says it in the reader's language."""
    with translation.override("en"):
        return str(JobDied(tries=tries))


async def record_failures(
    call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Any
) -> Any:
    """Around every job of a worker: what it raises is the reason that a person reads."""
    try:
        return await call_next()
    except JobAborted:
        raise
    except Exception as error:
        task = context.app.tasks.get(context.job.task_name)
        is_retried = task and task.get_retry_exception(exception=error, job=context.job)
        if not is_retried:
            reason = f"{type(error).__name__}: {error}"
            await _record(context.app.job_manager.connector, context.job, reason)
        raise


async def _record(connector: BaseConnector, job: Job, reason: str) -> None:
    await connector.execute_query_async(
        RECORD,
        job=job.id,
        run=_run_of(job),
        task=job.task_name,
        queue=job.queue,
        tries=job.attempts + 1,
        reason=reason[:LONGEST_REASON],
    )


def _run_of(job: Job) -> int | None:
    # The connection of the web processes gives JSON as it is stored.
    kwargs: Any = job.task_kwargs
    run = (json.loads(kwargs) if isinstance(kwargs, str) else kwargs).get("run")
    return run if isinstance(run, int) else None


def failures_of(membership: Membership) -> QuerySet[JobFailure]:
    """Of the company, not dismissed; an administrator also sees those that belong to none."""
    mine = Q(company=membership.company_id)
    if membership.role == Role.ADMIN:
        mine |= Q(company=None)
    return JobFailure.objects.filter(mine, dismissed_at=None).order_by("-failed_at", "-id")


def retry_failure(failure: JobFailure, *, by: User) -> None:
    """Queue the job once more. If its worker dies again, it fails at once. Raises JobNotFailed."""
    with acting(by.username), transaction.atomic():
        locked = _lock(failure)
        app.job_manager.retry_job_by_id(locked.job_id, retry_at=timezone.now())
        _dismiss(locked, by)


def dismiss_failure(failure: JobFailure, *, by: User) -> None:
    """Take it off the list; the job stays failed. Raises JobNotFailed."""
    with acting(by.username), transaction.atomic():
        _dismiss(_lock(failure), by)


def _lock(failure: JobFailure) -> JobFailure:
    found = JobFailure.objects.select_for_update().filter(pk=failure.pk, dismissed_at=None).first()
    if found is None:
        raise JobNotFailed()
    return found


def _dismiss(failure: JobFailure, by: User) -> None:
    failure.dismissed_at, failure.dismissed_by = timezone.now(), by
    failure.save(update_fields=["dismissed_at", "dismissed_by"])
