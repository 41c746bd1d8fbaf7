"""Each report's figures, worked out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from closing_site.companies.models import ExchangeRate, User
from closing_site.desk.models import Acknowledgement, Finding, Severity
from closing_site.periods.actions import existing_period
from closing_site.periods.errors import NoSuchPeriod
from orders.models import Delivery, Order, OrderLine, Product, Unbilled
from reconciliation.balances import freeze_balances
from reports.figures import REPORTS
from reports.readable import readable
from reports.report import figures
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db

DAY, LATER, NEXT = date(2026, 1, 10), date(2026, 1, 20), date(2026, 2, 10)


@pytest.fixture
def books() -> Books:
    return Books.begin(date(2026, 1, 1))


def report(name: str, books: Books, period: str = "2026-01") -> dict[str, Any]:
    return figures(REPORTS[name], existing_period(books.company, period)).as_json()


def test_revenue_by_day_with_credit_notes_apart(books: Books) -> None:
    first = books.invoice("A", DAY, "100", "19", percent="19")
    books.invoice("B", DAY, "50", "9.50", percent="19")
    books.invoice("A", LATER, "-40", "-7.60", credits=first, quantity="-1", percent="19")
    books.invoice("A", NEXT, "1000")
    found = report("revenue", books)
    assert found["rows"] == [
        {
            "date": "2026-01-10",
            "invoices": 2,
            "net": "150.00",
            "tax": "28.50",
            "gross": "178.50",
            "credited_net": "0.00",
            "credited_gross": "0.00",
        },
        {
            "date": "2026-01-20",
            "invoices": 0,
            "net": "0.00",
            "tax": "0.00",
            "gross": "0.00",
            "credited_net": "40.00",
            "credited_gross": "47.60",
        },
    ]
    assert found["totals"] == {
        "invoices": 2,
        "net": "150.00",
        "tax": "28.50",
        "gross": "178.50",
        "credited_net": "40.00",
        "credited_gross": "47.60",
    }
    assert (found["report"], found["company"], found["period"]) == ("revenue", "TEST", "2026-01")
    assert found["version"] == 1
    assert found["columns"] == list(found["rows"][0])


def test_revenue_is_in_base_currency(books: Books) -> None:
    """USD 100 + 19 at 0.9 are EUR 107.10 gross, 17.10 tax, 90 net."""
    books.invoice("A", DAY, "100", "19", rate="0.9", currency="USD", percent="19")
    assert report("revenue", books)["totals"]["net"] == "90.00"
    assert report("revenue", books)["totals"]["gross"] == "107.10"


def test_an_empty_month_has_totals_of_nothing(books: Books) -> None:
    books.period(DAY)
    for name in REPORTS:
        found = report(name, books)
        assert found["rows"] == []
        assert set(found["totals"].values()) <= {"0.00", 0}


def test_a_month_that_is_not_there_is_refused(books: Books) -> None:
    with pytest.raises(NoSuchPeriod):
        existing_period(books.company, "2030-01")


def accepted_and_deferred(books: Books) -> None:
    """A warning of this month that a person accepted, and a delivery on its unbilled list."""
    subject = {
        "company": books.company,
        "document_kind": "order",
        "document_id": 1,
        "document_number": "SO-1",
        "check_slug": "no-more",
        "digest": "seen",
    }
    period = books.period(DAY)
    Finding.objects.create(period=period, step="confirm", severity=Severity.WARN, **subject)
    Acknowledgement.objects.create(
        reason="Agreed by telephone",
        acknowledged_by=User.objects.get_or_create(username="finance")[0],
        **subject,
    )
    order = Order.objects.create(
        company=books.company,
        number="SO-1",
        sort_key="SO-1",
        number_prefix="SO-",
        customer=books.customer("A"),
        customer_code="A",
        order_date=DAY,
        currency="EUR",
    )
    delivery = Delivery.objects.create(
        company=books.company, order=order, delivered_on=DAY, is_whole=True
    )
    Unbilled.objects.create(
        company=books.company,
        delivery=delivery,
        period=period,
        posted_on=DAY,
        reason="The price is not agreed",
    )


def test_no_report_tells_of_another_companys_month(books: Books) -> None:
    other = Books.begin(date(2026, 1, 1), code="OTHER")
    for own in (books, other):
        own.set_off(own.payment("A", DAY, "30"), own.invoice("A", DAY, "100"), DAY, "30")
        accepted_and_deferred(own)
    for name in REPORTS:
        found = report(name, books)
        assert len(found["rows"]) == 1, name
        if name not in {"exceptions", "deferred", "accepted", "completeness"}:
            assert {"100.00", "30.00"} & set(found["totals"].values()), name
    assert report("receivables", books)["totals"]["closing"] == "70.00"


def confirmed_order(books: Books, number: str, satisfaction: int | None) -> None:
    order = Order.objects.create(
        company=books.company,
        number=number,
        sort_key=number,
        number_prefix=number,
        customer=books.customer("A"),
        customer_code="A",
        order_date=DAY,
        currency="EUR",
        satisfaction=satisfaction,
    )
    OrderLine.objects.create(company=books.company, order=order, line_number=1, quantity=1)
    Delivery.objects.create(
        company=books.company,
        order=order,
        delivered_on=DAY,
        is_whole=True,
        period=books.period(DAY),
        posted_on=DAY,
        confirmed_at=timezone.now(),
    )


def test_customers_with_their_orders_money_and_marks(books: Books) -> None:
    """Marks 5, 4 and none: 4.5. B only paid. C did nothing, and has no row."""
    for number, mark in (("1", 5), ("2", 4), ("3", None)):
        confirmed_order(books, number, mark)
    first = books.invoice("A", DAY, "100", "19", percent="19")
    books.invoice("A", DAY, "-10", "-1.90", credits=first, quantity="-1", percent="19")
    books.payment("A", DAY, "30")
    books.payment("A", DAY, "-5")
    books.payment("B", DAY, "7")
    books.payment(None, DAY, "1000")
    books.customer("C")
    found = report("customers", books)
    assert found["rows"] == [
        {
            "customer_code": "A",
            "name": "Customer A",
            "orders": 3,
            "invoices": 1,
            "net": "100.00",
            "tax": "19.00",
            "gross": "119.00",
            "credited_net": "10.00",
            "received": "30.00",
            "satisfaction": "4.50",
        },
        {
            "customer_code": "B",
            "name": "Customer B",
            "orders": 0,
            "invoices": 0,
            "net": "0.00",
            "tax": "0.00",
            "gross": "0.00",
            "credited_net": "0.00",
            "received": "7.00",
            "satisfaction": None,
        },
    ]
    assert found["totals"]["orders"] == 3
    assert found["totals"]["received"] == "37.00"


def test_products_cost_what_stays_sold(books: Books) -> None:
    """Ten sold for 100, two back for 20; each cost 3.333333: 8 × 3.333333 = 26.67."""
    Product.objects.create(
        company=books.company,
        sku="TEA",
        name="Tea",
        category="Drinks",
        unit_cost=Decimal("3.333333"),
    )
    first = books.invoice("A", DAY, "100", sku="TEA", quantity="10")
    books.invoice("A", DAY, "-20", sku="TEA", quantity="-2", credits=first)
    books.invoice("A", DAY, "55.50", sku="UNKNOWN", quantity="1.5")
    found = report("products", books)
    assert found["rows"] == [
        {
            "sku": "TEA",
            "name": "Tea",
            "category": "Drinks",
            "quantity": "10",
            "net": "100.00",
            "credited_quantity": "2",
            "credited_net": "20.00",
            "cost": "26.67",
            "margin": "53.33",
        },
        {
            "sku": "UNKNOWN",
            "name": "",
            "category": "",
            "quantity": "1.5",
            "net": "55.50",
            "credited_quantity": "0",
            "credited_net": "0.00",
            "cost": None,
            "margin": None,
        },
    ]
    assert found["totals"] == {
        "net": "155.50",
        "credited_net": "20.00",
        "cost": "26.67",
        "margin": "53.33",
    }


def test_where_no_cost_is_known_the_totals_say_so(books: Books) -> None:
    books.invoice("A", DAY, "100", sku="UNKNOWN")
    totals = report("products", books)["totals"]
    assert (totals["net"], totals["cost"], totals["margin"]) == ("100.00", None, None)


def test_payments_by_method_placed_or_not(books: Books) -> None:
    books.payment("A", DAY, "30", method="cash")
    books.payment(None, DAY, "12", method="cash")
    books.payment("A", DAY, "-5", method="card")
    found = report("payments", books)
    assert found["rows"] == [
        {"method": "card", "payments": 0, "received": "0.00", "refunded": "5.00"},
        {"method": "cash", "payments": 2, "received": "42.00", "refunded": "0.00"},
    ]
    assert found["totals"] == {"payments": 2, "received": "42.00", "refunded": "5.00"}


def test_tax_by_category_and_rate(books: Books) -> None:
    first = books.invoice("A", DAY, "100", "19", percent="19")
    books.invoice("A", DAY, "200", "14", percent="7")
    books.invoice("A", DAY, "5")
    books.invoice("A", DAY, "-100", "-19", credits=first, quantity="-1", percent="19")
    found = report("tax", books)
    assert [tuple(row.values()) for row in found["rows"]] == [
        ("standard", "7", "200.00", "14.00", "0.00", "0.00"),
        ("standard", "19", "100.00", "19.00", "100.00", "19.00"),
        ("zero_rated", "0", "5.00", "0.00", "0.00", "0.00"),
    ]
    assert found["totals"]["tax"] == "33.00"


def test_receivables_roll_forward_and_age_at_the_months_end(books: Books) -> None:
    """At the end of January: 10 not due, 20 due a day before, 30 of October; 5 came in February."""
    books.opening("A", "opening_invoice", "30", date(2025, 10, 15))
    books.invoice("A", DAY, "10", due_on=date(2026, 1, 31))
    overdue = books.invoice("A", DAY, "20", due_on=date(2026, 1, 30))
    books.set_off(books.payment("A", NEXT, "5"), overdue, NEXT, "5")
    found = report("receivables", books)
    (row,) = found["rows"]
    assert {name: value for name, value in row.items() if value not in ("0.00", None)} == {
        "customer_code": "A",
        "name": "Customer A",
        "currency": "EUR",
        "opening": "30.00",
        "invoiced": "30.00",
        "closing": "60.00",
        "not_due": "10.00",
        "days_1_30": "20.00",
        "days_over_90": "30.00",
        "base_closing": "60.00",
    }
    (row,) = report("receivables", books, "2026-02")["rows"]
    assert row["days_1_30"] == "25.00"  # 10 are due by now; of the 20 there are 15 left.
    assert row["closing"] == "55.00"


def test_receivables_of_two_currencies_are_added_up_in_the_companys(books: Books) -> None:
    """JPY 10000 at 0.006 are EUR 60; paid at 0.007 with 70: 10 gained. JPY has no decimals."""
    yen = books.invoice("A", DAY, "10000", rate="0.006", currency="JPY")
    paid = books.payment("A", DAY, "10000", rate="0.007", currency="JPY")
    books.set_off(paid, yen, DAY, "10000", base_debit="60", base_credit="70")
    books.invoice("A", DAY, "40", due_on=DAY)
    found = report("receivables", books)
    assert [row["invoiced"] for row in found["rows"]] == ["40.00", "10000"]
    assert found["rows"][1]["base_exchange"] == "10.00"
    assert found["totals"]["invoiced"] == "100.00"
    assert found["totals"]["allocated"] == "70.00"
    assert found["totals"]["exchange"] == "10.00"
    assert found["totals"]["closing"] == "40.00"
    assert found["totals"]["days_1_30"] == "40.00"
    assert found["totals"]["received_cash"] == "70.00"
    in_yen, in_euro = (found["totals_by_currency"][code] for code in ("JPY", "EUR"))
    assert [in_yen[name] for name in ("invoiced", "allocated", "received_cash")] == ["10000"] * 3
    assert (in_yen["closing"], in_euro["closing"]) == ("0", "40.00")


def test_credits_have_a_column_of_their_own_in_the_ageing(books: Books) -> None:
    """ACCOUNTING 11.4: current 2,260, unapplied credit -1,130, closing 1,130."""
    first = books.invoice("A", DAY, "1130", due_on=NEXT)
    books.invoice("A", DAY, "1130", due_on=NEXT)
    books.invoice("A", DAY, "-1130", credits=first, quantity="-1")
    found = report("receivables", books)
    (row,) = found["rows"]
    assert (row["not_due"], row["unapplied_credits"]) == ("2260.00", "-1130.00")
    assert row["closing"] == found["totals"]["closing"] == "1130.00"
    assert "totals_by_currency" not in found


def test_a_locked_month_gives_the_same_figures_after_later_payments(books: Books) -> None:
    invoice = books.invoice("A", DAY, "100")
    before = report("receivables", books)
    freeze_balances(books.period(DAY))
    books.lock(DAY)
    assert report("receivables", books) == before
    books.set_off(books.payment("A", NEXT, "100"), invoice, NEXT, "100")
    assert report("receivables", books) == before


def test_exceptions_say_who_let_them_stand_and_why(books: Books) -> None:
    def find(number: int, **fields: Any) -> Finding:
        return Finding.objects.create(
            company=books.company,
            period=books.period(DAY),
            document_kind="order",
            document_id=number,
            document_number=f"SO-{number}",
            digest="seen",
            **{"step": "confirm", "severity": Severity.WARN, "check_slug": "no-more", **fields},
        )

    find(1, step="pay")
    find(2, amount=Decimal("12.5"), currency="EUR")
    find(3, severity=Severity.BLOCK)
    find(4, resolved_at=timezone.now())
    Acknowledgement.objects.create(
        company=books.company,
        document_kind="order",
        document_id=2,
        document_number="SO-2",
        check_slug="no-more",
        digest="seen",
        reason="Agreed by telephone",
        acknowledged_by=User.objects.create(username="finance"),
    )
    found = report("exceptions", books)
    assert [row["document"] for row in found["rows"]] == ["order:SO-3", "order:SO-2", "order:SO-1"]
    assert found["rows"][1] == {
        "step": "confirm",
        "check": "no-more",
        "severity": "warn",
        "document": "order:SO-2",
        "amount": "12.50",
        "currency": "EUR",
        "message": "no-more",  # The slug itself, of a check that is no more.
        "acknowledged_by": "finance",
        "reason": "Agreed by telephone",
    }
    assert found["totals"] == {"amount": "12.50", "block": 1, "warn": 2, "note": 0}
    assert "totals_by_currency" not in found


def test_amounts_of_findings_are_signed_and_added_up(books: Books) -> None:
    """A credit note of -7 beside an order of 12.50 and of USD 100 at 0.9; one amount is in the
    company's currency because it is of several; one is not known."""
    ExchangeRate.objects.create(
        company=books.company, currency="USD", valid_from=date(2026, 1, 5), rate=Decimal("0.9")
    )
    amounts = [("12.5", "EUR"), ("-7", "EUR"), ("100", "USD"), ("3", ""), (None, "JPY")]
    for number, (amount, currency) in enumerate(amounts, 1):
        Finding.objects.create(
            company=books.company,
            period=books.period(DAY),
            document_kind="order",
            document_id=number,
            document_number=f"SO-{number}",
            digest="seen",
            step="confirm" if number < 3 else "pay",
            severity=Severity.WARN,
            check_slug="no-more",
            amount=amount and Decimal(amount),
            currency=currency,
        )
    found = report("exceptions", books)
    assert [row["amount"] for row in found["rows"]] == ["12.50", "-7.00", "100.00", "3.00", None]
    assert found["totals"]["amount"] == "98.50"
    assert found["totals_by_currency"] == {"EUR": {"amount": "8.50"}, "USD": {"amount": "100.00"}}
    by_check, _all = readable(figures(REPORTS["exceptions"], books.period(DAY))).tables
    assert [row[-1].text for row in by_check.rows] == ["5.50", "93.00"]
