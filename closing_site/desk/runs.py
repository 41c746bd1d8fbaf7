"""Runs that a person starts and a worker does: one at a time in a month."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from closing_site import sql
from closing_site.acting import acting
from closing_site.companies.models import Company, User
from closing_site.desk.errors import RunDied, RunGoesOn
from closing_site.desk.models import SILENT_SECONDS, Run, RunState
from closing_site.periods.models import Period

#: Whoever starts one comes one by one, and sees whether one goes on.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('closing runs', %(company)s))"


def queue_run(period: Period, kind: str, *, by: User) -> Run:
    """A run that waits for its worker. Raises RunGoesOn where one of the month goes on."""
    with acting(by.username):
        sql.execute(LOCK, {"company": period.company_id})
        end_dead_runs()
        if going := runs_going_on(period.company).filter(period=period).first():
            raise RunGoesOn(user=going.started_by, period=period.code)
        return Run.objects.create(
            company_id=period.company_id,
            period=period,
            kind=kind,
            started_by=by.username,
            state=RunState.QUEUED,
        )


def latest_runs(period: Period) -> list[Run]:
    """Of each kind the last one."""
    found = Run.objects.filter(company_id=period.company_id, period=period)
    return list(found.order_by("kind", "-id").distinct("kind"))


def runs_going_on(company: Company) -> QuerySet[Run]:
    """Those that wait or run; one whose process has died is not among them."""
    alive = timezone.now() - timedelta(seconds=SILENT_SECONDS)
    going = Run.objects.filter(company=company, state__in=[RunState.QUEUED, RunState.RUNNING])
    return going.exclude(state=RunState.RUNNING, heartbeat_at__lt=alive).order_by("id")


def end_dead_runs() -> int:
    """A killed process cannot say that it ended: this does. What it wrote is rolled back already.

    A queued job of its kind is run again by the worker, which takes the row up anew.
    """
    alive = timezone.now() - timedelta(seconds=SILENT_SECONDS)
    return Run.objects.filter(state=RunState.RUNNING, heartbeat_at__lt=alive).update(
        state=RunState.FAILED, message=RunDied().message, finished_at=timezone.now()
    )
