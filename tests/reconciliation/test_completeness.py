"""The completeness proof (ACCOUNTING 17): delivered is invoiced, credited, or deferred."""

from datetime import date
from decimal import Decimal

import pytest

from closing_site.companies.exchange_rates import record_exchange_rate
from closing_site.companies.models import Company
from closing_site.desk.models import Finding
from closing_site.periods.actions import period_by_code
from closing_site.periods.models import Period
from closing_site.wizard.approvals import approve_held_back
from closing_site.wizard.checking import ask_checks
from closing_site.wizard.steps import all_steps
from invoicing.runs.issue import invoice_run
from orders.actions.deferring import defer_order, release_deferral
from orders.actions.delivering import deliver_lines, deliver_order
from orders.actions.ordering import cancel_order, change_order, record_order
from orders.models import Deferral, DeferralKind, Order
from orders.runs.confirm import confirm_run
from reconciliation.completeness import MEASURES, Difference, completeness, differences
from reports.figures import REPORTS
from reports.report import figures
from tests.closing_site.exchange.conftest import lock
from tests.entering import LINE, person, the_shop
from tests.pages_of_entry import client_of

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = "2026-02", "2026-03"


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def order(
    shop: Company, number: str, price: str, month: str, quantity: str = "1", **more: str
) -> Order:
    given = {"number": number, "customer_code": "ACME", "order_date": f"{month}-02", **more}
    line = {**LINE, "quantity": quantity, "unit_price": price}
    return record_order(company=shop, given=given, lines=[line], by=person("finance"))


def delivered(shop: Company, number: str, price: str, month: str) -> Order:
    return deliver_order(
        order=order(shop, number, price, month),
        delivered_on=date.fromisoformat(f"{month}-05"),
        accepted_on=None,
        by=person("finance"),
    )


def invoice(shop: Company, code: str) -> Period:
    period = period_by_code(shop, code)
    confirm_run(period, by="finance")
    invoice_run(period, by="finance")
    return period


def proof(period: Period) -> dict[str, Decimal]:
    (found,) = completeness(period)
    assert found.left == found.right + found.difference
    return {name: getattr(found, name) for name in MEASURES}


def amounts(**given: int) -> dict[str, Decimal]:
    return {name: Decimal(given.get(name, 0)) for name in MEASURES}


def test_the_worked_example(shop: Company) -> None:
    finance = person("finance")
    delivered(shop, "A", "8000", OCTOBER)
    cancel_order(
        order=delivered(shop, "B", "200", OCTOBER),
        reason="sent back before the invoice",
        cancelled_on=date(2026, 2, 20),
        by=finance,
    )
    later = defer_order(
        order=delivered(shop, "C", "1000", OCTOBER), reason="invoice in March", by=finance
    )
    defer_order(
        order=delivered(shop, "D", "500", OCTOBER),
        kind=DeferralKind.RECOGNITION,
        reason="acceptance disputed",
        by=finance,
    )
    unknown = delivered(shop, "E", "1", OCTOBER)
    open_price = defer_order(
        order=unknown,
        kind=DeferralKind.AMOUNT_UNKNOWN,
        estimate=Decimal(300),
        reason="price open",
        by=finance,
    )
    october = invoice(shop, OCTOBER)
    approve_held_back(october, by=finance, approver=person("manager"))
    first = amounts(
        delivered=10_000,
        invoiced=8_000,
        credited=200,
        recognised=1_000,
        recognition=500,
        amount_unknown=300,
    )
    assert proof(october) == first
    lock(shop, OCTOBER)

    change_order(
        order=unknown,
        given={"customer_code": "ACME", "order_date": "2026-02-02"},
        lines=[{**LINE, "quantity": "1", "unit_price": "320"}],
        by=finance,
    )
    for deferral in (later, open_price):
        release_deferral(deferral=deferral, by=finance)
    delivered(shop, "F", "4800", NOVEMBER)
    defer_order(order=delivered(shop, "G", "200", NOVEMBER), reason="in April", by=finance)
    november = invoice(shop, NOVEMBER)
    assert proof(november) == amounts(
        opening=1_800,
        delivered=5_000,
        changes=20,
        invoiced=6_120,
        recognised=200,
        recognition=500,
    )
    # What came after does not change a locked month: neither on the page nor in its report.
    october.refresh_from_db()
    assert proof(october) == first
    told = figures(REPORTS["completeness"], october).as_json()
    (row,) = told["rows"]
    assert row == {
        **{name: f"{amount:.2f}" for name, amount in first.items()},
        "currency": "CNY",
        "to_invoice": "10000.00",
        "accounted_for": "10000.00",
    }
    assert told["totals"] == {name: text for name, text in row.items() if name != "currency"}


