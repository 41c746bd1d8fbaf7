"""The books that are measured: a company, months of history, and one month in every state."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree

from bench.databases import Server
from closing_site.companies.models import Company, User
from closing_site.exchange.importing import import_path
from closing_site.exchange.synthetic import Plan
from closing_site.exchange.synthetic_files import write_files
from closing_site.periods.actions import ensure_periods, period_by_code
from closing_site.periods.calendar import month_code
from closing_site.periods.models import Period
from closing_site.wizard.closing import Closing, Orders, close
from closing_site.wizard.opening_books import open_books

CODE = "BENCH"
CURRENCY = "CNY"
FIRST_YEAR = 2020
PREPARER, APPROVER = "finance", "manager"
REASON = "benchmark"


@dataclass(frozen=True)
class Month:
    """The month that is measured. ``sales`` holds its exchange files but the payments, which lie in
    ``payments``; ``everything`` holds them all."""

    plan: Plan
    code: str
    sales: Path
    payments: Path
    everything: Path

    @property
    def company(self) -> Company:
        return Company.objects.get(code=CODE)

    @property
    def period(self) -> Period:
        return period_by_code(self.company, self.code)

    def take(self, path: Path) -> int:
        """Import these files; returns how many rows."""
        report = import_path(company=self.company, path=path, by=PREPARER)
        if not report.written:
            raise RuntimeError(f"the import refused: {report.files}")
        return sum(file.rows for file in report.files)


def orders(*, through: str = "") -> Orders:
    return Orders(
        by=User.objects.get(username=PREPARER),
        approver=User.objects.get(username=APPROVER),
        through=through,
        acknowledge_reason=REASON,
    )


def closed(period: Period, *, through: str = "") -> Closing:
    closing = close(period, orders(through=through))
    if closing.stopped_at:
        raise RuntimeError(f"the close stopped at {closing.stopped_at}: {closing.reasons[:3]}")
    return closing


def begin(server: Server, *, history: int, history_orders: int, folder: Path) -> str:
    """The state before the measured month: company, members, and ``history`` locked months."""
    name = server.new()
    open_books(
        code=CODE,
        name="Bench",
        currency=CURRENCY,
        country="CN",
        first_period=f"{FIRST_YEAR}-01",
        tax_id="91310000MA1BENCH0X",
        members=[(PREPARER, "finance"), (APPROVER, "manager")],
        by=PREPARER,
    )
    company = Company.objects.get(code=CODE)
    # A month at a time, as history comes: none has to fit into one transaction with another.
    for past in range(history):
        plan = _plan(past, history_orders, history_orders)
        files = folder / f"history-{past}"
        files.mkdir()
        write_files(plan, files)
        import_path(company=company, path=files, by=PREPARER)
        rmtree(files)
        closed(period_by_code(company, month_code(plan.first_day)))
    return name


def write_month(*, size: int, history: int, history_orders: int, folder: Path) -> Month:
    plan = _plan(history, size, history_orders)
    paths = [folder / name for name in ("sales", "payments", "everything")]
    for path in paths:
        path.mkdir()
    sales, payments, everything = paths
    write_files(plan, everything)
    for file in everything.iterdir():
        target = payments if file.stem == "payments" else sales
        (target / file.name).hardlink_to(file)
    return Month(plan, month_code(plan.first_day), sales, payments, everything)


def open_month(month: Month) -> None:
    """Its periods: late payments lie in the one after it."""
    ensure_periods(month.company, month.plan.last_day + timedelta(days=40))


def _plan(past: int, size: int, before: int) -> Plan:
    """Sales of the month that has ``past`` months of ``before`` orders each before it."""
    year, month = divmod(past, 12)
    return Plan(
        orders=size,
        first_day=date(FIRST_YEAR + year, month + 1, 1),
        currency=CURRENCY,
        seed=past,
        first_number=past * before + 1,
    )
