"""Discounts under headers that mean percent off here, and percent of the price there."""

from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest

from closing_site.cells import Unreadable
from closing_site.companies.models import Company
from closing_site.exchange.reading.discounts import percent_off
from orders.models import Order, OrderLine
from tests.closing_site.exchange.conftest import Take, run_import
from tests.closing_site.exchange.files import LINES
from tests.stories.books import (
    CUSTOMERS,
    ORDERS,
    PRODUCTS,
    findings,
    import_files,
    open_company,
    walk,
)

CASE = Path(__file__).parents[2] / "data" / "cases" / "09"


@pytest.mark.parametrize(
    ("cell", "off"),
    [
        ("90", "10"),
        ("100", "0"),
        ("1", "0"),
        ("1.0", "0"),
        ("0.9", "10"),
        ("0.985", "1.5"),
        ("90%", "10"),
        ("1%", "99"),
        ("85.5", "14.5"),
    ],
)
def test_percent_of_the_price(cell: str, off: str) -> None:
    assert Decimal(str(percent_off(cell))) == Decimal(off)


@pytest.mark.parametrize("cell", ["0", "0%", "8.5", "9", "101", "-5", "x"])
def test_what_may_be_percent_or_tenths_is_refused(cell: str) -> None:
    assert isinstance(percent_off(cell), Unreadable)


@pytest.mark.django_db(transaction=True)
def test_case_09_is_refused_until_somebody_says_what_a_discount_means(
    chinese_company: Company, tmp_path: Path
) -> None:
    folder = tmp_path / "case"
    copytree(CASE, folder)
    refused = run_import(folder)
    assert (refused.status, refused.result["written"]) == (1, False)
    assert refused.bad("order_lines") == [(1, "discount_percent", "折扣率")]
    assert refused.file("order_lines")["asks"] == "discount_means"
    assert not Order.objects.exists()
    # Whatever else is skipped, an answer is needed.
    skipped = run_import(folder, "--skip-bad-rows")
    assert (skipped.status, skipped.result["written"]) == (1, False)
    assert skipped.counts("order_lines") == (0, 0, 0, 1)
    assert not Order.objects.exists()

    # The rate of D2 is a fraction.
    fraction = run_import(folder, "--discount-means", "of-price")
    assert fraction.bad("order_lines") == [(3, "tax_rate", "0.13")]
    lines = folder / "订单明细.csv"
    lines.write_text(lines.read_text("utf-8").replace("0.13", "13"), "utf-8")
    taken = run_import(folder, "--discount-means", "of-price")
    assert taken.status == 0
    assert list(Order.objects.order_by("number").values_list("number", "gross")) == [
        ("D1", Decimal("1017.00")),
        ("D2", Decimal("1130.00")),
        ("D3", Decimal("1130.00")),
        ("D4", Decimal("1000.00")),
    ]


@pytest.mark.django_db(transaction=True)
def test_percent_off_is_said_or_stands_in_the_header(chinese_company: Company, take: Take) -> None:
    orders = {"orders.csv": "number,customer_code,order_date\nS1,A,2026-01-05\n"}
    lines = "order_number,line_number,sku,quantity,unit_price,折扣\nS1,1,TEA,1,100,{}\n"
    for none in ("", "0", "0.00%"):
        assert take({**orders, "order_lines.csv": lines.format(none)}).status == 0
    assert take({**orders, "order_lines.csv": lines.format("10")}).status == 1
    said = ("--discount-means", "off")
    assert take({**orders, "order_lines.csv": lines.format("10")}, *said).status == 0
    assert OrderLine.objects.get().discount_percent == 10
    plain = {"order_lines.csv": LINES + "S1,1,TEA,1,100,20,\n"}
    # The option is for headers that may mean either.
    assert take(plain, "--discount-means", "of-price").status == 0
    assert OrderLine.objects.get().discount_percent == 20


@pytest.mark.django_db(transaction=True)
def test_what_is_given_away_is_a_warning(tmp_path: Path) -> None:
    open_company()
    import_files(
        tmp_path,
        customers=CUSTOMERS,
        products=PRODUCTS,
        orders=f"{ORDERS}\n"
        + "\n".join(f"S{n},ACME,2025-01-08,2025-01-10,delivered,0" for n in range(1, 6)),
        order_lines="order_number,line_number,sku,quantity,unit_price,discount_percent,tax_rate\n"
        "S1,1,TEA,1,100,100,19\nS2,1,TEA,1,0,,19\nS3,1,TEA,1,100,99,19\n"
        "S4,1,TEA,1,100,,19\nS4,2,TEA,1,0.001,,19\nS5,1,TEA,2,50,,19",
    )
    walk("2025-01")
    assert [document for _, document, _ in findings("2025-01", "zero-price")] == [
        *("order:S1", "order:S2", "order:S4")
    ]