def test_the_report_of_two_currencies_adds_up_in_the_company_s(shop: Company) -> None:
    """USD 33.33 invoiced and 33.34 deferred at 7.1045: 236.79 and 236.86, 473.65 delivered; of
    USD 66.67 it would be 473.66."""
    rate = {"currency": "USD", "date": "2026-02-01", "rate": "7.1045"}
    record_exchange_rate(company=shop, given=rate, by=person("finance"))
    delivered(shop, "A", "100", OCTOBER)
    for number, price in (("B", "33.33"), ("C", "33.34")):
        made = order(shop, number, price, OCTOBER, currency="USD")
        deliver_order(
            order=made, delivered_on=date(2026, 2, 5), accepted_on=None, by=person("finance")
        )
    defer_order(order=Order.objects.get(number="C"), reason="in March", by=person("finance"))
    found = figures(REPORTS["completeness"], invoice(shop, OCTOBER))
    assert [row["currency"] for row in found.rows] == ["CNY", "USD"]
    assert found.by_currency == {}
    totals = {name: Decimal(text) for name, text in found.as_json()["totals"].items()}
    assert totals == {
        **amounts(),
        "delivered": Decimal("573.65"),
        "to_invoice": Decimal("573.65"),
        "invoiced": Decimal("336.79"),
        "recognised": Decimal("236.86"),
        "accounted_for": Decimal("573.65"),
    }


def test_what_no_list_and_no_invoice_holds_is_named_and_blocks(shop: Company) -> None:
    delivered(shop, "A", "100", OCTOBER)
    october = invoice(shop, OCTOBER)
    missing = delivered(shop, "B", "999", OCTOBER)
    assert proof(october)["difference"] == 999
    assert differences(october) == [Difference("B", "CNY", Decimal(999), "2026-02-05")]
    (step,) = (step for step in all_steps() if step.slug == "reconcile")
    ask_checks(october, step)
    found = Finding.objects.get(check_slug="completeness", resolved_at=None)
    assert (found.severity, found.document_number, found.amount) == ("block", "B", 999)
    page = client_of("auditor").get(f"/reconciliation/completeness/?month={OCTOBER}")
    assert 'data-measure="difference"' in page.content.decode()
    assert "/orders/B/" in page.content.decode()

    defer_order(order=missing, reason="in March", by=person("finance"))
    confirm_run(october, by="finance")
    assert differences(october) == []
    ask_checks(october, step)
    assert not Finding.objects.filter(check_slug="completeness", resolved_at=None).exists()
    assert Deferral.objects.count() == 1


def test_confirmed_and_not_yet_invoiced_is_recognised(shop: Company) -> None:
    delivered(shop, "A", "100", OCTOBER)
    october = period_by_code(shop, OCTOBER)
    confirm_run(october, by="finance")
    assert proof(october) == amounts(delivered=100, recognised=100)


def test_parts_prove_to_the_cent(shop: Company) -> None:
    """Three parts of 33.335 round to 33.34, 33.33, 33.34."""
    made, finance = order(shop, "A", "33.335", OCTOBER, quantity="3"), person("finance")
    shares = []
    for month, day in ((OCTOBER, 3), (OCTOBER, 9), (NOVEMBER, 4)):
        deliver_lines(
            order=made,
            delivered_on=date.fromisoformat(f"{month}-{day:02}"),
            accepted_on=None,
            quantities={1: "1"},
            by=finance,
        )
        found = proof(invoice(shop, month))
        assert found["difference"] == 0
        shares.append(found["invoiced"])
    assert shares == [Decimal("33.34"), Decimal("66.67"), Decimal("33.34")]
    assert [proof(period_by_code(shop, code))["invoiced"] for code in (OCTOBER, NOVEMBER)] == [
        Decimal("66.67"),
        Decimal("33.34"),
    ]
