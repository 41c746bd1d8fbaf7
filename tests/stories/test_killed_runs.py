"""Law 16: a killed run leaves nothing half done, and running again does it once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction

from closing_site.companies.models import Company, User
from closing_site.desk import resuming
from closing_site.desk.models import Run, RunState
from closing_site.desk.progress import watched
from closing_site.lost_session import is_lost_session
from closing_site.periods.models import Period
from closing_site.wizard.running import start_run
from closing_site.wizard.steps import all_steps
from invoicing.runs import issue
from tests.stories import books

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = tuple(f"S{n} ACME 2025-01-1{n} 119.00" for n in range(1, 6))


@pytest.fixture
def january(tmp_path: Path) -> Period:
    books.open_company()
    books.import_parties(tmp_path)
    # Alike, and no warning holds one: the runs are what is looked at.
    Company.objects.update(holding_checks=[])
    books.import_files(tmp_path, **books.sales(*ORDERS))
    books.walk("2025-01", "--through", "confirm")
    return Period.objects.select_related("company").get(code="2025-01")


class KilledAfterTheFirstChunk:
    """The server ends the run's session, as an operator or the kernel would."""

    def __init__(self, owner: psycopg.Cursor[Any]) -> None:
        self.owner = owner
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (self.session,) = cursor.fetchone()

    def tell(self, done: int, total: int) -> None:
        self.owner.execute("SELECT pg_terminate_backend(%s, 10000)", [self.session])


def test_a_killed_invoice_run_is_run_again_without_a_gap_or_a_double(
    january: Period, owner_cursor: psycopg.Cursor[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue, "CHUNK", 2)
    with pytest.raises(OperationalError):
        issue.invoice_run(january, by="ann", progress=KilledAfterTheFirstChunk(owner_cursor))
    connection.close()
    assert books.view("SELECT count(*) FROM v_invoices") == [(0,)]

    assert issue.invoice_run(january, by="ann") == 5
    assert issue.invoice_run(january, by="ann") == 0
    assert books.view("SELECT number FROM v_invoices ORDER BY 1") == [
        (f"INV-2025-01-0000{n}",) for n in range(1, 6)
    ]
    books.require_integrity()


def start_and_work(january: Period) -> Run:
    """A person starts the invoice run, and a worker takes every job there is."""
    run = start_run(january, "invoice", by=User.objects.get(username="ann"))
    connection.close()
    with ThreadPoolExecutor(1) as pool:
        # As the worker process runs it: outside the event loop of the test.
        pool.submit(call_command, "procrastinate", "worker", "--one-shot").result()
    return Run.objects.get(pk=run.pk)


@pytest.fixture
def killed_once(
    january: Period, owner_cursor: psycopg.Cursor[Any], monkeypatch: pytest.MonkeyPatch
) -> list[int]:
    """The session of the first invoice run is ended by the server; how often it was begun."""
    begun: list[int] = []
    original = issue.invoice_run

    def invoice_run(period: Period, *, by: str, progress: Any = None) -> int:
        begun.append(1)
        killer = KilledAfterTheFirstChunk(owner_cursor) if len(begun) == 1 else progress
        return original(period, by=by, progress=killer)

    (step,) = (step for step in all_steps() if step.slug == "invoice")
    (run,) = step.runs
    monkeypatch.setattr(issue, "CHUNK", 2)
    monkeypatch.setattr(type(step), "run_named", lambda *_names: run._replace(run=invoice_run))
    monkeypatch.setattr(resuming, "WAIT_SECONDS", 0)
    return begun


def test_a_run_whose_session_was_killed_is_resumed_by_the_worker(
    january: Period, killed_once: list[int]
) -> None:
    run = start_and_work(january)
    assert (run.state, len(killed_once)) == (RunState.DONE, 2), run.message
    assert books.view("SELECT count(*), count(DISTINCT number) FROM v_invoices") == [(5, 5)]
    books.require_integrity()


def test_a_worker_that_gives_up_at_a_lost_session_is_caught(
    january: Period, killed_once: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: no job is run again."""
    monkeypatch.setattr(resuming, "MOST_RESUMED", 0)
    run = start_and_work(january)
    assert (run.state, len(killed_once)) == (RunState.QUEUED, 1)
    assert books.view("SELECT count(*) FROM v_invoices") == [(0,)]


@pytest.mark.parametrize(
    ("statement", "is_lost"),
    [
        ("SELECT pg_terminate_backend(pg_backend_pid())", True),
        ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)", False),
        ("SELECT 1 / 0", False),
    ],
)
def test_only_an_ended_session_is_lost(statement: str, *, is_lost: bool) -> None:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        connection.cursor().execute(statement)
    connection.close()
    assert is_lost_session(caught.value) is is_lost


def test_how_far_a_run_is_shows_while_its_transaction_is_open(
    january: Period, owner_cursor: psycopg.Cursor[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(issue, "CHUNK", 2)
    with watched(january, "invoice", "ann") as progress:

        class Looking:
            def tell(self, done: int, total: int) -> None:
                progress.tell(done, total)
                row = owner_cursor.execute(
                    "SELECT done, total, state, (SELECT count(*) FROM invoicing_invoice)"
                    " FROM desk_run WHERE kind = 'invoice'"
                ).fetchone()
                seen.append(row)

        issue.invoice_run(january, by="ann", progress=Looking())
    assert seen == [(2, 5, "running", 0), (4, 5, "running", 0), (5, 5, "running", 0)]
    assert Run.objects.get(kind="invoice").state == RunState.DONE


def test_a_run_that_failed_says_why(january: Period) -> None:
    with (
        pytest.raises(ValueError, match="no paper"),
        watched(january, "invoice", "ann"),
    ):
        raise ValueError("no paper")
    run = Run.objects.get(kind="invoice", state=RunState.FAILED)
    assert (run.message, run.started_by) == ("no paper", "ann")
    assert run.finished_at is not None
    assert run.company_id == Company.objects.get().pk
