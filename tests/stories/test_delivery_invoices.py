"""Customers who want an invoice for each delivery (ACCOUNTING 2.4): each bills what is due after it
less what was due before it."""

from pathlib import Path

import pytest

from closing_site.companies.models import Company
from closing_site.periods.actions import period_by_code
from invoicing.runs.issue import invoice_run
from tests.stories.books import (
    COMPANY,
    LINES,
    ORDERS,
    close,
    findings,
    import_files,
    open_company,
    part,
    require_integrity,
    view,
    walk,
)
from tests.stories.test_partial_deliveries import deliveries_of

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = "code,name,invoice_grouping\nACME,Acme Ltd,delivery\nBETA,Beta Ltd,order"
PRODUCTS = """
    sku,name,kind
    GOOD,Good,goods
    WORK,Assembly,service
    FREIGHT,Freight,charge
    LESS,Discount,
"""
INVOICES = """
    SELECT number, customer_code, supplied_on, issued_on, net, tax FROM v_invoices
    ORDER BY period, number
"""
BILLED = """
    SELECT number, order_line, quantity, net, tax FROM v_invoice_lines ORDER BY 1, 2
"""
#: 10 × 100 less 200, 13 %; freight; assembly at another rate.
MIXED = ("1,GOOD,10,100,13", "2,LESS,1,-200,13", "3,FREIGHT,1,7,13", "4,WORK,1,30,19")


def order(tmp_path: Path, *lines: str, days: list[str], number: str = "S1") -> None:
    import_files(
        tmp_path,
        orders=f"{ORDERS}\n{number},ACME,2025-01-02,,,0",
        order_lines="\n".join((LINES, *(f"{number},{line}" for line in lines))),
        deliveries=deliveries_of(*(f"{number},{day}" for day in days)),
    )


@pytest.fixture(autouse=True)
def books(transactional_db: None, tmp_path: Path) -> None:
    open_company()
    import_files(tmp_path, customers=CUSTOMERS, products=PRODUCTS)


def test_each_delivery_has_its_invoice_and_its_share(tmp_path: Path) -> None:
    days = ["1,2025-01-10,1", "1,2025-01-20,3", "1,2025-02-10,2", "1,2025-02-11,4"]
    order(tmp_path, *MIXED, days=days)
    # Another order in between, and one of a customer who wants an invoice per order.
    order(tmp_path, "1,GOOD,2,10,13", number="S2", days=["1,2025-01-15,2"])
    import_files(
        tmp_path,
        orders=f"{ORDERS}\nS3,BETA,2025-01-02,,,0\nS4,ACME,2025-01-02,2025-01-12,delivered,0",
        order_lines=f"{LINES}\nS3,1,GOOD,2,10,13\nS4,1,GOOD,1,10,13\nS4,2,WORK,1,5,13",
        deliveries=deliveries_of("S3,1,2025-01-11,1", "S3,1,2025-01-21,1"),
    )
    totals = close("2025-01")
    # 400 − 80 + 7; 20; 20; 15
    assert part(totals, "invoices_issued net") == {"invoices_issued": 5, "net": "382.00"}
    assert view(INVOICES) == [
        ("INV-2025-01-00001", "ACME", "2025-01-10", "2025-01-10", "87", "11.31"),
        ("INV-2025-01-00002", "ACME", "2025-01-12", "2025-01-12", "15", "1.95"),
        ("INV-2025-01-00003", "ACME", "2025-01-15", "2025-01-15", "20", "2.6"),
        ("INV-2025-01-00004", "ACME", "2025-01-20", "2025-01-20", "240", "31.2"),
        ("INV-2025-01-00005", "BETA", "2025-01-21", "2025-01-21", "20", "2.6"),
    ]
    close("2025-02")
    # 10 × 100 at 13 %, −200, 7 and 30: each part what is due after it less what was before.
    assert [row for row in view(BILLED) if row[0][4:11] == "2025-02" or row[0][-1] in "14"] == [
        ("INV-2025-01-00001", 1, "1", "100", "13"),
        ("INV-2025-01-00001", 2, "0.1", "-20", "-2.6"),
        ("INV-2025-01-00001", 3, "1", "7", "0.91"),
        ("INV-2025-01-00004", 1, "3", "300", "39"),
        ("INV-2025-01-00004", 2, "0.3", "-60", "-7.8"),
        ("INV-2025-02-00001", 1, "2", "200", "26"),
        ("INV-2025-02-00001", 2, "0.2", "-40", "-5.2"),
        ("INV-2025-02-00002", 1, "4", "400", "52"),
        ("INV-2025-02-00002", 2, "0.4", "-80", "-10.4"),
        ("INV-2025-02-00002", 4, "1", "30", "5.7"),
    ]
    assert view("SELECT DISTINCT state FROM v_orders") == [("invoiced",)]
    require_integrity()


def test_what_is_confirmed_later_with_an_earlier_day_has_its_own_invoice(tmp_path: Path) -> None:
    """The delivery of the 20th is invoiced when that of the 10th becomes known."""
    order(tmp_path, *MIXED[:2], days=["1,2025-01-20,5"])
    walk("2025-01", "--through", "invoice")
    order(tmp_path, *MIXED[:2], days=["1,2025-01-10,2", "1,2025-01-25,3"])
    close("2025-01")
    assert view(INVOICES) == [
        ("INV-2025-01-00001", "ACME", "2025-01-20", "2025-01-20", "400", "52"),
        ("INV-2025-01-00002", "ACME", "2025-01-10", "2025-01-20", "160", "20.8"),
        ("INV-2025-01-00003", "ACME", "2025-01-25", "2025-01-25", "240", "31.2"),
    ]
    require_integrity()


def test_a_delivery_worth_less_than_nothing_goes_with_the_rest_of_its_order(
    tmp_path: Path,
) -> None:
    """−150 of its own rate goes with the 100 of that rate: −50 by itself, 950 with the other."""
    lines = ("1,GOOD,1,100,19", "2,GOOD,1,1000,7", "3,LESS,1,-150,19")
    order(tmp_path, *lines, days=["1,2025-01-10,1", "2,2025-01-20,1"])
    close("2025-01")
    assert view(INVOICES) == [
        ("INV-2025-01-00001", "ACME", "2025-01-20", "2025-01-20", "950", "60.5")
    ]
    assert findings("2025-01", "negative-part") == []
    require_integrity()


def test_in_another_currency_each_invoice_has_its_own_rate(tmp_path: Path) -> None:
    import_files(
        tmp_path,
        exchange_rates="date,currency,rate\n2025-01-01,USD,0.9\n2025-01-15,USD,0.8",
        orders=f"{ORDERS},currency\nS1,ACME,2025-01-02,,,0,USD",
        order_lines=f"{LINES}\nS1,1,GOOD,3,33.33,19\nS1,2,FREIGHT,1,1,19",
        deliveries=deliveries_of("S1,1,2025-01-10,1", "S1,1,2025-01-20,2"),
    )
    # 34.33 + 6.52 at 0.9, 66.66 + 12.67 at 0.8.
    totals = close("2025-01")
    assert part(totals, "invoices_issued gross") == {"invoices_issued": 2, "gross": "100.23"}
    require_integrity()


def test_the_run_again_issues_nothing(tmp_path: Path) -> None:
    order(tmp_path, *MIXED, days=["1,2025-01-10,1", "1,2025-01-20,3"])
    walk("2025-01", "--through", "invoice")
    period = period_by_code(Company.objects.get(code=COMPANY), "2025-01")
    assert invoice_run(period, by="ann") == 0
