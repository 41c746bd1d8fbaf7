"""Synthetic sales in the books: as any imported ones, and fit to be closed."""

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, F

from closing_site.companies.models import Company
from closing_site.customers.models import OpenItem
from closing_site.periods.actions import existing_period
from closing_site.periods.models import Period
from closing_site.wizard.opening_books import open_books
from orders.models import Order, OrderLine
from payments.models import Payment
from reconciliation.balances import roll_forward_differences
from reports.figures import REPORTS
from reports.report import figures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company() -> Company:
    return open_books(
        code="NW",
        name="北风",
        currency="CNY",
        country="CN",
        first_period="2026-01",
        members=[("fin", "finance"), ("boss", "manager")],
        by="test",
    ).company


def run(command: str, *arguments: str) -> dict[str, Any]:
    output = StringIO()
    call_command(command, *arguments, "--company", "NW", "--json", stdout=output)
    return dict(json.loads(output.getvalue()))


def close(period: str, *arguments: str) -> dict[str, Any]:
    return run("close_period", period, "--as", "fin", "--approve-as", "boss", *arguments)


def test_the_books_compute_what_the_orders_state(company: Company) -> None:
    made = run("make_sales", "--orders", "60", "--lines", "2")
    assert (made["orders"], made["order_lines"], made["payments"]) == (60, 120, 60)
    assert (made["customers"], made["products"]) == (20, 200)
    assert Order.objects.exclude(gross=F("stated_total")).count() == 0
    assert OrderLine.objects.filter(product=None).count() == 0
    assert Payment.objects.count() == OpenItem.objects.filter(kind="payment").count() == 60
    assert Period.objects.filter(company=company, code="2026-01").exists()


def test_a_second_run_adds_orders_and_changes_none(company: Company) -> None:
    run("make_sales", "--orders", "30")
    before = list(Order.objects.order_by("pk").values_list("number", "gross"))
    made = run("make_sales", "--orders", "10", "--seed", "2")
    assert made["customers"] == 0
    assert list(Order.objects.order_by("pk").values_list("number", "gross"))[:30] == before
    assert Order.objects.count() == 40
    assert Order.objects.latest("number_value").number == "SO-0000040"


def test_a_month_without_faults_closes_and_its_records_agree(company: Company) -> None:
    run("make_sales", "--orders", "200", "--months", "2")
    closed = close("2026-01", "--acknowledge-warnings", "advances of the next month")
    assert closed["status"] == "locked", closed["reasons"]
    period = existing_period(company, "2026-01")
    assert roll_forward_differences(period) == []
    totals = closed["totals"]
    january = Order.objects.filter(order_date__month=1).aggregate(n=Count("id"))["n"]
    assert totals["invoices_issued"] == totals["orders_confirmed"] == january
    revenue = figures(REPORTS["revenue"], period).as_json()["totals"]
    assert {name: revenue[name] for name in ("net", "tax", "gross")} == {
        name: totals[name] for name in ("net", "tax", "gross")
    }
    for name in ("customers", "products", "tax"):
        assert figures(REPORTS[name], period).as_json()["totals"]["net"] == totals["net"]
    receivables = figures(REPORTS["receivables"], period).as_json()["totals"]
    assert receivables["closing"] == totals["receivables_closing"]
    assert receivables["advances_closing"] == totals["advances"]
    buckets = ("not_due", "days_1_30", "days_31_60", "days_61_90", "days_over_90")
    aged = sum(Decimal(receivables[bucket]) for bucket in buckets)
    assert aged == Decimal(receivables["closing"])


def test_faults_are_found_by_the_checks(company: Company) -> None:
    run("make_sales", "--orders", "200", "--faults", "300")
    closed = close("2026-01", "--acknowledge-warnings", "made so", "--defer-exceptions", "made so")
    assert closed["status"] == "locked", closed["reasons"]
    found = figures(REPORTS["exceptions"], existing_period(company, "2026-01")).as_json()
    checks = {row["check"] for row in found["rows"]}
    assert {"order-line-without-price", "unknown-product", "stated-total"} <= checks
    assert {"same-money-twice", "over-payment"} <= checks
    assert {row["reason"] for row in found["rows"] if row["severity"] != "note"} == {"made so"}


@pytest.mark.parametrize("orders", ["0", "-1", "x"])
def test_a_number_of_orders_that_is_none_is_wrong_usage(company: Company, orders: str) -> None:
    with pytest.raises(CommandError):
        run("make_sales", f"--orders={orders}")
