"""Jobs that a killed worker left behind, and jobs that failed; all as the role that serves."""

import re
from typing import cast

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from closing_site.companies.models import Company, Membership, User
from closing_site.desk.failures import MAX_RETRIES
from closing_site.desk.models import JobFailure, Run, WorkerBeat
from closing_site.desk.tasks import retry_stalled_jobs
from closing_site.desk.workers import work
from closing_site.queues import PAPERS, QUEUES, RUNS
from invoicing.tasks import draw_invoices
from ops.serve import WORKERS
from reports.tasks import render_pack

pytestmark = pytest.mark.django_db(transaction=True)


def leave_behind(
    *, attempts: int = 0, queueing_lock: str | None = None, run: int | None = None
) -> int:
    """A job in hand of a worker that is gone."""
    of_run = {} if run is None else {"run": run}
    job = app.configure_task("some.task", queueing_lock=queueing_lock).defer(**of_run)
    take_and_die(job, attempts=attempts)
    return job


def take_and_die(job: int, *, attempts: int | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = coalesce(%s, attempts)"
            " WHERE id = %s",
            [attempts, job],
        )


def look_after_stalled() -> None:
    async_to_sync(retry_stalled_jobs.func)(0)


def status(job: int) -> str:
    return str(ProcrastinateJob.objects.get(pk=job).status)


def open_company() -> Company:
    return Company.objects.create(
        code="A", name="A", currency="EUR", country="DE", first_day="2026-01-01"
    )


def test_a_job_left_behind_is_queued_again() -> None:
    job = leave_behind()
    look_after_stalled()
    assert status(job) == "todo"


def test_a_job_in_hand_of_a_living_worker_is_left_alone() -> None:
    job = leave_behind()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH worker AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id)"
            " UPDATE procrastinate_jobs SET worker_id = worker.id FROM worker"
        )
    look_after_stalled()
    assert status(job) == "doing"


def test_a_job_that_takes_its_worker_down_is_tried_twice_more_and_fails_with_a_reason() -> None:
    run = Run.objects.create(company=open_company(), kind="import", started_by="ann")
    job = leave_behind(run=run.pk)
    tries = 1
    for _minute in range(10):
        look_after_stalled()
        if status(job) != "todo":
            break
        take_and_die(job)
        tries += 1
    assert (tries, status(job)) == (1 + MAX_RETRIES, "failed") == (3, "failed")
    failure = JobFailure.objects.get()
    assert (failure.job_id, failure.run_id, failure.tries) == (job, run.pk, 3)
    assert failure.company == run.company
    run.refresh_from_db()
    assert run.state == "failed"
    assert run.message == failure.reason[:300] != ""


def test_a_job_whose_like_is_queued_already_is_no_failure() -> None:
    job = leave_behind(queueing_lock="once")
    twin = app.configure_task("some.task", queueing_lock="once").defer()
    look_after_stalled()
    assert (status(job), status(twin)) == ("aborted", "todo")
    assert not JobFailure.objects.exists()


def test_what_a_job_raises_is_the_reason_that_is_read() -> None:
    run = Run.objects.create(company=open_company(), kind="import", started_by="ann")
    of_test = DjangoApp(connector=app.connector)

    @of_test.task(queue=PAPERS)
    def fail(run: int) -> None:
        raise ValueError("no such sheet")

    job = fail.defer(run=run.pk)
    drain(of_test, PAPERS)
    assert status(job) == "failed"
    failure = JobFailure.objects.get()
    assert (failure.reason, failure.company) == ("ValueError: no such sheet", run.company)


def test_a_worker_does_its_own_queue_and_tells_that_it_lives() -> None:
    """A month of papers is queued first: the run that someone waits for is done all the same."""
    of_test = DjangoApp(connector=app.connector)
    done = []

    @of_test.task(queue=PAPERS)
    def paper() -> None:
        done.append("paper")

    @of_test.task
    def run() -> None:
        done.append("run")

    for _ in range(5):
        paper.defer()
    run.defer()
    drain(of_test, RUNS)
    assert done == ["run"]
    assert set(WorkerBeat.objects.values_list("queue", flat=True)) == {RUNS}
    drain(of_test, PAPERS)
    assert done == ["run", *["paper"] * 5]


def drain(of_test: DjangoApp, queue: str) -> None:
    async def until_empty() -> None:
        connector = cast(DjangoConnector, app.connector).get_worker_connector()
        with of_test.replace_connector(connector) as with_connector:
            async with with_connector.open_async():
                await work(with_connector, queue, wait=False)

    async_to_sync(until_empty)()


def test_papers_have_a_queue_of_their_own_and_each_queue_a_process() -> None:
    assert {draw_invoices.queue, render_pack.queue} == {PAPERS}
    others = {task.queue for name, task in app.tasks.items() if "papers" not in task.queue}
    assert others <= {RUNS, "builtin"}
    assert set(WORKERS.values()) == set(QUEUES)


def test_failed_jobs_have_a_page_on_which_they_are_retried_or_dismissed() -> None:
    company = open_company()
    run = Run.objects.create(company=company, kind="import", started_by="ann")
    jobs = [leave_behind(attempts=MAX_RETRIES, run=run.pk) for _ in range(2)]
    look_after_stalled()
    client = member_of(company, "finance")
    page = client.get("/jobs/").content.decode()
    first, second = (JobFailure.objects.get(job_id=job) for job in jobs)
    assert sorted(map(int, re.findall(r'name="retry"\s+value="(\d+)"', page))) == [
        first.pk,
        second.pk,
    ]
    assert client.post("/jobs/", {"retry": first.pk}).status_code == 302
    assert client.post("/jobs/", {"dismiss": second.pk}).status_code == 302
    assert [status(job) for job in jobs] == ["todo", "failed"]
    assert client.post("/jobs/", {"retry": second.pk}).status_code == 404
    assert 'name="retry"' not in client.get("/jobs/").content.decode()
    # A person's retry is one more try: when its worker dies again, it is a failure again.
    take_and_die(jobs[0])
    look_after_stalled()
    assert f'value="{first.pk}"' in client.get("/jobs/").content.decode()


def test_another_company_s_failures_are_not_shown() -> None:
    run = Run.objects.create(company=open_company(), kind="import", started_by="ann")
    leave_behind(attempts=MAX_RETRIES, run=run.pk)
    leave_behind(attempts=MAX_RETRIES)
    look_after_stalled()
    other = Company.objects.create(
        code="B", name="B", currency="EUR", country="DE", first_day="2026-01-01"
    )
    for role, shown in (("finance", 0), ("admin", 1)):
        page = member_of(other, role).get("/jobs/").content.decode()
        assert page.count('name="retry"') == shown


def member_of(company: Company, role: str) -> Client:
    user = User.objects.create_user(f"{role}-{company.code}", password=None)
    Membership.objects.create(company=company, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client
