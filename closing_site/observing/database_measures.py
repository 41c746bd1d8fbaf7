"""Figures that the database knows: queues, failed jobs, runs, backups, checks of integrity.

Where companies lie on several databases, each figure has the label ``database``. One that does not
answer is waited for a few seconds, and then not at all for a while (``placing``).
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from django.db import DatabaseError, connection, transaction
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from closing_site import placing
from closing_site.queues import QUEUES

QUEUE_STATE: Final = """
    SELECT q.queue, count(j.id) FILTER (WHERE j.status = 'todo'),
        count(j.id) FILTER (WHERE j.status = 'doing'),
        coalesce(extract(epoch FROM now() - min(e.at) FILTER (WHERE j.status = 'todo')), 0)
    FROM unnest(%s::text[]) AS q (queue)
    LEFT JOIN procrastinate_jobs AS j ON j.queue_name = q.queue AND j.status IN ('todo', 'doing')
        AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
    LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events
        WHERE job_id = j.id AND type IN ('deferred', 'deferred_for_retry')) AS e ON true
    GROUP BY q.queue
"""
FAILED: Final = "SELECT count(*) FROM desk_jobfailure WHERE dismissed_at IS NULL"
RUNS: Final = """
    SELECT kind, state, count(*), coalesce(sum(extract(epoch FROM finished_at - started_at)), 0),
        coalesce(max(extract(epoch FROM finished_at - started_at)), 0)
    FROM desk_run WHERE finished_at > now() - interval '1 day' GROUP BY kind, state
"""
LAST_BACKUP: Final = "SELECT extract(epoch FROM max(made_at)) FROM backups_backup"
VERIFIED: Final = """
    SELECT DISTINCT ON (v.company_id) c.code, extract(epoch FROM v.verified_at), v.findings
    FROM wizard_verification AS v JOIN companies_company AS c ON c.id = v.company_id
    ORDER BY v.company_id, v.id DESC
"""


#: A statement that waits for a lock is no reason to keep a scrape waiting.
BOUNDED: Final = "SET LOCAL statement_timeout = '5s'"


class DatabaseMeasures(Collector):
    """Asked again by each scrape; without the database there is only ``closing_database_up`` 0."""

    def collect(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for name in placing.everywhere():
            labels = {"database": name} if placing.are_placed() else {}
            for family in _of_database(name):
                known = families.setdefault(
                    family.name, GaugeMetricFamily(family.name, family.documentation)
                )
                for sample in family.samples:
                    known.add_sample(sample.name, {**labels, **sample.labels}, sample.value)
        yield from families.values()


def _of_database(name: str) -> Iterator[Metric]:
    up = GaugeMetricFamily("closing_database_up", "Whether the database answers.")
    found: list[Metric] = []
    if placing.is_reachable(name):
        with placing.at(name), suppress(DatabaseError), transaction.atomic():
            _bound()
            found = list(_measures())
    up.add_metric([], 1 if found else 0)
    yield up
    yield from found
    with placing.at(name):
        yield from _pool()


def _measures() -> Iterator[Metric]:
    waiting = GaugeMetricFamily("closing_jobs_queued", "Jobs that wait.", labels=["queue"])
    running = GaugeMetricFamily("closing_jobs_running", "Jobs in hand.", labels=["queue"])
    age = GaugeMetricFamily(
        "closing_jobs_oldest_seconds", "Since when the oldest job waits.", labels=["queue"]
    )
    for queue, todo, doing, seconds in _rows(QUEUE_STATE, [list(QUEUES)]):
        waiting.add_metric([queue], todo)
        running.add_metric([queue], doing)
        age.add_metric([queue], float(seconds))
    yield from (waiting, running, age)
    failed = GaugeMetricFamily("closing_jobs_failed", "Failed and not answered by anybody.")
    failed.add_metric([], _rows(FAILED)[0][0])
    yield failed
    yield from _runs()
    yield from _checks()


def _runs() -> Iterator[Metric]:
    labels = ["kind", "state"]
    ended = GaugeMetricFamily("closing_runs_ended", "Runs ended in the last day.", labels=labels)
    total = GaugeMetricFamily("closing_run_seconds_sum", "Seconds they took.", labels=labels)
    longest = GaugeMetricFamily("closing_run_seconds_max", "The longest of them.", labels=labels)
    for kind, state, count, seconds, most in _rows(RUNS):
        ended.add_metric([kind, state], count)
        total.add_metric([kind, state], float(seconds))
        longest.add_metric([kind, state], float(most))
    yield from (ended, total, longest)


def _checks() -> Iterator[Metric]:
    backup = GaugeMetricFamily("closing_last_backup_timestamp_seconds", "When it was made.")
    ((made_at,),) = _rows(LAST_BACKUP)
    if made_at is not None:
        backup.add_metric([], float(made_at))
    at = GaugeMetricFamily(
        "closing_last_verify_timestamp_seconds", "When it was checked.", labels=["company"]
    )
    findings = GaugeMetricFamily(
        "closing_last_verify_findings", "What was not as it was sealed.", labels=["company"]
    )
    for company, verified_at, count in _rows(VERIFIED):
        # Books that were moved away are checked where they are now.
        if not placing.is_here(company):
            continue
        at.add_metric([company], float(verified_at))
        findings.add_metric([company], count)
    yield from (backup, at, findings)


def _pool() -> Iterator[Metric]:
    """Of the process that answers."""
    pool = getattr(connection, "pool", None)
    if pool is None:
        return
    found = GaugeMetricFamily("closing_pool", "Connections of this web process.", labels=["figure"])
    for figure, number in pool.get_stats().items():
        found.add_metric([figure], number)
    yield found


def _rows(query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def _bound() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BOUNDED)
