"""Runs that a person starts and a worker does: which go on, and which have died."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.desk.errors import RunDied
from closing_site.desk.models import SILENT_SECONDS, Run, RunState
from closing_site.periods.models import Period


def latest_runs(period: Period) -> list[Run]:
    """Of each kind the last one."""
    found = Run.objects.filter(company_id=period.company_id, period=period)
    return list(found.order_by("kind", "-id").distinct("kind"))


def runs_going_on(company: Company) -> QuerySet[Run]:
    """Those that wait or run; one whose process has died is not among them."""
    alive = timezone.now() - timedelta(seconds=SILENT_SECONDS)
    going = Run.objects.filter(company=company, state__in=[RunState.QUEUED, RunState.RUNNING])
    return going.exclude(state=RunState.RUNNING, heartbeat_at__lt=alive).order_by("id")


#: Waits for no one: its job failed before it began, and nobody was left to say so.
ABANDONED = """
    SELECT r.id FROM desk_run AS r
    WHERE r.state = 'queued' AND r.heartbeat_at < %(alive)s AND NOT EXISTS (
        SELECT FROM procrastinate_jobs AS j
        WHERE j.status IN ('todo', 'doing') AND j.args ->> 'run' = r.id::text)
"""


def end_dead_runs() -> int:
    """A killed process cannot say that it ended: this does. What it wrote is rolled back already.

    A queued job of its kind is run again by the worker, which takes the row up anew. Where there is
    no job any more, none comes.
    """
    alive = timezone.now() - timedelta(seconds=SILENT_SECONDS)
    abandoned = [row["id"] for row in sql.rows(ABANDONED, {"alive": alive})]
    silent = Q(state=RunState.RUNNING, heartbeat_at__lt=alive)
    # What a worker took up in this moment is not queued any more.
    return Run.objects.filter(silent | Q(state=RunState.QUEUED, pk__in=abandoned)).update(
        state=RunState.FAILED, message=RunDied().message, finished_at=timezone.now()
    )
