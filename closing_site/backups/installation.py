"""The whole installation at a glance, for its staff: versions, jobs, errors, slow statements, the
last backup and checks. Spans companies, so it shows their codes and nothing of their books.

Where companies lie on several databases it shows all of them; one that does not answer is named.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from closing_site import health, placing, sql
from closing_site.acting import acting
from closing_site.backups.models import Backup, RequestFailure
from closing_site.companies.models import User
from closing_site.companies.placed_people import make_known
from closing_site.database_objects.declarations import rules_digest
from closing_site.database_objects.version import is_current
from closing_site.desk.administration.jobs import Failure, queues, title_of
from closing_site.desk.failures import retry_failure
from closing_site.desk.models import JobFailure
from closing_site.program import program_version
from closing_site.refusals import BooksUnreachable

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
    ORDER BY v.verified_at NULLS FIRST, c.code
"""
#: What is listed of all databases together.
LISTED: Final = ("verified", "queues", "jobs", "failures")
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


#: No page waits longer for a statement of its own on another database.
BOUNDED: Final = "SET LOCAL statement_timeout = '5s'"


@dataclass(frozen=True)
class FailedJob(Failure):
    """As staff see it: the kind of the error alone. What it says may have amounts and names.

    ``place``: of which database its key is.
    """

    place: str = ""

    @property
    def reason(self) -> str:
        return self.row.reason.partition(":")[0][:80]


def installation() -> dict[str, Any]:
    """What the page shows."""
    slow, is_of_server = slow_statements()
    databases = [_database(name) for name in placing.everywhere()]
    return {
        **databases[0],
        **{part: [row for one in databases for row in one.get(part, ())] for part in LISTED},
        "version": program_version(),
        "rules": rules_digest()[:16],
        "databases": databases if placing.are_placed() else (),
        "errors": RequestFailure.objects.order_by("-failed_at", "-pk")[:MOST],
        "slow": slow,
        "is_slow_of_server": is_of_server,
    }


def _database(name: str) -> dict[str, Any]:
    """What one of them knows. Of another than home that does not answer: its name alone."""
    if name == placing.HOME:
        with placing.at(name):
            return _known(name)
    if not placing.is_reachable(name):
        return {"place": name, "state": "empty" if placing.answers(name) else "away"}
    try:
        with placing.at(name), _bounded():
            return _known(name)
    except DatabaseError:
        return {"place": name, "state": "away"}


@contextmanager
def _bounded() -> Iterator[None]:
    with transaction.atomic():
        sql.execute(BOUNDED)
        yield


def _known(name: str) -> dict[str, Any]:
    are_rules_current = is_current()
    migrations = health.migrations_state()
    is_well = are_rules_current and migrations == health.WELL
    verified = [row for row in sql.rows(VERIFIED) if placing.is_here(row["company"])]
    return {
        "place": name,
        "state": "current" if is_well else "behind",
        "are_rules_current": are_rules_current,
        "migrations": migrations,
        "postgresql": connection.get_database_version(),
        "backup": Backup.objects.order_by("-made_at").first(),
        "verified": [{**row, "company": _of(row["company"], name)} for row in verified[:MOST]],
        "queues": [replace(queue, title=_of(queue.title, name)) for queue in queues()],
        "jobs": [
            {**row, "title": _of(title_of(row["task"]), name)}
            for row in sql.rows(ACTIVE_JOBS, {"most": MOST})
        ],
        "failures": [
            FailedJob(
                row, _of(title_of(row.task), name), may_retry(row), may_dismiss=False, place=name
            )
            for row in failed_jobs()[:MOST]
        ],
    }


def _of(title: str, name: str) -> str:
    """With the database that it is on, where there are several."""
    return f"{title} · {name}" if placing.are_placed() else title


def failed_jobs() -> QuerySet[JobFailure]:
    found = JobFailure.objects.filter(dismissed_at=None).select_related("company")
    return found.order_by("-failed_at", "-id")


def may_retry(row: JobFailure) -> bool:
    """Whether staff may: what changes a company's books is retried by its own people."""
    return row.company_id is None or row.task in SAFE_TASKS


def retry_job(key: int, *, place: str, by: User) -> bool:
    """Queue a failed job once more, where that is safe. Whether it was.

    Raises JobNotFailed, BooksUnreachable, NameOfAnother.
    """
    if place not in placing.everywhere():
        return False
    if not placing.is_reachable(place):
        raise BooksUnreachable(name=place)
    with placing.at(place):
        row = failed_jobs().filter(pk=key).first()
        if row is None or not may_retry(row):
            return False
        if place != placing.HOME:
            with acting(by.username):
                make_known(by)
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
