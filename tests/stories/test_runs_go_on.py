"""A run never dies on one document: what the database refuses is named and left out.

Each plants such a document between two good ones; the database is made to refuse it by a constraint
that its owner adds for the while.
"""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.stories.books import (
    close,
    findings,
    import_files,
    invoice,
    part,
    placed,
    require_integrity,
    sell_and_receive,
    view,
    walk,
)

pytestmark = pytest.mark.django_db(transaction=True)

SOLD = ["S1 ACME 2025-01-10 119.00", "S2 BETA 2025-01-11 66.60", "S3 ACME 2025-01-12 238.00"]


class Planted:
    """A constraint that refuses rows of a kind, until it is lifted."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self._cursor = cursor
        self._table = ""

    def refuse(self, table: str, condition: str) -> None:
        self._table = table
        self._cursor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT planted CHECK (NOT ({condition})) NOT VALID"
        )

    def lift(self) -> None:
        if self._table:
            self._cursor.execute(f"ALTER TABLE {self._table} DROP CONSTRAINT planted")
        self._table = ""


@pytest.fixture
def planted(owner_cursor: psycopg.Cursor[Any]) -> Planted:
    return Planted(owner_cursor)


def only_s2() -> str:
    ((key,),) = view("SELECT id FROM orders_order WHERE number = 'S2'")
    return f"order_id = {key}"


def test_an_order_that_cannot_be_confirmed_is_left_out(tmp_path: Path, planted: Planted) -> None:
    sell_and_receive(tmp_path, SOLD, [])
    planted.refuse("orders_delivery", f"{only_s2()} AND period_id IS NOT NULL")
    stopped, status = walk("2025-01", "--approve-as", "mo")
    assert (stopped["stopped_at"], status) == ("confirm", 1)
    assert view("SELECT number, state FROM v_orders ORDER BY 1") == [
        ("S1", "confirmed"),
        ("S2", "delivered"),
        ("S3", "confirmed"),
    ]
    assert findings("2025-01", "confirmation-refused", "delivered-not-confirmed") == [
        ("confirmation-refused", "order:S2", "66.6")
    ]
    totals = close("2025-01", "--defer-exceptions", "Asking the vendor")
    assert part(totals, "orders_confirmed orders_deferred gross") == {
        "orders_confirmed": 2,
        "orders_deferred": 1,
        "gross": "357.00",
    }
    planted.lift()
    assert part(close("2025-02"), "orders_confirmed gross") == {
        "orders_confirmed": 1,
        "gross": "66.60",
    }
    require_integrity()


def test_an_order_that_cannot_be_invoiced_is_left_out(tmp_path: Path, planted: Planted) -> None:
    """The numbers of the others have no gap."""
    sell_and_receive(tmp_path, SOLD, [])
    planted.refuse("invoicing_invoice", only_s2())
    stopped, status = walk("2025-01", "--approve-as", "mo")
    assert (stopped["stopped_at"], status) == ("invoice", 1)
    assert view("SELECT number, gross FROM v_invoices ORDER BY 1") == [
        (invoice(1), "119"),
        (invoice(2), "238"),
    ]
    assert findings("2025-01", "invoice-refused") == [("invoice-refused", "order:S2", "66.6")]
    planted.lift()
    assert part(close("2025-01"), "invoices_issued gross") == {
        "invoices_issued": 3,
        "gross": "423.60",
    }
    assert findings("2025-01", "invoice-refused") == []
    require_integrity()


def test_an_amount_too_large_for_the_books_stops_no_one_else(tmp_path: Path) -> None:
    """In base currency it has more digits than an amount has room for."""
    sell_and_receive(tmp_path, SOLD[:1], [])
    import_files(
        tmp_path,
        exchange_rates="date,currency,rate\n2025-01-01,USD,999999999",
        orders="number,customer_code,order_date,delivered_on,currency\n"
        "S2,BETA,2025-01-11,2025-01-11,USD\nS3,ACME,2025-01-12,2025-01-12,EUR",
        order_lines="order_number,line_number,sku,quantity,unit_price,tax_rate\n"
        "S2,1,TEA,1000000,999999,19\nS3,1,TEA,1,200,19",
    )
    stopped, status = walk("2025-01", "--approve-as", "mo", "--acknowledge-warnings", "Known")
    assert (stopped["stopped_at"], status) == ("invoice", 1)
    assert view("SELECT number, gross FROM v_invoices ORDER BY 1") == [
        (invoice(1), "119"),
        (invoice(2), "238"),
    ]
    assert [row[1] for row in findings("2025-01", "invoice-refused")] == ["order:S2"]


def test_a_receipt_that_cannot_be_allocated_is_left_out(tmp_path: Path, planted: Planted) -> None:
    sell_and_receive(
        tmp_path, SOLD, ["P1,ACME,2025-01-20,119.00,S1", "P2,BETA,2025-01-21,66.60,S2"]
    )
    planted.refuse("payments_allocation", "debit_amount = 66.60")
    stopped, status = walk("2025-01", "--approve-as", "mo", "--acknowledge-warnings", "Known")
    assert (stopped["stopped_at"], status) == ("pay", 1)
    assert placed() == [("P1", invoice(1), "119")]
    assert findings("2025-01", "allocation-refused") == [("allocation-refused", "payment:P2", None)]
    planted.lift()
    assert part(close("2025-01"), "allocated") == {"allocated": "185.60"}
    require_integrity()


def test_a_document_that_cannot_be_posted_is_left_out(tmp_path: Path, planted: Planted) -> None:
    sell_and_receive(tmp_path, SOLD, ["P1,ACME,2025-01-20,119.00,S1"])
    planted.refuse("reconciliation_voucher", "total = 66.60")
    stopped, status = walk("2025-01", "--approve-as", "mo", "--acknowledge-warnings", "Known")
    assert (stopped["stopped_at"], status) == ("reconcile", 1)
    assert view("SELECT document FROM v_vouchers GROUP BY 1 ORDER BY 1") == [
        (f"invoice:{invoice(1)}",),
        (f"invoice:{invoice(3)}",),
        ("payment:P1",),
    ]
    assert findings("2025-01", "voucher-refused") == [
        ("voucher-refused", f"invoice:{invoice(2)}", None)
    ]
    planted.lift()
    close("2025-01")
    require_integrity()
