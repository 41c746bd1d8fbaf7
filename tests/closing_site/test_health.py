from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client
from django.utils import timezone

from closing_site import health, serving_role
from closing_site.database_objects.declarations import rules_digest
from closing_site.desk.models import JobFailure
from closing_site.program import program_version
from closing_site.queues import QUEUES

pytestmark = pytest.mark.django_db


def beat(seconds_ago: int, *queues: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM desk_workerbeat")
        for queue in queues or QUEUES:
            cursor.execute(
                "INSERT INTO desk_workerbeat (queue, beat_at)"
                " VALUES (%s, now() - make_interval(secs => %s))",
                [queue, seconds_ago],
            )


def test_all_well(client: Client) -> None:
    beat(seconds_ago=5)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "database": "ok",
        "migrations": "ok",
        "rules": "ok",
        "worker": "ok",
        "version": program_version(),
        "rules_digest": rules_digest(),
        "queues": {"default": "ok", "papers": "ok"},
        "failed_jobs": 0,
        "last_backup": None,
        "database_settings": [],
    }


def test_a_worker_that_fell_silent_is_not_well(client: Client) -> None:
    beat(seconds_ago=120)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "silent"


@pytest.mark.parametrize("alive", QUEUES)
def test_every_queue_needs_a_worker(client: Client, alive: str) -> None:
    """Papers that nobody makes are as wrong as runs that nobody does."""
    beat(5, alive)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "silent"
    assert {queue for queue, state in answer.json()["queues"].items() if state == "ok"} == {alive}


def test_failed_jobs_are_told_and_take_nothing_down(client: Client) -> None:
    beat(seconds_ago=5)
    JobFailure.objects.create(job_id=1, task="a", queue="default", tries=3, reason="died")
    JobFailure.objects.create(
        job_id=2, task="a", queue="default", tries=3, reason="died", dismissed_at=timezone.now()
    )
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["failed_jobs"]) == (200, 1)


def test_a_migration_still_to_be_applied_is_not_well(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(seconds_ago=5)
    monkeypatch.setattr(health, "_known_migrations", lambda: {("companies", "9999_to_come")})
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "behind"


def test_a_database_out_of_reach_is_said_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(sql: str) -> None:
        raise OperationalError

    monkeypatch.setattr(health, "_query", unreachable)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {
        "database": "unreachable",
        "migrations": "unknown",
        "rules": "unknown",
        "worker": "unknown",
    }


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_serving_role_that_owns_the_tables_is_not_well(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving_role, "connection", connections["owner"])
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "owned by its role"


def test_settings_that_somebody_gave_the_database_are_named(
    client: Client, owner_cursor: Any
) -> None:
    owner_cursor.execute("SELECT current_database()")
    ((name,),) = owner_cursor.fetchall()
    owner_cursor.execute(f'ALTER DATABASE "{name}" SET search_path = other')
    beat(seconds_ago=5)
    assert client.get("/healthz").json()["database_settings"] in (["search_path"], [])


def test_a_connection_keeps_its_own_search_path() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchall() == [("public,pg_temp",)]
