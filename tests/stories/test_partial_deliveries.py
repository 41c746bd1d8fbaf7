"""Delivered in parts: each month bills what came, the last part closes the order to the cent."""

from pathlib import Path

import pytest

from tests.stories.books import (
    LINES,
    ORDERS,
    REASON,
    close,
    findings,
    import_files,
    import_parties,
    open_company,
    part,
    require_integrity,
    try_import,
    view,
    walk,
)

BILLED = "SELECT number, order_line, quantity, net, tax FROM v_invoice_lines ORDER BY 1, 2"
DATED = "SELECT number, supplied_on, issued_on, gross FROM v_invoices ORDER BY 1"
STATE = "SELECT state, delivered_on FROM v_orders"


def order(tmp_path: Path, *lines: str, includes_tax: int = 0, deliveries: list[str]) -> None:
    """Order S1 with these lines, delivered as the rows say. Its own day is not to count."""
    open_company()
    import_parties(tmp_path)
    import_files(
        tmp_path,
        orders=f"{ORDERS}\nS1,ACME,2025-01-02,2025-01-03,delivered,{includes_tax}",
        order_lines="\n".join((LINES, *(f"S1,{line}" for line in lines))),
        deliveries=deliveries_of(*deliveries),
    )


def deliveries_of(*rows: str) -> str:
    return "\n".join(("order_number,line_number,delivered_on,quantity", *rows))


@pytest.mark.django_db(transaction=True)
def test_parts_over_three_months_close_the_order_to_the_cent(tmp_path: Path) -> None:
    # In all: 33.30 + 6.327 → 6.33; 50.02 + 9.5038 → 9.50; 7.77 + 1.4763 → 1.48. Net 91.09, tax
    # 17.31.
    order(
        tmp_path,
        "1,TEA,10,3.33,19",
        "2,TEA,4,12.505,19",
        "9,FREIGHT,1,7.77,19",
        deliveries=[
            "S1,1,2025-01-10,3",
            "S1,1,2025-02-05,3",
            "S1,2,2025-02-05,1",
            "S1,1,2025-03-07,4",
            "S1,2,2025-03-07,3",
        ],
    )
    names = "orders_confirmed orders_deferred orders_open invoices_issued net tax gross"
    # Three of ten, 9.99 + 1.8981 → 1.90, and all of the freight.
    assert tuple(part(close("2025-01"), names).values()) == (
        *(1, 0, 1, 1),
        *("17.76", "3.38", "21.14"),
    )
    assert view(STATE) == [("delivered", "2025-03-07")]
    # Six of ten are 19.98 + 3.7962 → 3.80; one of four is 12.505 → 12.51 + 2.3769 → 2.38.
    assert tuple(part(close("2025-02"), names).values()) == (
        *(1, 0, 1, 1),
        *("22.50", "4.28", "26.78"),
    )
    # What is left: 33.30 − 19.98, 6.33 − 3.80; 50.02 − 12.51, 9.50 − 2.38.
    assert tuple(part(close("2025-03"), names).values()) == (
        *(1, 0, 0, 1),
        *("50.83", "9.65", "60.48"),
    )
    assert view(BILLED) == [
        ("INV-2025-01-00001", 1, "3", "9.99", "1.9"),
        ("INV-2025-01-00001", 9, "1", "7.77", "1.48"),
        ("INV-2025-02-00001", 1, "3", "9.99", "1.9"),
        ("INV-2025-02-00001", 2, "1", "12.51", "2.38"),
        ("INV-2025-03-00001", 1, "4", "13.32", "2.53"),
        ("INV-2025-03-00001", 2, "3", "37.51", "7.12"),
    ]
    assert view(DATED) == [
        ("INV-2025-01-00001", "2025-01-10", "2025-01-10", "21.14"),
        ("INV-2025-02-00001", "2025-02-05", "2025-02-05", "26.78"),
        ("INV-2025-03-00001", "2025-03-07", "2025-03-07", "60.48"),
    ]
    assert view(STATE) == [("invoiced", "2025-03-07")]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_parts_of_a_price_that_includes_tax_close_to_the_cent(tmp_path: Path) -> None:
    # In all: 30.00 / 1.19 → 25.21, tax 4.79.
    order(
        tmp_path,
        "1,TEA,3,10.00,19",
        includes_tax=1,
        deliveries=["S1,1,2025-01-10,1", "S1,1,2025-02-10,1", "S1,1,2025-03-10,1"],
    )
    # 10.00 / 1.19 → 8.40; 20.00 / 1.19 → 16.81, less 8.40; 25.21 − 16.81.
    for month, net, tax in (
        ("2025-01", "8.40", "1.60"),
        ("2025-02", "8.41", "1.59"),
        ("2025-03", "8.40", "1.60"),
    ):
        assert part(close(month), "net tax gross") == {"net": net, "tax": tax, "gross": "10.00"}


