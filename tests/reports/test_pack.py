"""The close pack: rendered after the lock, once, and kept."""

import hashlib
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from closing_site import sql
from closing_site.companies.models import Company, User
from closing_site.periods.models import Period, Seal
from closing_site.wizard.closing import Orders, close
from reports import pack
from reports.errors import NotLockedYet
from reports.models import ClosePack
from reports.pack import keep_pack, pack_of, rendered, request_pack, seal_of
from reports.tasks import render_pack
from tests.commands import run
from tests.invoicing.tea import CODE, open_trader
from tests.pdfs import opened, text_of
from tests.stories.books import REASON

pytestmark = pytest.mark.django_db
MONTH = "2026-01"


def lock(tmp_path: Path) -> Period:
    open_trader(tmp_path)
    close_month()
    return Period.objects.select_related("company").get(code=MONTH)


def close_month() -> None:
    """As the pages and the command do, watched by no one."""
    ann, mo = (User.objects.get(username=name) for name in ("ann", "mo"))
    orders = Orders(by=ann, approver=mo, acknowledge_reason=REASON)
    closing = close(Period.objects.select_related("company").get(code=MONTH), orders)
    assert closing.status == "locked", closing.reasons


def ask(path: Path, *options: str) -> tuple[dict[str, object], int]:
    return run(
        *("report", "pack", "--company", CODE, "--period", MONTH, "--output", str(path), *options)
    )


def test_it_holds_cover_seal_and_revenue(tmp_path: Path) -> None:
    period = lock(tmp_path)
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
    assert sorted(opened(content).attachments) == ["revenue-2026-01.csv", "revenue-2026-01.xlsx"]
    assert content == rendered(seal)


def test_it_tells_the_time_of_the_lock_by_the_companys_clock(tmp_path: Path) -> None:
    period = lock(tmp_path)
    Company.objects.filter(pk=period.company_id).update(time_zone="Asia/Shanghai")
    seal = seal_of(period)
    by_its_clock = seal.sealed_at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"{by_its_clock:%Y-%m-%d %H:%M} (Asia/Shanghai)" in text_of(rendered(seal))


def test_its_total_is_the_databases(tmp_path: Path) -> None:
    text = text_of(rendered(seal_of(lock(tmp_path))))
    gross = sql.value(
        "SELECT sum(gross * CASE currency WHEN 'USD' THEN 7.1 ELSE 1 END) FROM v_invoices"
    )
    assert text.count(f"{gross:,.2f}") >= 3  # On the cover, above the table, and below it.


def test_a_lock_asks_for_it_in_its_own_transaction(tmp_path: Path) -> None:
    period = lock(tmp_path)
    before = jobs()
    with transaction.atomic():
        request_pack(period)
        assert jobs() == before + 1
        transaction.set_rollback(True)
    assert jobs() == before


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="reports.tasks.render_pack").count()


def test_the_job_keeps_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seal = seal_of(lock(tmp_path))
    render_pack(seal=seal.pk)
    kept = ClosePack.objects.get()
    assert kept.sha256 == hashlib.sha256(bytes(kept.content)).hexdigest()
    monkeypatch.setattr(pack, "as_pdf", lambda *a, **o: b"of a newer engine")
    render_pack(seal=seal.pk)
    assert pack_of(seal.period) == kept
    assert ClosePack.objects.count() == 1


def test_whoever_is_slower_takes_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = seal_of(lock(tmp_path))
    kept = keep_pack(seal)
    monkeypatch.setattr(pack, "stored_pack", lambda seal: None)
    assert keep_pack(seal) == kept


def test_what_was_handed_out_does_not_change(tmp_path: Path) -> None:
    kept = keep_pack(seal_of(lock(tmp_path)))
    with pytest.raises(IntegrityError, match="handed out"), transaction.atomic():
        ClosePack.objects.filter(pk=kept.pk).update(content=b"another")
    with pytest.raises(IntegrityError, match="handed out"), transaction.atomic():
        kept.delete()


def test_the_command_hands_out_what_is_kept(tmp_path: Path) -> None:
    period = lock(tmp_path)
    path = tmp_path / "pack.pdf"
    told, status = ask(path)
    assert status == 0, told
    assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert told["seal"] == seal_of(period).digest
    assert path.read_bytes() == bytes(ClosePack.objects.get().content)


def test_an_open_month_has_none(tmp_path: Path) -> None:
    open_trader(tmp_path)
    told, status = ask(tmp_path / "pack.pdf")
    assert status == 1
    assert "2026-01" in str(told["refused"])
    with pytest.raises(NotLockedYet):
        request_pack(Period.objects.get(code=MONTH))


def test_it_is_a_pdf_or_nothing(tmp_path: Path) -> None:
    lock(tmp_path)
    assert ask(tmp_path / "pack.csv", "--format", "csv")[1] == 2


def test_a_month_locked_again_has_a_pack_of_its_own(tmp_path: Path) -> None:
    first = pack_of(lock(tmp_path))
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
