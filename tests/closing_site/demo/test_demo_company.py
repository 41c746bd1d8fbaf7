"""The demo company as a newcomer finds it."""

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.test import RequestFactory

from closing_site.companies.models import Company, Membership, User
from closing_site.customers.models import SalesRep
from closing_site.demo.files import write_month
from closing_site.demo.master_data import BRITON, NEW_CURTAIN
from closing_site.demo.people import PEOPLE
from closing_site.demo.sale import Sale
from closing_site.demo.story import LAST_DAY, story
from closing_site.desk.findings import run_checks
from closing_site.desk.registry import all_checks
from closing_site.periods.models import Period
from closing_site.wizard.step import Step
from closing_site.wizard.steps import all_steps
from payments.models import PaymentMethod
from tests.commands import run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_books")]

CLOSED = ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09"]
OPEN = "2026-10"
OCTOBER = date(2026, 10, 1)

TAMPERING = "only who goes past the program can bring it about"
#: Checks that no sales can give something to find, and why.
NEVER_FOUND = {
    "order-line-without-tax-rate": "the company's default rate answers for every line",
    "invoice-differs-from-order": TAMPERING,
    "invoice-number-gap": TAMPERING,
    "voucher-out-of-balance": TAMPERING,
    "confirmation-refused": TAMPERING,
    "invoice-refused": TAMPERING,
    "allocation-refused": TAMPERING,
    "voucher-refused": TAMPERING,
    "two-tax-rates": "a rate changes on the day on which the demo company is made, after all of it",
    "receipts-and-allocations": "no file records a receipt by hand: that is done on a page",
    "delivered-after-closing": "no file would correct it: finance reopens the line on a page",
}


def rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def open_month() -> Period:
    return Period.objects.select_related("company").get(company__code="DEMO", code=OPEN)


def ask(period: Period, step: Step) -> None:
    with transaction.atomic():
        if step.prepare:
            step.prepare(period)
        run_checks(period, step.checks)


def test_five_months_are_locked_and_the_sixth_is_open() -> None:
    periods = Period.objects.filter(company__code="DEMO").order_by("starts_on")
    assert [(period.code, period.status) for period in periods] == [
        *((code, "locked") for code in CLOSED),
        (OPEN, "open"),
    ]


def test_every_check_has_something_to_show_in_the_open_month() -> None:
    """Asked as the month is worked through: before each step's runs, which is when what they will
    do is missing, and after them."""
    period = open_month()
    for step in all_steps():
        ask(period, step)
        for work in step.runs:
            work.run(period, by="finance")
        ask(period, step)
    found = {slug for (slug,) in rows(f"SELECT check_slug FROM v_findings WHERE period = '{OPEN}'")}
    assert found == set(all_checks()) - set(NEVER_FOUND)


def test_a_person_can_count_what_is_to_do_in_the_open_month() -> None:
    run("close_period", OPEN, "--company", "DEMO", "--as", "finance")
    ((blocking,),) = rows(
        "SELECT count(DISTINCT document) FROM v_findings"
        f" WHERE period = '{OPEN}' AND severity = 'block' AND resolved_at IS NULL"
    )
    assert 8 <= blocking <= 12


def test_the_open_month_can_be_closed() -> None:
    told, status = run(
        *("close_period", OPEN, "--company", "DEMO", "--as", "finance", "--approve-as", "manager"),
        *("--defer-exceptions", "待补资料", "--acknowledge-warnings", "已核实"),
    )
    assert (told["status"], status) == ("locked", 0), told["reasons"]
    assert run("verify_integrity", "--company", "DEMO") == (
        {"company": "DEMO", "period": None, "checkpoint": None, "findings": []},
        0,
    )