@pytest.mark.django_db(transaction=True)
def test_an_order_is_open_while_a_line_of_it_is_still_to_come(tmp_path: Path) -> None:
    order(
        tmp_path,
        "1,TEA,5,10.00,19",
        "2,TEA,5,20.00,19",
        deliveries=["S1,1,2025-01-10,5", "S1,2,2025-02-10,5"],
    )
    names = "orders_confirmed orders_open net"
    assert tuple(part(close("2025-01"), names).values()) == (1, 1, "50.00")
    assert tuple(part(close("2025-02"), names).values()) == (1, 0, "100.00")


@pytest.mark.django_db(transaction=True)
def test_two_parts_of_a_month_are_one_invoice_dated_on_the_last(tmp_path: Path) -> None:
    order(
        tmp_path,
        "1,TEA,3,3.33,19",
        deliveries=["S1,1,2025-01-10,1", "S1,1,2025-01-25,1"],
    )
    # Two of three: 6.66 + 1.2654 → 1.27.
    assert part(close("2025-01"), "orders_confirmed orders_open invoices_issued gross") == {
        "orders_confirmed": 1,
        "orders_open": 1,
        "invoices_issued": 1,
        "gross": "7.93",
    }
    assert view(DATED) == [("INV-2025-01-00001", "2025-01-25", "2025-01-25", "7.93")]
    assert view(BILLED) == [("INV-2025-01-00001", 1, "2", "6.66", "1.27")]


@pytest.mark.django_db(transaction=True)
def test_what_comes_after_the_months_invoice_gets_another(tmp_path: Path) -> None:
    order(tmp_path, "1,TEA,3,3.33,19", deliveries=["S1,1,2025-01-10,2"])
    walk("2025-01", "--through", "invoice", "--acknowledge-warnings", REASON)
    import_files(tmp_path, deliveries=deliveries_of("S1,1,2025-01-10,2", "S1,1,2025-01-25,1"))
    # In all 9.99 + 1.8981 → 1.90; invoiced were 6.66 + 1.27.
    assert part(close("2025-01"), "orders_confirmed orders_open invoices_issued net tax") == {
        "orders_confirmed": 1,
        "orders_open": 0,
        "invoices_issued": 2,
        "net": "9.99",
        "tax": "1.90",
    }
    assert view(BILLED) == [
        ("INV-2025-01-00001", 1, "2", "6.66", "1.27"),
        ("INV-2025-01-00002", 1, "1", "3.33", "0.63"),
    ]


@pytest.mark.django_db(transaction=True)
def test_more_than_ordered_waits_for_a_change_of_the_order(tmp_path: Path) -> None:
    order(tmp_path, "1,TEA,10,10.00,19", deliveries=["S1,1,2025-01-10,6", "S1,1,2025-02-10,5"])
    assert part(close("2025-01"), "orders_confirmed orders_open net") == {
        "orders_confirmed": 1,
        "orders_open": 1,
        "net": "60.00",
    }
    stopped, status = walk("2025-02", "--approve-as", "mo", "--acknowledge-warnings", REASON)
    assert (stopped["stopped_at"], status) == ("confirm", 1)
    assert stopped["reasons"][0].startswith(
        "order:S1: More was delivered than ordered: line 1: 11 delivered, 10 ordered. Change the"
    )
    assert part(
        close("2025-02", "--defer-exceptions", "Asking the customer"),
        "orders_confirmed orders_deferred invoices_issued",
    ) == {"orders_confirmed": 0, "orders_deferred": 1, "invoices_issued": 0}

    # What was agreed stays; only more of it may be ordered.
    refused, status = try_import(tmp_path, order_lines=f"{LINES}\nS1,1,TEA,11,9.00,19")
    assert (refused["written"], status) == (False, 1)
    import_files(tmp_path, order_lines=f"{LINES}\nS1,1,TEA,11,10.00,19")
    assert part(close("2025-03"), "orders_confirmed orders_deferred invoices_issued net") == {
        "orders_confirmed": 1,
        "orders_deferred": 0,
        "invoices_issued": 1,
        "net": "50.00",
    }
    assert view(DATED)[1:] == [("INV-2025-03-00001", "2025-02-10", "2025-03-01", "59.5")]
    assert findings("2025-03", "delivered-beyond-order", "prior-period-supply") == [
        ("prior-period-supply", "invoice:INV-2025-03-00001", "50")
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_what_is_held_back_is_worth_what_billing_it_would_bill(tmp_path: Path) -> None:
    """Freight, a charge, goes with the first part."""
    deliveries = ["S1,1,2025-01-10,6", "S1,1,2025-01-12,5"]
    order(tmp_path, "1,TEA,10,10.00,19", "9,FREIGHT,1,7.77,19", deliveries=deliveries)
    close("2025-01", "--defer-exceptions", "Asking the customer")
    held = (
        "SELECT d.delivered_on, h.net, h.tax FROM orders_unbilled AS h"
        " JOIN orders_delivery AS d ON d.id = h.delivery_id ORDER BY 1"
    )
    assert view(held) == [("2025-01-10", "67.77", "12.88"), ("2025-01-12", "50", "9.5")]
