"""The close pack: rendered after the lock, once, and kept."""

import hashlib
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from closing_site import sql
from closing_site.companies.models import Company, User
from closing_site.desk.models import Run
from closing_site.periods.models import Period, Seal
from reports import pack
from reports.figures import REPORTS
from reports.models import ClosePack
from reports.pack import keep_pack, pack_of, rendered, request_pack, seal_of
from reports.report import figures
from reports.tasks import render_pack
from tests.commands import run
from tests.invoicing.tea import CODE
from tests.pdfs import opened, text_of
from tests.reports.locked import MONTH, close_month, locked_month
from tests.stories.books import (
    LINES,
    ORDERS,
    REASON,
    close,
    import_files,
    import_parties,
    open_company,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("locked_books")]
#: A run is watched over a connection of its own.
watched = pytest.mark.django_db(transaction=True)


def ask(path: Path, *options: str) -> tuple[dict[str, object], int]:
    return run(
        *("report", "pack", "--company", CODE, "--period", MONTH, "--output", str(path), *options)
    )


def test_it_holds_cover_seal_and_every_report() -> None:
    period = locked_month()
    Company.objects.filter(pk=period.company_id).update(time_zone="Asia/Shanghai")
    seal = seal_of(period)
    content = rendered(seal)
    text = text_of(content)
    assert "Close pack 2026-01" in text
    assert "Prepared by ann" in text
    assert "Approved by mo" in text
    for sealed in (seal.digest, seal.documents["invoice"]["digest"]):
        assert sealed in text
    assert seal.signature in text.replace(" ", "")
    assert "Invoices and credit notes 3" in text
    assert f"Gross {Decimal(seal.totals['gross']):,}" in text
    attached = [f"{name}-2026-01.{end}" for name in REPORTS for end in ("csv", "xlsx")]
    assert sorted(opened(content).attachments) == sorted(attached)
    for report in REPORTS.values():
        assert report.title in text
    by_its_clock = seal.sealed_at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"{by_its_clock:%Y-%m-%d %H:%M} (Asia/Shanghai)" in text
    gross = sql.value(
        "SELECT sum(gross * CASE currency WHEN 'USD' THEN 7.1 ELSE 1 END) FROM v_invoices"
    )
    assert text.count(f"{gross:,.2f}") >= 3  # On the cover, above the table, and below it.
    assert content == rendered(seal)


def test_a_lock_asks_for_it_in_its_own_transaction() -> None:
    period = locked_month()
    before = jobs()
    Run.objects.filter(kind="pack en").update(state="done")
    with transaction.atomic():
        request_pack(period)
        assert jobs() == before + 1
        transaction.set_rollback(True)
    assert jobs() == before


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="reports.tasks.render_pack").count()


def test_the_job_keeps_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seal = seal_of(locked_month())
    render_pack(seal=seal.pk)
    kept = ClosePack.objects.get()
    assert kept.sha256 == hashlib.sha256(bytes(kept.content)).hexdigest()
    monkeypatch.setattr(pack, "as_pdf", lambda *a, **o: b"of a newer engine")
    render_pack(seal=seal.pk)
    assert pack_of(seal.period) == kept
    assert ClosePack.objects.count() == 1


def handed_out(period: Period, language: str = "en") -> ClosePack:
    """As if it had been made: bytes of no engine."""
    return ClosePack.objects.create(
        company=period.company,
        period=period,
        seal=seal_of(period),
        language=language,
        sha256="x",
        content=b"as handed out",
    )


def test_whoever_is_slower_takes_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = handed_out(locked_month())
    monkeypatch.setattr(pack, "stored_pack", lambda seal, language: None)
    assert keep_pack(kept.seal) == kept


def test_what_was_handed_out_does_not_change() -> None:
    kept = handed_out(locked_month())
    with pytest.raises(IntegrityError, match="handed out"), transaction.atomic():
        ClosePack.objects.filter(pk=kept.pk).update(content=b"another")
    with pytest.raises(IntegrityError, match="handed out"), transaction.atomic():
        kept.delete()


def test_the_command_hands_out_what_is_kept(tmp_path: Path) -> None:
    period = locked_month()
    path = tmp_path / "pack.pdf"
    told, status = ask(path)
    assert status == 0, told
    assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert told["seal"] == seal_of(period).digest
    assert path.read_bytes() == bytes(ClosePack.objects.get().content)


def test_it_is_a_pdf_or_nothing(tmp_path: Path) -> None:
    assert ask(tmp_path / "pack.csv", "--format", "csv")[1] == 2


