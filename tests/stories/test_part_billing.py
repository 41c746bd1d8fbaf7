"""What is billed with which delivery (ACCOUNTING 2), each worked example of it."""

from pathlib import Path

import pytest

from tests.stories.books import (
    CUSTOMERS,
    LINES,
    ORDERS,
    close,
    findings,
    import_files,
    open_company,
    part,
    require_integrity,
    try_import,
    view,
    walk,
)
from tests.stories.test_partial_deliveries import BILLED, STATE, deliveries_of

PRODUCTS = """
    sku,name,kind
    GOOD,Good,goods
    WORK,Assembly,service
    FREIGHT,Freight,charge
    PLAIN,Plain,
    OTHER,Other,
    LESS,Discount,
"""
TOTALS = "orders_open invoices_issued net tax gross"


def order(tmp_path: Path, *lines: str, deliveries: list[str], includes_tax: int = 0) -> None:
    open_company()
    import_files(
        tmp_path,
        customers=CUSTOMERS,
        products=PRODUCTS,
        orders=f"{ORDERS}\nS1,ACME,2025-01-02,,,{includes_tax}",
        order_lines="\n".join((LINES, *(f"S1,{line}" for line in lines))),
        deliveries=deliveries_of(*deliveries),
    )


@pytest.mark.django_db(transaction=True)
def test_a_line_is_not_billed_with_another_lines_delivery(tmp_path: Path) -> None:
    """Case 02."""
    open_company("EUR", "DE", "2025-10")
    header = "order_number,line_number,delivered_on,quantity"
    import_files(
        tmp_path,
        customers="code,name\nK1,One",
        products="sku,name,unit_price,tax_rate\nP1,Part,10,20",
        orders="number,customer_code,order_date\nA15,K1,2025-10-05",
        order_lines=f"{LINES}\nA15,1,P1,250000,0.01,20\nA15,2,P1,2,50,20",
        deliveries=f"{header}\nA15,1,2025-10-06,250000",
    )
    assert tuple(part(close("2025-10"), TOTALS).values()) == (
        *(1, 1),
        *("2500.00", "500.00", "3000.00"),
    )
    assert view(STATE) == [("open", "2025-10-06")]
    import_files(tmp_path, deliveries=f"{header}\nA15,2,2025-11-05,2")
    assert tuple(part(close("2025-11"), TOTALS).values()) == (
        *(0, 1),
        *("100.00", "20.00", "120.00"),
    )
    assert view(STATE) == [("invoiced", "2025-11-05")]
    require_integrity()


DISCOUNTED = ("1,GOOD,10,100,13", "2,LESS,1,-200,13")


