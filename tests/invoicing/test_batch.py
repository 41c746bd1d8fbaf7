"""A month's invoices drawn by the worker's processes, and handed out as one archive."""

import io
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from closing_site.companies.models import User
from closing_site.desk.models import Attachment, Run
from closing_site.desk.runs import end_dead_runs
from closing_site.periods.models import Period
from invoicing import batch
from invoicing.batch import archive, documents_of, draw_share, request_invoice_pdfs
from invoicing.models import Invoice
from tests.invoicing.tea import january_invoices
from tests.pdfs import text_of

Month = tuple[Period, list[Invoice], User]


@pytest.fixture
def month(january_books: None, db: None) -> Month:
    invoices = january_invoices()
    period = invoices[0].period
    assert period
    return period, invoices, User.objects.get(username="ann")


def jobs() -> list[dict[str, object]]:
    found = ProcrastinateJob.objects.filter(task_name="invoicing.tasks.draw_invoices")
    return [job.args for job in found.order_by("id")]


@pytest.mark.django_db
def test_asking_makes_a_run_and_its_jobs(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    period, invoices, ann = month
    monkeypatch.setattr(batch, "SHARE", 2)
    run = request_invoice_pdfs(period, "en", by=ann)
    assert (run.state, run.done, run.total) == ("queued", 0, 3)
    keys = [invoice.pk for invoice in invoices]
    assert jobs() == [
        {"run": run.pk, "invoices": keys[:2]},
        {"run": run.pk, "invoices": keys[2:]},
    ]


@pytest.mark.django_db
def test_asking_again_while_it_draws_is_the_same_run(month: Month) -> None:
    period, _invoices, ann = month
    run = request_invoice_pdfs(period, "en", by=ann)
    assert request_invoice_pdfs(period, "en", by=ann) == run
    assert len(jobs()) == 1
    assert request_invoice_pdfs(period, "zh-hans", by=ann) != run


@pytest.mark.django_db
def test_a_run_that_has_not_moved_for_long_is_given_up(month: Month) -> None:
    period, _invoices, ann = month
    run = request_invoice_pdfs(period, "en", by=ann)
    Run.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    assert request_invoice_pdfs(period, "en", by=ann) != run
    run.refresh_from_db()
    assert run.state == "failed"


@pytest.mark.django_db
def test_a_run_that_waits_for_a_busy_worker_is_not_taken_for_dead(month: Month) -> None:
    period, _invoices, ann = month
    run = request_invoice_pdfs(period, "en", by=ann)
    Run.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    end_dead_runs()
    run.refresh_from_db()
    assert run.state == "queued"


@pytest.mark.django_db(transaction=True)
def test_processes_draw_what_is_missing_and_the_archive_holds_it(month: Month) -> None:
    period, invoices, ann = month
    run = request_invoice_pdfs(period, "en", by=ann)
    keys = [invoice.pk for invoice in invoices]
    draw_share(run, keys[:2], is_stopped=lambda: False)
    run.refresh_from_db()
    assert (run.state, run.done) == ("queued", 2)
    draw_share(run, keys, is_stopped=lambda: False)  # As a job that was killed, begun again.
    run.refresh_from_db()
    assert (run.state, run.done, run.finished_at is None) == ("done", 3, False)
    assert documents_of(period, "en") == (3, 3)
    assert Attachment.objects.count() == 3
    with ZipFile(io.BytesIO(b"".join(archive(period, "en")))) as file:
        assert file.namelist() == [f"{invoice.number}.pdf" for invoice in invoices]
        assert "CNY 7,341.12" in text_of(file.read(file.namelist()[0]))