def test_a_month_locked_again_has_a_pack_of_its_own() -> None:
    first = pack_of(locked_month())
    told, status = run(
        *("reopen_period", MONTH, "--company", CODE, "--reason", "A late order"),
        *("--as", "ann", "--approve-as", "mo"),
    )
    assert status == 0, told
    close_month()
    second = pack_of(Period.objects.get(code=MONTH))
    assert (first.seal, second.seal) == tuple(Seal.objects.order_by("position"))
    assert ClosePack.objects.get(pk=first.pk).sha256 == first.sha256
    assert first.sha256 != second.sha256


@watched
def test_a_lock_requests_one_run_whose_progress_a_page_can_show() -> None:
    period = locked_month()
    (run_,) = Run.objects.filter(kind="pack en")
    assert (run_.state, run_.period, jobs()) == ("queued", period, 1)
    assert request_pack(period) == run_  # Requested again, it is the same.
    render_pack(seal=seal_of(period).pk, language="en", run=run_.pk)
    run_.refresh_from_db()
    assert run_.state == "done"
    assert 0 < run_.done <= (run_.total or 0)
    assert ClosePack.objects.get().language == "en"


def test_it_is_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    period = locked_month()
    path = tmp_path / "pack.pdf"
    told, status = ask(path, "--language", "zh-hans")
    assert (status, told["language"]) == (0, "zh-hans"), told
    assert "月结资料包 2026-01" in text_of(path.read_bytes())
    assert "Close pack 2026-01" in text_of(bytes(pack_of(period).content))
    assert sorted(ClosePack.objects.values_list("language", flat=True)) == ["en", "zh-hans"]


def test_a_pack_of_before_there_were_languages_is_the_company_s() -> None:
    period = locked_month()
    old = handed_out(period, language="")
    assert pack_of(period) == old
    assert pack_of(period, "zh-hans") != old


@watched
def test_the_month_s_page_has_a_pack_made_and_shows_how_far_it_is() -> None:
    client = Client()
    client.force_login(User.objects.get(username="ann"))
    month = f"/reports/{CODE}/{MONTH}/"
    queued = client.get(month).content.decode()
    assert f'hx-get="{month}packs/en/"' in queued  # The lock has requested the company's.
    assert client.post(f"{month}packs/", {"language": "zh-hans"}).status_code == 302
    made = Run.objects.get(kind="pack zh-hans")
    part = client.get(f"{month}packs/zh-hans/").content.decode()
    assert "<html" not in part
    assert f'hx-get="{month}packs/zh-hans/"' in part
    render_pack(seal=seal_of(made.period).pk, language="zh-hans", run=made.pk)
    done = client.get(f"{month}packs/zh-hans/").content.decode()
    assert "hx-get" not in done
    assert f'href="{month}pack.pdf?language=zh-hans"' in done
    answer = client.get(f"{month}pack.pdf?language=zh-hans")
    assert "zh-Hans.pdf" in answer.headers["Content-Disposition"]
    assert client.get(f"{month}pack.pdf?language=fr").status_code == 404


@watched
def test_it_lists_what_was_accepted_and_what_is_deferred(tmp_path: Path) -> None:
    """ACCOUNTING 1.4: the lock shows deferred net by kind and age."""
    open_company()
    import_parties(tmp_path)
    import_files(
        tmp_path,
        orders=f"{ORDERS}\nS1,ACME,2025-01-02,2025-01-03,delivered,1",
        order_lines=f"{LINES}\nS1,1,TEA,1,,19",
    )
    close("2025-01", "--defer-exceptions", "Price to come")
    period = Period.objects.get(code="2025-01")
    (row,) = figures(REPORTS["deferred"], period).as_json()["rows"]
    assert (row["order"], row["kind"], row["age"], row["days"]) == (
        "S1",
        "billing",
        "days_0_30",
        28,
    )
    assert (row["reason"], row["approved_by"], row["net"]) == ("Price to come", "mo", None)
    text = text_of(bytes(pack_of(period).content))
    assert "By kind and age" in text
    assert "Price to come" in text
    accepted = figures(REPORTS["accepted"], period).as_json()["rows"]
    assert all((found["accepted_by"], found["reason"]) == ("ann", REASON) for found in accepted)


def test_a_locked_months_pack_is_offered_and_stays_the_same() -> None:
    ann = Client()
    ann.force_login(User.objects.get(username="ann"))
    month = f"/reports/{CODE}/{MONTH}/"
    first = ann.get(f"{month}pack.pdf")
    assert first.content == ann.get(f"{month}pack.pdf").content
    assert "Close pack 2026-01" in text_of(first.content)
    assert f'href="{month}pack.pdf?language=en"' in ann.get(month).content.decode()