@pytest.mark.django_db(transaction=True)
def test_a_discount_is_billed_in_proportion_and_cumulatively(tmp_path: Path) -> None:
    """10 × 100, discount −200, 13 %: one, three more (four in all), the other six."""
    days = ["S1,1,2025-01-10,1", "S1,1,2025-02-10,3", "S1,1,2025-03-10,6"]
    order(tmp_path, *DISCOUNTED, deliveries=days)
    for month, net, tax, gross in (
        ("2025-01", "80.00", "10.40", "90.40"),
        ("2025-02", "240.00", "31.20", "271.20"),
        ("2025-03", "480.00", "62.40", "542.40"),
    ):
        assert part(close(month), "net tax gross") == {"net": net, "tax": tax, "gross": gross}
    assert view(BILLED) == [
        ("INV-2025-01-00001", 1, "1", "100", "13"),
        ("INV-2025-01-00001", 2, "0.1", "-20", "-2.6"),
        ("INV-2025-02-00001", 1, "3", "300", "39"),
        ("INV-2025-02-00001", 2, "0.3", "-60", "-7.8"),
        ("INV-2025-03-00001", 1, "6", "600", "78"),
        ("INV-2025-03-00001", 2, "0.6", "-120", "-15.6"),
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_the_first_four_bill_their_share_of_the_discount(tmp_path: Path) -> None:
    order(tmp_path, *DISCOUNTED, deliveries=["S1,1,2025-01-10,4", "S1,1,2025-02-10,6"])
    for month, net, tax, gross in (
        ("2025-01", "320.00", "41.60", "361.60"),
        ("2025-02", "480.00", "62.40", "542.40"),
    ):
        assert part(close(month), "net tax gross") == {"net": net, "tax": tax, "gross": gross}


@pytest.mark.django_db(transaction=True)
def test_the_last_part_takes_the_rest_of_a_discount(tmp_path: Path) -> None:
    """−0.10 over thirds: 0.0333 → 0.03; 0.0667 → 0.07, less 0.03; 0.10 − 0.07."""
    days = [f"S1,1,2025-0{month}-10,1" for month in (1, 2, 3)]
    order(tmp_path, "1,GOOD,3,1,0", "2,LESS,1,-0.10,0", deliveries=days)
    nets = [part(close(f"2025-0{month}"), "net")["net"] for month in (1, 2, 3)]
    assert nets == ["0.97", "0.96", "0.97"]


@pytest.mark.django_db(transaction=True)
def test_a_discount_goes_by_goods_and_services_of_its_rate(tmp_path: Path) -> None:
    """100 at 19 % of 400 in all of that rate; the goods at 7 % and the freight do not count."""
    order(
        tmp_path,
        *("1,GOOD,4,100,19", "2,GOOD,1,900,7", "3,FREIGHT,1,50,19", "4,LESS,1,-40,19"),
        deliveries=["S1,1,2025-01-10,1", "S1,2,2025-01-10,1", "S1,1,2025-02-10,3"],
    )
    close("2025-01")
    assert [row[1:4] for row in view(BILLED)] == [
        (1, "1", "100"),
        (2, "1", "900"),
        (3, "1", "50"),
        (4, "0.25", "-10"),
    ]
    assert part(close("2025-02"), "net") == {"net": "270.00"}


@pytest.mark.django_db(transaction=True)
def test_a_discount_without_goods_of_its_rate_goes_by_all(tmp_path: Path) -> None:
    """A quarter of 400 + 0 at 7 %; 100 of 400."""
    order(
        tmp_path,
        *("1,GOOD,4,100,7", "2,LESS,1,-40,19"),
        deliveries=["S1,1,2025-01-10,1", "S1,1,2025-02-10,3"],
    )
    assert part(close("2025-01"), "net tax") == {"net": "90.00", "tax": "5.10"}
    assert part(close("2025-02"), "net tax") == {"net": "270.00", "tax": "15.30"}


@pytest.mark.django_db(transaction=True)
def test_a_discount_on_prices_with_tax_is_shared_by_amount(tmp_path: Path) -> None:
    """113 × 10 less 226: one of ten is 113 − 22.60 = 90.40 gross."""
    order(
        tmp_path,
        *("1,GOOD,10,113,13", "2,LESS,1,-226,13"),
        includes_tax=1,
        deliveries=["S1,1,2025-01-10,1"],
    )
    assert part(close("2025-01"), "net tax gross") == {
        "net": "80.00",
        "tax": "10.40",
        "gross": "90.40",
    }


MIXED = ("1,GOOD,2,100,0", "2,WORK,1,30,0", "3,FREIGHT,1,7,0")


@pytest.mark.django_db(transaction=True)
def test_a_charge_goes_first_and_a_service_with_what_completes_the_goods(tmp_path: Path) -> None:
    order(tmp_path, *MIXED, deliveries=["S1,1,2025-01-10,1", "S1,1,2025-02-10,1"])
    assert part(close("2025-01"), "net orders_open") == {"net": "107.00", "orders_open": 1}
    assert findings("2025-01", "service-with-last-part", "kind-assumed") == [
        ("service-with-last-part", "order:S1", "30")
    ]
    assert part(close("2025-02"), "net orders_open") == {"net": "130.00", "orders_open": 0}
    assert view("SELECT line_number, supply_kind FROM orders_orderline ORDER BY 1") == [
        (1, ""),
        (2, "service"),
        (3, "charge"),
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_a_service_waits_for_its_own_row(tmp_path: Path) -> None:
    order(
        tmp_path,
        *MIXED,
        deliveries=["S1,1,2025-01-10,2", "S1,2,2025-02-03,1"],
    )
    assert part(close("2025-01"), "net orders_open") == {"net": "207.00", "orders_open": 1}
    assert part(close("2025-02"), "net orders_open") == {"net": "30.00", "orders_open": 0}


@pytest.mark.django_db(transaction=True)
def test_without_rows_everything_follows_the_orders_own_day(tmp_path: Path) -> None:
    order(tmp_path, *MIXED, deliveries=[])
    import_files(tmp_path, orders=f"{ORDERS}\nS1,ACME,2025-01-02,2025-01-20,delivered,0")
    assert part(close("2025-01"), "net orders_open") == {"net": "237.00", "orders_open": 0}


@pytest.mark.django_db(transaction=True)
def test_a_blank_kind_is_goods_once_the_product_was_delivered_by_lines(tmp_path: Path) -> None:
    """PLAIN was delivered by lines in another order, on the very day; OTHER never was."""
    order(
        tmp_path,
        *("1,GOOD,1,100,0", "2,PLAIN,1,40,0", "3,OTHER,1,5,0"),
        deliveries=["S1,1,2025-01-10,1"],
    )
    import_files(
        tmp_path,
        orders=f"{ORDERS}\nS2,ACME,2025-01-02,,,0",
        order_lines=f"{LINES}\nS2,1,PLAIN,1,40,0",
        deliveries=deliveries_of("S2,1,2025-01-10,1"),
    )
    close("2025-01")
    assert [row[:4] for row in view(BILLED)] == [
        ("INV-2025-01-00001", 1, "1", "100"),
        ("INV-2025-01-00002", 1, "1", "40"),
    ]
    assert findings("2025-01", "kind-assumed") == [("kind-assumed", "order:S1", "5")]
    import_files(tmp_path, deliveries=deliveries_of("S1,2,2025-02-04,1"))
    assert part(close("2025-02"), "net orders_open") == {"net": "45.00", "orders_open": 0}
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_a_later_row_of_the_product_leaves_earlier_deliveries_as_they_were(tmp_path: Path) -> None:
    """OTHER is a service on 10 January and billed so; goods from 3 February."""
    order(tmp_path, "1,GOOD,1,100,0", "2,OTHER,1,5,0", deliveries=["S1,1,2025-01-10,1"])
    assert part(close("2025-01"), "net") == {"net": "105.00"}
    import_files(
        tmp_path,
        orders=f"{ORDERS}\nS2,ACME,2025-02-01,,,0\nS3,ACME,2025-02-01,,,0",
        order_lines=f"{LINES}\nS2,1,OTHER,1,8,0\nS3,1,GOOD,1,9,0\nS3,2,OTHER,1,8,0",
        deliveries=deliveries_of("S2,1,2025-02-03,1", "S3,1,2025-02-04,1"),
    )
    assert part(close("2025-02"), "net orders_open") == {"net": "17.00", "orders_open": 1}
    assert view("SELECT number, state FROM v_orders ORDER BY 1") == [
        ("S1", "invoiced"),
        ("S2", "invoiced"),
        ("S3", "open"),
    ]
    refused, _status = try_import(tmp_path, deliveries=deliveries_of("S1,2,2025-03-04,1"))
    assert refused["written"] is False
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_what_a_line_was_billed_as_does_not_change_by_itself(tmp_path: Path) -> None:
    order(tmp_path, *MIXED, deliveries=["S1,1,2025-01-10,1"])
    close("2025-01")
    import_files(tmp_path, products="sku,name,kind\nFREIGHT,Freight,goods")
    import_files(tmp_path, deliveries=deliveries_of("S1,1,2025-02-10,1"))
    assert part(close("2025-02"), "net orders_open") == {"net": "130.00", "orders_open": 0}
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_a_kind_that_is_entered_before_the_invoice_counts(tmp_path: Path) -> None:
    order(
        tmp_path,
        *("1,GOOD,2,100,0", "2,OTHER,1,7,0"),
        deliveries=["S1,1,2025-01-10,1", "S1,1,2025-02-10,1"],
    )
    walk("2025-01", "--through", "confirm")
    import_files(tmp_path, products="sku,name,kind\nOTHER,Other,charge")
    assert part(close("2025-01"), "net") == {"net": "107.00"}


@pytest.mark.django_db(transaction=True)
def test_a_part_worth_less_than_nothing_blocks_and_can_be_deferred(tmp_path: Path) -> None:
    """−150 of its own rate goes with the 100 of that rate; S2 is issued all the same."""
    order(
        tmp_path,
        *("1,GOOD,1,100,19", "2,GOOD,1,1000,7", "3,LESS,1,-150,19"),
        deliveries=["S1,1,2025-01-10,1", "S1,2,2025-02-10,1"],
    )
    import_files(
        tmp_path,
        orders=f"{ORDERS}\nS2,ACME,2025-01-02,2025-01-20,delivered,0",
        order_lines=f"{LINES}\nS2,1,GOOD,1,9,0",
    )
    stopped, status = walk("2025-01", "--approve-as", "mo")
    assert (stopped["stopped_at"], status) == ("confirm", 1)
    assert findings("2025-01", "negative-part", "delivered-not-confirmed") == [
        ("negative-part", "order:S1", "-59.5")
    ]
    totals = close("2025-01", "--defer-exceptions", "Wait for the rest")
    assert part(totals, "orders_deferred invoices_issued net") == {
        "orders_deferred": 1,
        "invoices_issued": 1,
        "net": "9.00",
    }
    assert part(close("2025-02"), "invoices_issued net") == {
        "invoices_issued": 1,
        "net": "950.00",
    }
    require_integrity()
