import pytest
from django.db import OperationalError, connection, connections
from django.test import Client

from closing_site import health, serving_role

pytestmark = pytest.mark.django_db


def beat(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_all_well(client: Client) -> None:
    beat(seconds_ago=5)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "rules": "ok", "worker": "ok"}


def test_a_worker_that_fell_silent_is_not_well(client: Client) -> None:
    beat(seconds_ago=120)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "silent"


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