def test_what_blocks_in_the_open_month_can_be_mended_by_files(tmp_path: Path) -> None:
    mended = [mend(sale) for sale in story().sales if sale.fault and sale.ordered_on >= OCTOBER]
    briton = [sale for sale in story().sales if sale.customer.code == BRITON]
    write_month(tmp_path, OPEN, OCTOBER, LAST_DAY, [*mended, *briton], [])
    (tmp_path / "exchange_rates.csv").write_text("date,currency,rate\n2026-10-01,GBP,9.3\n")
    (tmp_path / "products.csv").write_text(f"sku,name,tax_rate\n{NEW_CURTAIN},Curtain,13\n")
    told, status = run("import_data", str(tmp_path), "--company", "DEMO")
    assert (told["written"], status) == (True, 0), told
    told, status = run(
        *("close_period", OPEN, "--company", "DEMO", "--as", "finance", "--approve-as", "manager"),
        *("--acknowledge-warnings", "已核实"),
    )
    assert (told["status"], status) == ("locked", 0), told["reasons"]
    assert told["totals"]["orders_deferred"] == 0


def mend(sale: Sale) -> Sale:
    lines = sale.lines
    if sale.fault in ("negative", "negative_part"):
        lines = tuple(
            line if line.price > 0 else replace(line, price=Decimal(-1)) for line in lines
        )
    elif sale.fault == "beyond":
        lines = tuple(replace(line, quantity=line.quantity + 2) for line in lines)
    return replace(sale, fault="", lines=lines)


def test_every_law_holds_and_every_seal_is_whole() -> None:
    told, status = run("verify_integrity", "--company", "DEMO")
    assert (told["findings"], status) == ([], 0)


def test_what_was_let_stand_or_held_back_says_who_and_why() -> None:
    unanswered = rows(
        "SELECT check_slug, document FROM v_findings WHERE period < '2026-10'"
        " AND severity <> 'note' AND resolved_at IS NULL AND reason IS NULL"
    )
    assert unanswered == []
    reasons = {reason for (reason,) in rows("SELECT DISTINCT reason FROM v_findings")}
    assert len(reasons) > 8
    assert rows("SELECT count(*) FROM orders_unbilled WHERE approval_id IS NULL") == [(0,)]


def test_everyone_signs_in_with_their_role() -> None:
    request = RequestFactory().post("/")
    for person in PEOPLE:
        user = authenticate(request, username=person.username, password=f"demo-{person.username}")
        assert isinstance(user, User)
        assert Membership.objects.get(company__code="DEMO", user=user).role == person.role


def test_two_of_three_reps_sign_in_and_each_has_orders() -> None:
    reps = SalesRep.objects.filter(company__code="DEMO").order_by("code")
    users = [(rep.code, rep.user.username if rep.user else None) for rep in reps]
    assert users == [("R01", "rep"), ("R02", "rep2"), ("R03", None)]
    assert all(rep.name for rep in reps)
    per_rep = rows("SELECT sales_rep_id, count(*) FROM orders_order GROUP BY 1")
    assert all(count > 30 for _rep, count in per_rep)
    assert len(per_rep) == 3


def test_its_sales_look_alive() -> None:
    net = dict(rows("SELECT period, sum(net) FROM v_invoices WHERE currency = 'CNY' GROUP BY 1"))
    assert sorted(net) == CLOSED
    assert all(Decimal(200_000) < value < Decimal(1_500_000) for value in net.values())
    assert {currency for (currency,) in rows("SELECT DISTINCT currency FROM v_payments")} == {
        *("CNY", "EUR", "USD", "JPY")
    }
    methods = {method for (method,) in rows("SELECT DISTINCT method FROM v_payments")}
    assert methods == set(PaymentMethod.values)
    assert {rate for (rate,) in rows("SELECT DISTINCT tax_rate FROM v_invoice_lines")} == {
        *(Decimal(13), Decimal(9), Decimal(6), Decimal(0))
    }
    assert rows("SELECT count(*) > 0 FROM v_payments WHERE amount < 0") == [(True,)]


def test_the_company_has_a_name_in_both_languages() -> None:
    company = Company.objects.get(code="DEMO")
    assert (company.currency, company.country, company.default_tax_rate) == ("CNY", "CN", 13)
    assert all((company.name, company.name_zh, company.tax_id, company.address, company.bank))


def test_made_again_it_stays_as_it_is() -> None:
    begun = time.monotonic()
    told, status = run("make_demo")
    assert (told["made"], status) == (False, 0)
    assert told["logins"][2] == {"user": "finance", "password": "demo-finance", "role": "finance"}
    # Told in hundredths, rounded.
    assert told["seconds"] <= time.monotonic() - begun + 0.005
