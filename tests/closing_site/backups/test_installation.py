"""The page of the installation: what staff see of all companies, and what they do not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from closing_site.backups import observed, tasks
from closing_site.backups.installation import slow_statements
from closing_site.backups.models import RequestFailure, SlowStatement
from closing_site.companies.models import Company, User
from closing_site.desk.models import JobFailure, WorkerBeat
from invoicing.tasks import draw_invoices
from tests.entering import the_shop
from tests.sql_counts import assert_sql_count

pytestmark = pytest.mark.django_db
URL = "/installation/"


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


@pytest.fixture
def staff(shop: Company) -> Client:
    client = Client()
    client.force_login(User.objects.create(username="ops", is_staff=True))
    return client


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> str:
    """A page that fails while it has a customer's name in hand."""

    def fail() -> None:
        raise ZeroDivisionError("Acme GmbH owes 744.54")

    monkeypatch.setattr("closing_site.backups.views.installation", fail)
    return URL


def failed_job(company: Company | None, task: str, status: str = "failed") -> JobFailure:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            " VALUES ('papers', %s, '{}', %s, 1) RETURNING id",
            [task, status],
        )
        (job,) = cursor.fetchone()
    return JobFailure.objects.create(
        job_id=job, company=company, task=task, queue="papers", tries=2,
        reason="ValueError: Acme GmbH owes 744.54",
    )  # fmt: skip


def text_of(client: Client) -> str:
    answer = client.get(URL)
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_staff_of_the_installation_find_it(shop: Company) -> None:
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    assert client.get(URL).status_code == 404
    assert client.post(URL, {"retry": "1"}).status_code == 404
    assert URL not in client.get("/").content.decode()


def test_it_shows_jobs_versions_and_checks_without_anything_of_the_books(
    staff: Client, shop: Company
) -> None:
    WorkerBeat.objects.create(queue="default", beat_at=timezone.now())
    failed_job(shop, "wizard.carry_out")
    failed_job(None, "closing_site.backups.tasks.back_up_nightly")
    draw_invoices.defer(run=1, invoices=[])
    SlowStatement.objects.create(
        digest="x", statement="SELECT 1", route="home", times=2, total_ms=1300,
        longest_ms=700, last_at=timezone.now(),
    )  # fmt: skip
    with assert_sql_count("installation"):
        page = text_of(staff)
    assert "Acme" not in page
    assert "744.54" not in page
    assert "ValueError" in page
    assert len(re.findall(r'name="retry"', page)) == 1
    assert shop.code in page
    assert "SELECT 1" in page


def test_what_changes_no_books_is_retried(staff: Client, shop: Company) -> None:
    safe = failed_job(shop, "reports.tasks.render_pack")
    books = failed_job(shop, "wizard.carry_out")
    for failure in (safe, books):
        assert staff.post(URL, {"retry": str(failure.pk)}).status_code == 302
    found = dict(JobFailure.objects.values_list("task", "dismissed_at"))
    assert found["reports.tasks.render_pack"] is not None
    assert found["wizard.carry_out"] is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status FROM procrastinate_jobs ORDER BY id")
        assert [(task, status) for task, status in cursor.fetchall()] == [
            ("reports.tasks.render_pack", "todo"),
            ("wizard.carry_out", "failed"),
        ]
    for nothing in ("", "x", "999999"):
        assert staff.post(URL, {"retry": nothing}).status_code == 302


def test_an_error_is_kept_by_its_number_without_its_message(staff: Client, broken: str) -> None:
    staff.raise_request_exception = False
    answer = staff.get(broken)
    assert answer.status_code == 500
    (kept,) = RequestFailure.objects.all()
    assert kept.number == answer.headers["X-Request-ID"]
    assert (kept.route, kept.method, kept.error) == ("installation", "GET", "ZeroDivisionError")
    assert "test_installation.py" in kept.place
    assert "Acme" not in str(vars(kept))


def test_a_refused_request_is_no_error(staff: Client) -> None:
    for address in ("/no/such/page/", "/orders/1/"):
        assert staff.get(address).status_code in (302, 403, 404)
    assert not RequestFailure.objects.exists()


def test_a_statement_that_took_long_is_kept_without_its_values(
    staff: Client, settings: Any
) -> None:
    settings.CLOSING_SLOW_STATEMENT_MS = 0
    staff.get("/preferences/")
    kept = SlowStatement.objects.filter(statement__contains="companies_user")
    assert kept.exists()
    assert not kept.filter(statement__contains="ops").exists()
    before = kept.get(statement__startswith="SELECT", statement__contains='"last_login"').times
    staff.get("/preferences/")
    assert kept.get(statement__contains='"last_login"').times == before + 1
    lists = "SELECT 1 WHERE x IN (%s, %s, %s) AND y = 'a literal longer than forty signs, a name'"
    observed._record_slow(lists, 0.7)
    assert SlowStatement.objects.filter(
        statement="SELECT 1 WHERE x IN (%s, …) AND y = '…'"
    ).exists()


def test_a_health_check_keeps_nothing(client: Client, settings: Any) -> None:
    settings.CLOSING_SLOW_STATEMENT_MS = 0
    client.get("/healthz")
    assert not SlowStatement.objects.exists()


def test_without_the_servers_statistics_ours_are_shown(superuser_cursor: Any) -> None:
    """The extension is there, and the server was not started with it."""
    superuser_cursor.execute("CREATE EXTENSION pg_stat_statements")
    superuser_cursor.connection.commit()
    try:
        assert slow_statements() == ([], False)
    finally:
        superuser_cursor.execute("DROP EXTENSION pg_stat_statements")
        superuser_cursor.connection.commit()


def test_what_is_old_is_forgotten(shop: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "ERRORS_KEPT", 2)
    for number in "abcd":
        RequestFailure.objects.create(number=number, route="home", method="GET", error="X")
    RequestFailure.objects.filter(number="d").update(failed_at=timezone.now() - timedelta(days=40))
    tasks.forget_what_was_observed(timestamp=0)
    assert list(RequestFailure.objects.values_list("number", flat=True)) == ["c"]
