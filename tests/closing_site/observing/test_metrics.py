"""``/livez`` and ``/metrics``."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from closing_site.backups.models import Backup

pytestmark = pytest.mark.django_db


def figures(client: Client, **options: Any) -> dict[str, list[tuple[dict[str, str], float]]]:
    answer = client.get("/metrics", **options)
    assert answer.status_code == 200
    return {
        family.name: [(dict(sample.labels), sample.value) for sample in family.samples]
        for family in text_string_to_metric_families(answer.content.decode())
    }


def test_it_lives_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", lambda: (_ for _ in ()).throw(OperationalError))
    assert client.get("/livez").status_code == 200
    found = figures(client)
    assert found["closing_database_up"] == [({}, 0.0)]


def test_what_the_database_knows(client: Client) -> None:
    made = timezone.now()
    Backup.objects.create(name="x", size=1, digest="0" * 64, made_at=made)
    found = figures(client)
    assert found["closing_database_up"] == [({}, 1.0)]
    assert {labels["queue"] for labels, _value in found["closing_jobs_queued"]} == {
        "default",
        "papers",
    }
    assert found["closing_jobs_failed"] == [({}, 0.0)]
    ((_labels, value),) = found["closing_last_backup_timestamp_seconds"]
    assert value == pytest.approx(made.timestamp(), abs=1)


def test_requests_are_counted_by_route(client: Client) -> None:
    client.get("/customers/C001/")
    found = figures(client)
    assert any(
        labels.get("route") == "customer" and labels.get("status") == "302" and value >= 1
        for labels, value in found["closing_requests"]
    )
    assert "C001" not in str(found)


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.9", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 403),
        ("203.0.113.9", {"Authorization": "Bearer right"}, 200),
        ("203.0.113.9", {"Authorization": "Bearer wrong"}, 403),
        ("203.0.113.9", {"Authorization": "Bearer "}, 403),
    ],
)
def test_it_is_for_who_sits_here_or_has_the_token(
    client: Client, settings: Any, address: str, headers: dict[str, str], status: int
) -> None:
    settings.CLOSING_METRICS_TOKEN = "right"
    assert client.get("/metrics", REMOTE_ADDR=address, headers=headers).status_code == status


def test_without_a_token_no_token_is_right(client: Client, settings: Any) -> None:
    settings.CLOSING_METRICS_TOKEN = ""
    given = {"Authorization": "Bearer "}
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers=given).status_code == 403
