"""The whole installation at a glance, for its staff: versions, jobs, errors, slow statements, the
last backup and checks. Spans companies, so it shows their codes and nothing of their books."""

from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from closing_site import health, sql
from closing_site.backups.models import Backup, RequestFailure
from closing_site.companies.models import User
from closing_site.database_objects.declarations import rules_digest
from closing_site.database_objects.version import is_current
from closing_site.desk.administration.jobs import Failure, queues, title_of
from closing_site.desk.failures import retry_failure
from closing_site.desk.models import JobFailure
from closing_site.program import program_version

#: On the page, of each kind.
MOST: Final = 20
#: Tasks that write no books, whoever starts them again. What changes books (runs, imports) is
#: started again by the people of its company, on their own page.
SAFE_TASKS: Final = frozenset(("invoicing.tasks.draw_invoices", "reports.tasks.render_pack"))

#: The oldest first: what runs or waits longest is looked at.
ACTIVE_JOBS: Final = """
    SELECT j.task_name AS task, j.status = 'doing' AS is_running, j.attempts AS tries,
        e.at AS since, c.code AS company
    FROM procrastinate_jobs AS j
    LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = j.id
        AND type IN ('started', 'deferred', 'deferred_for_retry')) AS e ON true
    LEFT JOIN desk_run AS r ON r.id = CASE WHEN j.args ->> 'run' ~ '^[0-9]{1,18}$'
        THEN (j.args ->> 'run')::bigint END
    LEFT JOIN companies_company AS c ON c.id = r.company_id
    WHERE j.status IN ('todo', 'doing') AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
    ORDER BY j.status = 'doing' DESC, e.at, j.id LIMIT %(most)s
"""
VERIFIED: Final = """
    SELECT c.code AS company, v.verified_at, v.findings FROM companies_company AS c
    LEFT JOIN LATERAL (SELECT verified_at, findings FROM wizard_verification
        WHERE company_id = c.id ORDER BY id DESC LIMIT 1) AS v ON true
    ORDER BY v.verified_at NULLS FIRST, c.code LIMIT %(most)s
"""
OWN_SLOW: Final = """
    SELECT statement, times, total_ms, longest_ms, last_at, route FROM backups_slowstatement
    ORDER BY total_ms DESC, id LIMIT %(most)s
"""
HAS_STATISTICS: Final = """
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements')
"""
#: Of this role alone: it may not read those of others.
STATISTICS: Final = """
    SELECT left(query, 2000) AS statement, calls AS times,
        round(total_exec_time)::bigint AS total_ms, round(max_exec_time)::bigint AS longest_ms,
        NULL::timestamptz AS last_at, '' AS route
    FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND userid = current_user::regrole
        AND query ~* '^[[:space:]]*(SELECT|INSERT|UPDATE|DELETE|WITH)'
    ORDER BY total_exec_time DESC LIMIT %(most)s
"""


class FailedJob(Failure):
    """As staff see it: the kind of the error alone. What it says may have amounts and names."""

    @property
    def reason(self) -> str:
        return self.row.reason.partition(":")[0][:80]


def installation() -> dict[str, Any]:
    """What the page shows."""
    slow, is_of_server = slow_statements()
    return {
        "version": program_version(),
        "rules": rules_digest()[:16],
        "are_rules_current": is_current(),
        "migrations": health.migrations_state(),
        "postgresql": connection.get_database_version(),
        "backup": Backup.objects.order_by("-made_at").first(),
        "verified": sql.rows(VERIFIED, {"most": MOST}),
        "queues": queues(),
        "jobs": [
            {**row, "title": title_of(row["task"])} for row in sql.rows(ACTIVE_JOBS, {"most": MOST})
        ],
        "failures": [
            FailedJob(row, title_of(row.task), may_retry(row), may_dismiss=False)
            for row in failed_jobs()[:MOST]
        ],
        "errors": RequestFailure.objects.order_by("-failed_at", "-pk")[:MOST],
        "slow": slow,
        "is_slow_of_server": is_of_server,
    }


def failed_jobs() -> QuerySet[JobFailure]:
    found = JobFailure.objects.filter(dismissed_at=None).select_related("company")
    return found.order_by("-failed_at", "-id")


def may_retry(row: JobFailure) -> bool:
    """Whether staff may: what changes a company's books is retried by its own people."""
    return row.company_id is None or row.task in SAFE_TASKS


def retry_job(key: int, *, by: User) -> bool:
    """Queue a failed job once more, where that is safe. Whether it was. Raises JobNotFailed."""
    row = failed_jobs().filter(pk=key).first()
    if row is None or not may_retry(row):
        return False
    retry_failure(row, by=by)
    return True


def slow_statements() -> tuple[list[dict[str, Any]], bool]:
    """PostgreSQL's own statistics where it keeps them, else ours; and whose they are."""
    if sql.value(HAS_STATISTICS):
        # The extension may be there and the server was not started with it.
        with suppress(DatabaseError), transaction.atomic():
            return sql.rows(STATISTICS, {"most": MOST}), True
    return sql.rows(OWN_SLOW, {"most": MOST}), False


def forget(before: datetime, keep: int) -> None:
    """Delete what was kept of requests before this moment, and errors beyond so many."""
    sql.execute("DELETE FROM backups_slowstatement WHERE last_at < %(before)s", {"before": before})
    sql.execute(
        "DELETE FROM backups_requestfailure WHERE failed_at < %(before)s OR id <= ("
        "SELECT max(id) FROM backups_requestfailure) - %(keep)s",
        {"before": before, "keep": keep},
    )
