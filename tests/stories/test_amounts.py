"""What an order's lines come to: tax in the price or on it, rates, discounts, currencies."""

from pathlib import Path
from typing import Any

import pytest

from tests.commands import run
from tests.stories.books import (
    CUSTOMERS,
    LINES,
    ORDERS,
    close,
    findings,
    import_files,
    open_company,
    part,
    payments,
    require_integrity,
    view,
    walk,
)

PRODUCTS = """
    sku,name,tax_rate
    TEA,Tea,
    SERVICE,Service,6
    REBATE,Rebate,
"""
BILLED = "SELECT line, net, tax, gross FROM v_invoice_lines ORDER BY number, line"


def sell(
    tmp_path: Path, *lines: str, includes_tax: str = "0", header: str = LINES, **more: str
) -> None:
    """Order S1 of ACME with these lines (without the order's number), delivered on 10 January."""
    import_files(
        tmp_path,
        customers=CUSTOMERS,
        products=PRODUCTS,
        orders=f"{ORDERS}\nS1,ACME,2025-01-08,2025-01-10,delivered,{includes_tax}",
        order_lines="\n".join((header, *(f"S1,{line}" for line in lines))),
        **more,
    )


def amounts(totals: dict[str, Any]) -> tuple[str, str, str]:
    return totals["net"], totals["tax"], totals["gross"]


@pytest.mark.django_db(transaction=True)
def test_a_price_that_includes_tax_is_split_line_by_line(tmp_path: Path) -> None:
    open_company("CNY", "CN")
    sell(
        tmp_path,
        "1,TEA,3,33.33,13",  # 99.99 / 1.13 = 88.4867 → 88.49; 99.99 − 88.49 = 11.50
        "2,TEA,1,0.05,13",  # 0.05 / 1.13 = 0.0442 → 0.04; 0.01
        "3,TEA,5,0.01,13",  # the same again
        includes_tax="1",
    )
    # The document is the sum of its lines: 88.57, where 100.09 / 1.13 would be 88.58.
    assert amounts(close("2025-01")) == ("88.57", "11.52", "100.09")
    assert view(BILLED) == [
        (1, "88.49", "11.5", "99.99"),
        (2, "0.04", "0.01", "0.05"),
        (3, "0.04", "0.01", "0.05"),
    ]
    assert view("SELECT net, tax, gross FROM v_invoices") == [("88.57", "11.52", "100.09")]
    assert view("SELECT account, debit, credit FROM v_vouchers ORDER BY line") == [
        ("1122", "100.09", "0"),
        ("6001", "0", "88.57"),
        ("2221", "0", "11.52"),
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_a_line_has_its_own_rate_else_its_products_else_the_companys(tmp_path: Path) -> None:
    open_company("CNY", "CN")
    sell(
        tmp_path,
        "1,TEA,2,10.25,",  # China's 13 %: 20.50 × 0.13 = 2.665 → 2.67
        "2,SERVICE,1,99.90,",  # the product's 6 %: 5.994 → 5.99
        "3,SERVICE,3,1.50,9",  # the line's 9 %: 4.50 × 0.09 = 0.405 → 0.41
    )
    assert amounts(close("2025-01")) == ("124.90", "9.07", "133.97")
    assert view(BILLED) == [
        (1, "20.5", "2.67", "23.17"),
        (2, "99.9", "5.99", "105.89"),
        (3, "4.5", "0.41", "4.91"),
    ]
    report, _ = run("report", "tax", "--company", "SHOP", "--period", "2025-01", "--format", "json")
    rates = [(float(row["rate"]), row["net"], row["tax"]) for row in report["rows"]]
    assert sorted(rates) == [(6, "99.90", "5.99"), (9, "4.50", "0.41"), (13, "20.50", "2.67")]


@pytest.mark.django_db(transaction=True)
def test_a_zero_rate_without_a_reason_is_a_note_that_stops_nothing(tmp_path: Path) -> None:
    open_company()
    sell(tmp_path, "1,TEA,2,50.00,0", "2,TEA,1,20.00,19")
    confirmed, status = walk("2025-01", "--through", "confirm", "--acknowledge-warnings", "Small")
    assert (confirmed["stopped_at"], status) == (None, 0)
    assert findings("2025-01", "zero-rate-without-reason") == [
        ("zero-rate-without-reason", "tax_rate:zero_rated", None)
    ]
    assert view(
        "SELECT severity FROM v_findings WHERE check_slug = 'zero-rate-without-reason'"
    ) == [("note",)]
    # 120 net, 20 × 0.19 = 3.80.
    assert amounts(close("2025-01")) == ("120.00", "3.80", "123.80")


@pytest.mark.django_db(transaction=True)
def test_a_discount_is_a_percentage_of_the_line_or_a_line_of_its_own(tmp_path: Path) -> None:
    open_company("CNY", "CN")
    sell(
        tmp_path,
        "1,TEA,3,9.99,13,12.5",  # 29.97 × 0.875 = 26.22375 → 26.22; 3.4086 → 3.41
        "2,REBATE,1,-0.50,13,",  # −0.50; −0.065 → −0.07, away from zero
        "3,TEA,1,50.00,13,100",  # given away
        header=f"{LINES},discount_percent",
    )
    assert amounts(close("2025-01")) == ("25.72", "3.34", "29.06")
    assert view(BILLED) == [
        (1, "26.22", "3.41", "29.63"),
        (2, "-0.5", "-0.07", "-0.57"),
        (3, "0", "0", "0"),
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_the_yen_has_no_decimals(tmp_path: Path) -> None:
    open_company("JPY", "JP")
    sell(
        tmp_path,
        "1,TEA,3,333.5,10,",  # 1000.5 → 1001; 100.1 → 100
        "2,TEA,1,105,10,",  # 10.5 → 11
        "3,TEA,7,99,10,5",  # 658.35 → 658; 65.8 → 66
        header=f"{LINES},discount_percent",
        **payments("P1,ACME,2025-01-20,1900,S1"),
    )
    totals = close("2025-01")
    assert amounts(totals) == ("1764", "177", "1941")
    assert part(totals, "received allocated receivables_closing") == {
        "received": "1900",
        "allocated": "1900",
        "receivables_closing": "41",
    }


@pytest.mark.django_db(transaction=True)
def test_the_kuwaiti_dinar_has_three_decimals(tmp_path: Path) -> None:
    open_company("KWD", "KW")
    sell(
        tmp_path,
        "1,TEA,3,1.2345,5",  # 3.7035 → 3.704; 0.1852 → 0.185
        "2,TEA,1,0.010,5",  # 0.0005 → 0.001
        **payments("P1,ACME,2025-01-20,1.234,S1"),
    )
    totals = close("2025-01")
    assert amounts(totals) == ("3.714", "0.186", "3.900")
    # 3.900 − 1.234
    assert totals["receivables_closing"] == "2.666"
