"""Two imports of the same rows at once, and a month that locks meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection

from closing_site import recording
from closing_site.companies.models import Company
from closing_site.exchange import importing
from closing_site.exchange.importing import ImportReport, import_path
from closing_site.recording import ChangedMeanwhile
from orders.models import Order
from orders.recording.missing import MissingLines

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = "number,customer_code,order_date\n" + "".join(f"{i},ACME,1996-07-04\n" for i in range(50))


def import_twice_at_once(
    company: Company, path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[ImportReport | Exception]:
    """Both have looked what is there before either writes, where nothing holds the second back."""
    both = Barrier(2, timeout=1)
    record: Callable[..., MissingLines] = importing._record

    def wait_then_record(*args: Any, **options: Any) -> MissingLines:
        with suppress(BrokenBarrierError):
            both.wait()
        return record(*args, **options)

    monkeypatch.setattr(importing, "_record", wait_then_record)

    def run(_which: int) -> ImportReport | Exception:
        try:
            return import_path(company=company, path=path, by="test")
        except ChangedMeanwhile as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


def test_of_two_imports_at_once_the_second_finds_nothing_new(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "orders.csv").write_text(ROWS)
    reports = import_twice_at_once(company, tmp_path, monkeypatch)
    counts = [
        (report.files[0].new, report.files[0].unchanged)
        for report in reports
        if isinstance(report, ImportReport)
    ]
    assert sorted(counts) == [(0, 50), (50, 0)]
    assert Order.objects.count() == 50


def test_without_the_lock_they_would_collide(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "orders.csv").write_text(ROWS)
    monkeypatch.setattr(recording, "LOCK", "SELECT %(company)s")
    monkeypatch.setattr(importing, "hold_orders", lambda company: None)
    reports = import_twice_at_once(company, tmp_path, monkeypatch)
    assert [type(report) for report in reports].count(ChangedMeanwhile) == 1
