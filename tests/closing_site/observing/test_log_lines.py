"""One JSON object a line, with who and what, and without the values of rows."""

import json
import logging
import sys
from typing import Any

import psycopg
import pytest
from django.test import Client, RequestFactory

from closing_site.observing.context import NotedFilter, note, noted, noting
from closing_site.observing.log_lines import LineFormatter
from closing_site.observing.middleware import HEADER
from closing_site.observing.views import server_error


def line(message: str, **extra: Any) -> dict[str, Any]:
    record = logging.makeLogRecord({"name": "closing.x", "levelname": "INFO", "msg": message})
    vars(record).update(extra)
    NotedFilter().filter(record)
    written = LineFormatter().format(record)
    assert "\n" not in written
    found: dict[str, Any] = json.loads(written)
    return found


def test_a_line_has_what_is_noted_meanwhile() -> None:
    with noting(request="abc"):
        note(company="DEMO", user="finance")
        found = line("served", measured={"status": 200, "ms": 12})
    wanted = {"request": "abc", "company": "DEMO", "user": "finance", "status": 200, "ms": 12}
    assert wanted.items() <= found.items()
    assert found["level"] == "INFO"
    assert noted() == {}


def test_what_is_noted_outside_of_everything_is_nothing() -> None:
    note(company="DEMO")
    assert noted() == {}


def test_the_values_of_a_row_are_not_logged() -> None:
    try:
        raise psycopg.errors.CheckViolation(
            "new row violates check\nDETAIL:  Failing row contains (Acme GmbH, 744.54)."
        )
    except psycopg.Error:
        found = line("failed\nDETAIL:  Key (name)=(Acme GmbH)", exc_info=sys.exc_info())
    assert "new row violates check" in found["exc_info"]
    assert "Acme" not in json.dumps(found)
    assert "744.54" not in json.dumps(found)


@pytest.mark.django_db
def test_each_answer_has_its_own_number(client: Client) -> None:
    numbers = {client.get("/livez").headers[HEADER] for _ in range(2)}
    assert len(numbers) == 2


@pytest.mark.django_db
def test_a_request_is_one_line_without_its_address(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "closing")
    client.get("/customers/C001/")
    client.get("/livez")
    (record,) = (one for one in caplog.records if one.name == "closing.request")
    assert record.measured["status"] == 302  # type: ignore[attr-defined]
    assert "C001" not in record.getMessage()


@pytest.mark.django_db
def test_a_refused_request_is_logged_by_its_route(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    with caplog.at_level(logging.WARNING, "django.request"):
        client.get("/no/such/C001/")
        client.get("/language/")
    lines = [LineFormatter().format(one) for one in caplog.records]
    assert [json.loads(line)["logger"] for line in lines] == ["django.request"] * 2
    assert "C001" not in "".join(lines)
    assert "/language/" not in "".join(lines)
    assert "Method Not Allowed (GET)" in lines[1]


def test_the_page_of_an_error_says_its_number() -> None:
    with noting(request="0123456789abcdef"):
        answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "0123456789abcdef" in answer.content.decode()
