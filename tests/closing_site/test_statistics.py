"""What the planner knows of the tables: a run looks first, as nobody else may have."""

from typing import Any

import pytest

from closing_site import sql
from closing_site.desk.progress import Unwatched
from closing_site.periods.models import Period
from closing_site.wizard.running import do_run, find_run
from tests.laws.books import rows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo_books")]

FORGOTTEN, GROWN = "orders_order", "orders_orderline"


def known() -> dict[str, bool]:
    """Table → whether its columns are known, and all its pages."""
    found = rows(
        "SELECT c.relname::text, c.relpages >= pg_relation_size(c.oid) / 8192 AND EXISTS ("
        "SELECT FROM pg_stats WHERE schemaname = 'public' AND tablename = c.relname)"
        f" FROM pg_class AS c WHERE c.relname IN ('{FORGOTTEN}', '{GROWN}')"
    )
    return dict(found)


def test_a_run_analyses_what_was_restored_or_written_before_a_failover(
    superuser_cursor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    superuser_cursor.execute("ANALYZE")
    superuser_cursor.execute(f"DELETE FROM pg_statistic WHERE starelid = '{FORGOTTEN}'::regclass")
    superuser_cursor.execute(f"UPDATE pg_class SET relpages = 1 WHERE relname = '{GROWN}'")
    assert known() == {FORGOTTEN: False, GROWN: False}
    october = Period.objects.get(company__code="DEMO", code="2026-10")

    def check() -> None:
        do_run(october, *find_run("check-confirm"), by="finance", progress=Unwatched())

    check()
    # So small, they are left alone.
    assert known() == {FORGOTTEN: False, GROWN: False}
    monkeypatch.setattr(sql, "FEW_PAGES", 0)
    check()
    assert known() == {FORGOTTEN: True, GROWN: True}
