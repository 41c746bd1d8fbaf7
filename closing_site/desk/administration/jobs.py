"""Background jobs: which workers live, what is queued, what failed and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site import sql
from closing_site.companies.access import CompanyRequest
from closing_site.companies.may import may_write
from closing_site.desk.errors import JobDied
from closing_site.desk.failures import (
    died_message,
    dismiss_failure,
    failures_of,
    retry_failure,
)
from closing_site.desk.models import JobFailure
from closing_site.pages.addresses import keys_of
from closing_site.queues import PAPERS, QUEUES, RUNS

#: Failures on the page; what is older is reached once these are answered.
MOST: Final = 50

QUEUE_NAMES: Final = {
    RUNS: _("Runs and imports"),
    PAPERS: _("PDFs and close packs"),
}
TASK_NAMES: Final = {
    "wizard.carry_out": _("Run of a close"),
    "closing_site.exchange.tasks.import_upload": _("Import"),
    "invoicing.tasks.draw_invoices": _("Invoices as PDF"),
    "reports.tasks.render_pack": _("Close pack"),
    "closing_site.backups.tasks.back_up_nightly": _("Nightly backup"),
}

#: Of each queue: when a worker was last alive, how many jobs are queued, since when, and running.
STATE = """
    SELECT q.queue, b.beat_at,
        coalesce(b.beat_at > now() - interval '30 seconds', false) AS is_alive,
        count(j.id) FILTER (WHERE j.status = 'todo') AS queued,
        count(j.id) FILTER (WHERE j.status = 'doing') AS running,
        min(e.at) FILTER (WHERE j.status = 'todo') AS oldest_at
    FROM unnest(%(queues)s::text[]) WITH ORDINALITY AS q (queue, place)
    LEFT JOIN desk_workerbeat AS b ON b.queue = q.queue
    LEFT JOIN procrastinate_jobs AS j ON j.queue_name = q.queue AND j.status IN ('todo', 'doing')
        AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
    LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events
        WHERE job_id = j.id AND type IN ('deferred', 'deferred_for_retry')) AS e ON true
    GROUP BY q.queue, q.place, b.beat_at ORDER BY q.place
"""


@dataclass(frozen=True)
class Queue:
    title: str
    is_alive: bool
    beat_at: datetime | None
    queued: int
    running: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class Failure:
    """``may_retry``, ``may_dismiss``: on the page that shows it."""

    row: JobFailure
    title: str
    may_retry: bool = True
    may_dismiss: bool = True

    @property
    def reason(self) -> str:
        has_died = self.row.reason == died_message(self.row.tries)
        return str(JobDied(tries=self.row.tries)) if has_died else self.row.reason


def jobs(request: CompanyRequest) -> HttpResponse:
    """A POST retries (``retry``) or dismisses (``dismiss``) one that failed."""
    if request.method == "POST":
        act = retry_failure if "retry" in request.POST else dismiss_failure
        key = request.POST.get("retry") or request.POST.get("dismiss", "")
        failure = get_object_or_404(failures_of(request.membership), pk__in=keys_of([key]))
        act(failure, by=request.user)
        return redirect("jobs")
    failures = list(failures_of(request.membership).select_related("company")[: MOST + 1])
    context = {
        "queues": queues(),
        "failures": [Failure(row, title_of(row.task)) for row in failures[:MOST]],
        "has_more": len(failures) > MOST,
        "may_write": may_write(request, "jobs"),
    }
    return render(request, "companies/jobs.html", context)


def queues() -> list[Queue]:
    """Of all companies: a worker serves them all."""
    return [
        Queue(title=gettext(QUEUE_NAMES[row.pop("queue")]), **row)
        for row in sql.rows(STATE, {"queues": list(QUEUES)})
    ]


def title_of(task: str) -> str:
    return gettext(TASK_NAMES[task]) if task in TASK_NAMES else task
