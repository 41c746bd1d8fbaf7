"""Closing an order short (ACCOUNTING 2.5): its undelivered rest will not come."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from closing_site.companies.models import User
from closing_site.customers.models import SalesRep
from orders.actions.closing import close_order, open_charges, reopen_order
from orders.errors import NothingOutstanding, OrderClosed, ReopenedByFinance
from orders.models import Order
from tests.stories.books import (
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
from tests.stories.test_part_billing import DISCOUNTED, order
from tests.stories.test_partial_deliveries import BILLED, STATE, deliveries_of

pytestmark = pytest.mark.django_db(transaction=True)

CLOSING = f"{ORDERS},note"
GIVEN_UP = "The customer gives up the rest"
AMOUNTS = "SELECT state, gross FROM v_orders"
CLOSED = "SELECT line_number, closed_quantity, net, tax FROM orders_orderline ORDER BY 1"


def by_file(tmp_path: Path, status: str = "closed") -> dict[str, Any]:
    return import_files(tmp_path, orders=f"{CLOSING}\nS1,ACME,2025-01-02,,{status},0,{GIVEN_UP}")


def person(name: str) -> User:
    return User.objects.get(username=name)


def the_order() -> Order:
    return Order.objects.select_related("company").get(number="S1")


@pytest.mark.parametrize("status", ["closed", "已关闭"])
def test_the_rest_is_closed_by_file(tmp_path: Path, status: str) -> None:
    """Case 08: 10 ordered, 4 delivered and invoiced in a locked month."""
    open_company("EUR", "DE", "2025-10")
    import_files(
        tmp_path,
        customers="code,name\nK1,One",
        products="sku,name,unit_price,tax_rate\nP1,Part,10,20",
        orders="number,customer_code,order_date\nN3,K1,2025-10-05",
        order_lines=f"{LINES}\nN3,1,P1,10,10,19",
        deliveries=f"{deliveries_of()}\nN3,1,2025-10-07,4",
    )
    assert part(close("2025-10"), "gross orders_open") == {"gross": "47.60", "orders_open": 1}
    refused, _status = try_import(
        tmp_path, orders="number,customer_code,order_date,status\nN3,K1,2025-10-05,cancelled"
    )
    assert "Close it short instead" in str(refused)
    closing = f"number,customer_code,order_date,status,note\nN3,K1,2025-10-05,{status},{GIVEN_UP}"
    result = import_files(tmp_path, orders=closing)
    assert part(result["files"][0], "new changed unchanged") == {
        "new": 0,
        "changed": 1,
        "unchanged": 0,
    }
    assert view(AMOUNTS) == [("closed", "47.6")]
    assert view("SELECT closed_on, close_reason FROM orders_order") == [("2025-11-01", GIVEN_UP)]
    again = import_files(tmp_path, orders=closing)
    assert part(again["files"][0], "changed unchanged") == {"changed": 0, "unchanged": 1}
    assert part(close("2025-11"), "invoices_issued orders_open orders_cancelled") == {
        "invoices_issued": 0,
        "orders_open": 0,
        "orders_cancelled": 0,
    }
    require_integrity()


def test_four_of_ten_are_closed_on_a_day(tmp_path: Path) -> None:
    """10 × 100 at 13 %, 4 invoiced (452), closed 5 February: nothing is invoiced in February."""
    order(tmp_path, "1,GOOD,10,100,13", deliveries=["S1,1,2025-01-10,4"])
    assert part(close("2025-01"), "gross") == {"gross": "452.00"}
    closed = close_order(
        order=the_order(), reason=GIVEN_UP, closed_on=date(2025, 2, 5), by=person("ann")
    )
    assert (closed.gross, closed.closed_on) == (452, date(2025, 2, 5))
    assert view(CLOSED) == [(1, "6", "400", "52")]
    assert view(AMOUNTS) == [("closed", "452")]
    assert view(
        "SELECT action, after ->> 'close_reason' FROM v_audit"
        " WHERE document = 'order:S1' AND action = 'closed'"
    ) == [("closed", GIVEN_UP)]
    with pytest.raises(OrderClosed):
        close_order(
            order=the_order(), reason=GIVEN_UP, closed_on=date(2025, 2, 5), by=person("ann")
        )
    assert part(close("2025-02"), "invoices_issued orders_open") == {
        "invoices_issued": 0,
        "orders_open": 0,
    }
    require_integrity()


def test_a_share_of_the_discount_falls_away(tmp_path: Path) -> None:
    """4 of 10 × 100, discount −200: 400 − 80, of which the first was invoiced with 100 − 20."""
    order(tmp_path, *DISCOUNTED, deliveries=["S1,1,2025-01-10,1", "S1,1,2025-02-10,3"])
    close("2025-01")
    by_file(tmp_path)
    assert view(CLOSED) == [(1, "6", "400", "52"), (2, "0.6", "-80", "-10.4")]
    assert view("SELECT net, tax, gross FROM orders_order") == [("320", "41.6", "361.6")]
    assert part(close("2025-02"), "net tax gross") == {
        "net": "240.00",
        "tax": "31.20",
        "gross": "271.20",
    }
    assert view(AMOUNTS) == [("closed", "361.6")]
    require_integrity()


def test_a_stated_total_is_held_against_what_will_be_invoiced(tmp_path: Path) -> None:
    order(tmp_path, "1,GOOD,10,100,13", deliveries=["S1,1,2025-01-10,4"])
    stated = f"{ORDERS},stated_total\nS1,ACME,2025-01-02,,,0,452"
    import_files(tmp_path, orders=stated)
    walk("2025-01", "--through", "confirm")
    assert findings("2025-01", "stated-total") == [("stated-total", "order:S1", "-678")]
    close_order(order=the_order(), reason=GIVEN_UP, closed_on=date(2025, 1, 20), by=person("ann"))
    assert findings("2025-01", "stated-total") == []
    assert part(close("2025-01"), "gross orders_open") == {"gross": "452.00", "orders_open": 0}


WITH_ALL = ("1,GOOD,2,100,0", "2,WORK,1,30,0", "3,FREIGHT,1,7,0")


def test_services_fall_away_and_charges_are_asked_for(tmp_path: Path) -> None:
    order(tmp_path, *WITH_ALL, deliveries=["S1,1,2025-01-10,1"])
    assert [line.line_number for line in open_charges(the_order())] == [3]
    close_order(
        order=the_order(),
        reason=GIVEN_UP,
        closed_on=date(2025, 1, 20),
        charges=[3],
        by=person("ann"),
    )
    assert view(CLOSED) == [(1, "1", "100", "0"), (2, "1", "0", "0"), (3, "0", "7", "0")]
    assert part(close("2025-01"), "net") == {"net": "107.00"}
    assert findings("2025-01", "closed-charges") == []
    require_integrity()


def test_a_charge_that_is_kept_is_invoiced_without_another_part(tmp_path: Path) -> None:
    """It was added after the first part, and waited for the next."""
    order(tmp_path, "1,GOOD,2,100,0", deliveries=["S1,1,2025-01-10,1"])
    close("2025-01")
    import_files(tmp_path, order_lines=f"{LINES}\nS1,1,GOOD,2,100,0\nS1,3,FREIGHT,1,7,0")
    close_order(
        order=the_order(),
        reason=GIVEN_UP,
        closed_on=date(2025, 2, 5),
        charges=[3],
        by=person("ann"),
    )
    assert part(close("2025-02"), "invoices_issued net") == {"invoices_issued": 1, "net": "7.00"}
    assert view(AMOUNTS) == [("closed", "107")]
    require_integrity()


def test_a_file_omits_charges_with_a_warning(tmp_path: Path) -> None:
    order(tmp_path, *WITH_ALL, deliveries=["S1,1,2025-01-10,1"])
    result = by_file(tmp_path)
    assert "lines 3, charges that were not invoiced" in str(result)
    assert part(close("2025-01"), "net") == {"net": "100.00"}
    assert findings("2025-01", "closed-charges") == [("closed-charges", "order:S1", "7")]
    require_integrity()


def test_closed_with_nothing_delivered_is_cancelled(tmp_path: Path) -> None:
    order(tmp_path, "1,GOOD,2,100,0", deliveries=[])
    by_file(tmp_path)
    assert view("SELECT state FROM v_orders") == [("cancelled",)]
    assert view("SELECT cancel_reason FROM orders_order") == [(GIVEN_UP,)]


def test_closed_with_everything_delivered_changes_nothing(tmp_path: Path) -> None:
    order(tmp_path, "1,GOOD,2,100,0", deliveries=["S1,1,2025-01-10,2"])
    close("2025-01")
    result = by_file(tmp_path)
    assert part(result["files"][0], "changed unchanged") == {"changed": 0, "unchanged": 1}
    assert view(AMOUNTS) == [("invoiced", "200")]
    with pytest.raises(NothingOutstanding):
        close_order(
            order=the_order(), reason=GIVEN_UP, closed_on=date(2025, 2, 5), by=person("ann")
        )


def test_a_later_delivery_blocks_until_finance_reopens_the_line(tmp_path: Path) -> None:
    order(
        tmp_path,
        *("1,GOOD,10,100,0", "2,GOOD,5,10,0"),
        deliveries=["S1,1,2025-01-10,4", "S1,2,2025-01-10,1"],
    )
    close("2025-01")
    by_file(tmp_path)
    import_files(tmp_path, deliveries=deliveries_of("S1,1,2025-02-10,2"))
    stopped, status = walk("2025-02", "--approve-as", "mo")
    assert (stopped["stopped_at"], status) == ("confirm", 1)
    assert findings("2025-02", "delivered-after-closing", "delivered-not-confirmed") == [
        ("delivered-after-closing", "order:S1", "200")
    ]
    reopen_order(order=the_order(), reason="It came", lines=[1], by=person("ann"))
    assert findings("2025-02", "delivered-after-closing") == []
    assert view(CLOSED)[1] == (2, "4", "10", "0")
    assert part(close("2025-02"), "net orders_open") == {"net": "200.00", "orders_open": 1}
    assert view(AMOUNTS) == [("open", "1010")]
    require_integrity()


def test_it_is_undone_while_no_later_document_exists(tmp_path: Path) -> None:
    """Later, finance alone reopens it."""
    order(tmp_path, *DISCOUNTED, deliveries=["S1,1,2025-01-10,1", "S1,1,2025-02-10,3"])
    import_files(tmp_path, orders=f"{ORDERS},sales_rep\nS1,ACME,2025-01-02,,,0,R1")
    rita = person("rita")
    SalesRep.objects.update(user=rita)
    close("2025-01")
    close_order(order=the_order(), reason=GIVEN_UP, closed_on=date(2025, 2, 20), by=rita)
    reopened = reopen_order(order=the_order(), reason="Not so", by=rita)
    assert (reopened.closed_on, reopened.gross) == (None, 904)
    assert view(CLOSED) == [(1, "0", "1000", "130"), (2, "0", "-200", "-26")]

    close_order(order=the_order(), reason=GIVEN_UP, closed_on=date(2025, 2, 20), by=rita)
    assert part(close("2025-02"), "net") == {"net": "240.00"}
    with pytest.raises(ReopenedByFinance):
        reopen_order(order=the_order(), reason="Not so", by=rita)
    reopen_order(order=the_order(), reason="Not so", by=person("ann"))
    import_files(tmp_path, deliveries=deliveries_of("S1,1,2025-03-10,6"))
    assert part(close("2025-03"), "net") == {"net": "480.00"}
    assert view(STATE) == [("invoiced", "2025-03-10")]
    assert view(BILLED)[-1] == ("INV-2025-03-00001", 2, "0.6", "-120", "-15.6")
    require_integrity()


def test_a_closed_order_takes_no_other_lines(tmp_path: Path) -> None:
    order(tmp_path, "1,GOOD,10,100,0", deliveries=["S1,1,2025-01-10,4"])
    by_file(tmp_path)
    grown = f"{LINES}\nS1,1,GOOD,11,100,0"
    refused, _status = try_import(tmp_path, order_lines=grown)
    assert refused["written"] is False
    same = import_files(tmp_path, order_lines=f"{LINES}\nS1,1,GOOD,10,100,0")
    assert part(same["files"][0], "changed unchanged") == {"changed": 0, "unchanged": 1}
