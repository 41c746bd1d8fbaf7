"""Runs from pages: started once, done by the worker, and never left as running."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from closing_site.desk.models import Run, RunState
from closing_site.desk.runs import end_dead_runs
from closing_site.refusals import MonthIsLocked
from closing_site.wizard.running import find_run, start_run
from closing_site.wizard.steps import all_steps
from closing_site.wizard.tasks import carry_out
from tests.closing_site.wizard.by_pages import (
    LOCKED,
    october,
    page,
    post,
    run_step,
    said,
    signed_in,
    url,
    work,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]

KINDS = [run.kind for step in all_steps() for run in step.runs]


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_says_what_it_would_do_and_does_nothing(kind: str) -> None:
    text = page(signed_in("finance"), "runs", kind)
    _step, run = find_run(kind)
    assert run
    assert run.explanation.replace("'", "&#x27;") in text
    assert "Start" in text
    assert not Run.objects.filter(period=october()).exists()


def test_the_preview_of_the_confirmation_is_what_is_confirmed() -> None:
    finance = signed_in("finance")
    _step, run = find_run("confirm")
    assert run
    # Asked before, the checks know what they block.
    post(finance, "runs", "check-confirm")
    work()
    would = {str(figure.title): figure.value for figure in run.preview(october())}
    run_step(finance, "confirm")
    assert Run.objects.get(kind="confirm").done == would["Their deliveries"]


def test_the_preview_says_so_where_nothing_was_checked_yet() -> None:
    finance = signed_in("finance")
    text = page(finance, "runs", "confirm")
    assert "Not checked yet" in text
    assert "Check first" in text
    post(finance, "runs", "check-confirm")
    work()
    text = page(finance, "runs", "confirm")
    assert "Blocked when last checked" in text
    assert "Check first" not in text


def test_of_two_kinds_of_a_step_the_one_that_goes_on_is_shown() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    post(finance, "runs", "check-confirm")
    assert "waits for the worker" in page(finance, "confirm")


def test_a_run_is_queued_with_its_job_and_done_by_the_worker() -> None:
    finance = signed_in("finance")
    assert post(finance, "runs", "confirm").status_code == 302
    run = Run.objects.get(kind="confirm", period=october())
    job = ProcrastinateJob.objects.get(task_name="wizard.carry_out")
    assert (run.state, run.started_by, job.args) == (RunState.QUEUED, "finance", {"run": run.pk})
    assert "waits for the worker" in page(finance, "confirm")
    work()
    text = page(finance, "confirm")
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert f"Deliveries confirmed: {run.done}." in text
    assert "last checked" in text


def test_a_run_waits_for_no_drawing_of_invoices() -> None:
    month = october()
    Run.objects.create(
        company=month.company,
        period=month,
        kind="invoice_pdfs en",
        started_by="finance",
        state=RunState.QUEUED,
    )
    finance = signed_in("finance")
    assert post(finance, "runs", "confirm").status_code == 302
    assert "goes on" in said(post(finance, "runs", "confirm"))
    assert Run.objects.filter(period=month, kind="confirm").count() == 1


def test_a_run_sent_twice_is_one_run() -> None:
    finance = signed_in("finance")
    for _ in range(2):
        assert post(finance, "runs", "confirm", idempotency_key="once").status_code == 302
    assert Run.objects.filter(period=october()).count() == 1


def test_one_run_of_a_month_goes_on_at_a_time() -> None:
    post(signed_in("finance"), "runs", "confirm")
    refused = post(signed_in("manager"), "runs", "invoice")
    assert "that finance started goes on" in said(refused)
    assert "Start" not in page(signed_in("manager"), "runs", "invoice")


def test_how_far_a_run_is_is_asked_until_it_has_ended() -> None:
    finance = signed_in("finance")
    post(finance, "runs", "confirm")
    run = Run.objects.get(period=october())
    asked = url("progress", str(run.pk))
    Run.objects.filter(pk=run.pk).update(state=RunState.RUNNING, done=12, total=40)
    part = finance.get(asked, headers={"HX-Request": "true"}).content.decode()
    assert "30 %" in part
    assert asked in part
    Run.objects.filter(pk=run.pk).update(state=RunState.DONE)
    assert finance.get(asked, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert finance.get(asked).headers["Location"] == url("confirm")


def test_a_run_of_a_locked_month_is_not_started() -> None:
    assert "is locked" in said(post(signed_in("finance"), "runs", "confirm", month=LOCKED))
    assert said(post(signed_in("finance"), "runs", "nothing"))


def test_what_a_law_says_of_a_locked_month_is_in_the_readers_language() -> None:
    finance = signed_in("finance")
    for language, words in (("en", "Period 2026-09 is locked"), ("zh-hans", "期间 2026-09 已锁定")):
        finance.post("/language/", {"language": language})
        answer = said(post(finance, "count", month=LOCKED))
        assert words in answer
        assert "database" not in answer


def test_a_refusal_is_the_runs_result_in_the_language_of_who_started_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finance = signed_in("finance")
    finance.post("/language/", {"language": "zh-hans"})
    post(finance, "runs", "confirm")
    run = Run.objects.get(period=october())

    def refuse(*_: object, **__: object) -> int:
        raise MonthIsLocked(period="2026-10")

    monkeypatch.setattr("closing_site.wizard.tasks.do_run", refuse)
    carry_out.func(run=run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "已锁定" in run.message
    assert run.message in page(finance, "confirm")


def test_a_run_that_broke_says_so_and_fails_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    post(signed_in("finance"), "runs", "confirm")
    run = Run.objects.get(period=october())

    def break_down(*_: object, **__: object) -> int:
        raise RuntimeError("no paper")

    monkeypatch.setattr("closing_site.wizard.tasks.do_run", break_down)
    with pytest.raises(RuntimeError):
        carry_out.func(run=run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED


def test_a_killed_run_is_found_dead_and_does_not_keep_the_next_from_starting() -> None:
    finance = signed_in("finance")
    post(finance, "runs", "confirm")
    long_ago = timezone.now() - timedelta(minutes=5)
    Run.objects.update(state=RunState.RUNNING, heartbeat_at=long_ago)
    assert "Its process ended before it did" in page(finance, "confirm")
    assert post(finance, "runs", "confirm").status_code == 302
    states = Run.objects.filter(period=october()).order_by("id").values_list("state", flat=True)
    assert list(states) == [RunState.FAILED, RunState.QUEUED]


def test_who_waits_for_the_worker_is_not_dead() -> None:
    run = start_run(october(), "confirm", by=october().company.memberships.first().user)  # type: ignore[union-attr]
    Run.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert end_dead_runs() == 0
    run.refresh_from_db()
    assert run.goes_on


def test_a_run_whose_job_never_began_does_not_keep_the_next_from_starting() -> None:
    finance = signed_in("finance")
    post(finance, "runs", "confirm")
    run = Run.objects.get(period=october())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    # The demo's packs, whose jobs are failed now too, may have waited for long.
    end_dead_runs()
    run.refresh_from_db()
    assert run.state == RunState.QUEUED
    Run.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert post(finance, "runs", "confirm").status_code == 302
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert Run.objects.filter(period=october(), state=RunState.QUEUED).count() == 1


def test_a_job_run_again_after_its_worker_was_killed_takes_up_its_row() -> None:
    finance = signed_in("finance")
    post(finance, "runs", "confirm")
    run = Run.objects.get(period=october())
    Run.objects.update(state=RunState.FAILED, message="killed")
    carry_out.func(run=run.pk)
    run.refresh_from_db()
    assert (run.state, run.message) == (RunState.DONE, "")
    done = run.done
    # And once more, where the queue did not hear that it had ended.
    carry_out.func(run=run.pk)
    run.refresh_from_db()
    assert (run.state, run.done) == (RunState.DONE, done)


def test_what_was_written_since_is_checked_again_as_the_page_opens() -> None:
    finance = signed_in("finance")
    run_step(finance, "confirm")
    assert 'hx-trigger="submit, load"' not in page(finance, "confirm")
    run_step(finance, "invoice")
    assert 'hx-trigger="submit, load"' in page(finance, "confirm")
    assert 'hx-trigger="submit, load"' not in page(finance, "invoice")
