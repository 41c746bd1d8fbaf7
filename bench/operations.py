"""What is measured: each operation of the program beside the bare SQL that writes the same rows."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.db import connections, transaction

from bench import papers
from bench.books import Month, closed, orders
from bench.close_pages import open_pages
from closing_site.acting import acting
from closing_site.laws import Guarded
from closing_site.periods.parameters import period_parameters
from closing_site.wizard.checking import ask_checks
from closing_site.wizard.locking import lock_period
from closing_site.wizard.steps import all_steps
from invoicing.runs.issue import invoice_run
from orders.runs.confirm import confirm_run
from payments.runs.match import match_run
from reconciliation.runs.vouchers import voucher_run

BY = "finance"


@dataclass(frozen=True)
class Operation:
    """``run`` is the program's own, and returns how many rows it was about. ``copies``: temporary
    table of the bare SQL → the exchange file that fills it. ``tables``: where both must have left
    the same number of rows. ``plain``: in place of bare SQL, another way to the same. ``goal``:
    what is to be reached (MEASURES); ``makes``: the state after it, in which the next operation
    begins."""

    name: str
    title: str
    begins: str
    makes: str
    run: Callable[[Month], int]
    goal: str = ""
    copies: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    plain: Callable[[Month], Callable[[], None]] | None = None

    @property
    def has_bare(self) -> bool:
        return bool(self.tables or self.plain)


def take_sales(month: Month) -> int:
    return month.take(month.sales)


def confirm(month: Month) -> int:
    return confirm_run(month.period, by=BY)


def issue(month: Month) -> int:
    return invoice_run(month.period, by=BY)


def take_and_match(month: Month) -> int:
    rows = month.take(month.payments)
    match_run(month.period, by=BY)
    return rows


def insert_guarded(month: Month) -> int:
    """As the owner, with no law in force but the guard of law 8."""
    table = "payments_payment"
    statement = (Path(__file__).parent / "sql" / "guard.sql").read_text()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for trigger in Guarded(table).triggers():
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger.name}")
        cursor.execute(statement, cast(dict[str, Any], period_parameters(month.period)))
        return int(cursor.rowcount)


def book(month: Month) -> int:
    return voucher_run(month.period, by=BY)


def sign(month: Month) -> int:
    closed(month.period, through=all_steps()[-1].slug)
    return 0


def reconcile_and_lock(month: Month) -> int:
    """The checks of the step before the lock, then the lock itself, which asks them again."""
    period, people = month.period, orders()
    with acting(BY):
        for step in all_steps():
            if step.slug == "reconcile":
                ask_checks(period, step)
    assert people.approver
    lock_period(period, by=people.by, approver=people.approver)
    return month.plan.orders


def take_everything(month: Month) -> int:
    return month.take(month.everything)


def close_all(month: Month) -> int:
    closed(month.period)
    return month.plan.orders


OPERATIONS = (
    Operation(
        "import",
        "import of customers, products, orders and lines",
        begins="begun",
        makes="imported",
        run=take_sales,
        goal="≤ 3×",
        copies=("customers", "products", "orders", "order_lines"),
        tables=(
            *("customers_customer", "orders_product", "orders_order", "orders_orderline"),
            *("orders_delivery", "orders_taxrate"),
        ),
    ),
    Operation(
        "confirm",
        "confirm-run with every check",
        begins="imported",
        makes="confirmed",
        run=confirm,
        goal="≤ 2×",
        tables=("orders_delivery WHERE period_id IS NOT NULL", "companies_auditentry"),
    ),
    Operation(
        "invoice",
        "invoice-run",
        begins="confirmed",
        makes="invoiced",
        run=issue,
        goal="≤ 2×",
        tables=(
            *("invoicing_invoice", "invoicing_invoiceline", "invoicing_invoicetax"),
            *("customers_openitem", "companies_auditentry"),
        ),
    ),
    Operation(
        "match",
        "payment import and match-run",
        begins="invoiced",
        makes="paid",
        run=take_and_match,
        goal="≤ 2.5×",
        copies=("payments",),
        tables=(
            *("payments_payment", "payments_allocation", "customers_openitem"),
            *("customers_openitem WHERE settled = amount", "companies_auditentry"),
        ),
    ),
    Operation(
        "guard",
        "lock guard alone: the month's payments inserted once more",
        begins="paid",
        makes="guarded",
        run=insert_guarded,
        goal="≤ 1.15×",
        tables=("payments_payment",),
    ),
    Operation(
        "voucher",
        "voucher-run",
        begins="paid",
        makes="booked",
        run=book,
        goal="≤ 2×",
        tables=("reconciliation_voucher", "reconciliation_voucherline"),
    ),
    Operation("sign", "sign-off of every step", begins="booked", makes="signed", run=sign),
    Operation(
        "pages",
        "overview, five steps and lock as pages, all signed",
        begins="signed",
        makes="",
        run=open_pages,
        goal="< 0.15 s each",
    ),
    Operation(
        "lock",
        "reconcile checks, roll-forward, seal, lock",
        begins="signed",
        makes="locked",
        run=reconcile_and_lock,
        goal="≤ 2×",
        tables=("reconciliation_customerbalance", "periods_sealedchunk"),
    ),
    Operation(
        "pdf-invoice",
        "20 invoices as PDF, beside WeasyPrint alone",
        begins="locked",
        makes="",
        run=papers.draw_invoices,
        goal="≤ 1.15×",
        plain=papers.draw_pages,
    ),
    Operation(
        "pdf-batch",
        "400 invoices as PDF on every core, beside one process",
        begins="locked",
        makes="",
        run=papers.draw_batch,
        goal="≤ 0.59× on two cores",
        plain=papers.draw_alone,
    ),
    Operation(
        "pdf-page",
        "four large reports as pages, beside their queries",
        begins="locked",
        makes="",
        run=papers.report_pages,
        goal="≤ 2× and 0.05 s a page",
        plain=papers.report_queries,
    ),
    Operation(
        "pdf-reports",
        "all seven reports as PDF",
        begins="locked",
        makes="",
        run=papers.report_papers,
        goal="≤ 3 s each",
    ),
    Operation(
        "pdf-pack",
        "the close pack",
        begins="locked",
        makes="",
        run=papers.render_pack,
        goal="≤ 15 s",
    ),
    Operation(
        "prepare-close",
        "import of everything",
        begins="begun",
        makes="ready",
        run=take_everything,
    ),
    Operation(
        "close",
        "whole headless close",
        begins="ready",
        makes="closed",
        run=close_all,
        goal="< 60 s at 100,000 orders",
    ),
)
#: Those that only make the state that another begins in.
STEPS_BETWEEN = {"sign", "prepare-close"}
NAMES = [operation.name for operation in OPERATIONS if operation.name not in STEPS_BETWEEN]
