"""Jobs that a killed worker left behind. Everything here runs as the role that serves."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from closing_site.desk.tasks import MOST_ATTEMPTS, retry_stalled_jobs

pytestmark = pytest.mark.django_db(transaction=True)


def leave_behind(*, attempts: int = 0, queueing_lock: str | None = None) -> int:
    """A job in hand of a worker that is gone."""
    job = app.configure_task("some.task", queueing_lock=queueing_lock).defer()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE id = %s",
            [attempts, job],
        )
    return job


def status(job: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=job).status)


def test_a_job_left_behind_is_queued_again() -> None:
    job = leave_behind()
    async_to_sync(retry_stalled_jobs.func)(0)
    assert status(job) == "todo"


def test_a_job_in_hand_of_a_living_worker_is_left_alone() -> None:
    job = leave_behind()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH worker AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id)"
            " UPDATE procrastinate_jobs SET worker_id = worker.id FROM worker"
        )
    async_to_sync(retry_stalled_jobs.func)(0)
    assert status(job) == "doing"


def test_a_job_that_took_its_worker_down_too_often_is_given_up() -> None:
    job = leave_behind(attempts=MOST_ATTEMPTS)
    async_to_sync(retry_stalled_jobs.func)(0)
    assert status(job) == "failed"


def test_a_job_whose_like_is_queued_already_is_given_up() -> None:
    job = leave_behind(queueing_lock="once")
    twin = app.configure_task("some.task", queueing_lock="once").defer()
    async_to_sync(retry_stalled_jobs.func)(0)
    assert (status(job), status(twin)) == ("failed", "todo")
