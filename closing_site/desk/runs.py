"""Runs that a person starts and a worker does: which go on, and which have died."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

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


def end_dead_runs() -> int:
    """A killed process cannot say that it ended: this does. What it wrote is rolled back already.

    A queued job of its kind is run again by the worker, which takes the row up anew.
    """
    alive = timezone.now() - timedelta(seconds=SILENT_SECONDS)
    return Run.objects.filter(state=RunState.RUNNING, heartbeat_at__lt=alive).update(
        state=RunState.FAILED, message=RunDied().message, finished_at=timezone.now()
    )
