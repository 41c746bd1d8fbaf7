"""Files that come after the lock: what changes January is refused, what was late is posted now."""

from decimal import Decimal

import pytest

from invoicing.models import Invoice
from payments.models import Payment
from tests.laws.books import FEBRUARY, JANUARY, REASON, Books, rows

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = "number,customer_code,order_date,delivered_on,status\n"
LINES = "order_number,line_number,sku,quantity,unit_price,tax_rate\n"
DELIVERIES = "order_number,line_number,delivered_on,quantity\n"
PAYMENTS = "reference,customer_code,received_on,amount,currency,method,order_number\n"

#: Good rows that come along, and must not be written either.
GOOD_ORDER = "O-20,A,2026-02-01,,open\n"
GOOD_PAYMENT = "P-20,A,2026-02-06,7.00,EUR,cash,\n"


@pytest.mark.parametrize(
    ("kind", "header", "row"),
    [
        ("orders", ORDERS, "O-1,A,2026-01-02,2026-01-06,delivered\n"),
        ("orders", ORDERS, "O-1,B,2026-01-02,2026-01-05,delivered\n"),
        ("orders", ORDERS, "O-1,A,2026-01-02,,cancelled\n"),
        ("order_lines", LINES, "O-1,1,TEA,11,10,19\n"),
        ("order_lines", LINES, "O-1,1,TEA,10,10.01,19\n"),
        ("order_lines", LINES, "O-1,2,TEA,1,10,19\n"),
        ("deliveries", DELIVERIES, "O-3,1,2026-01-12,5\n"),
        ("payments", PAYMENTS, "P-1,A,2026-01-15,119.01,EUR,bank_transfer,O-1\n"),
        ("payments", PAYMENTS, "P-3,A,2026-01-26,200.00,EUR,bank_transfer,\n"),
        ("payments", PAYMENTS, "P-3,A,2026-02-26,200.00,EUR,bank_transfer,\n"),
        ("payments", PAYMENTS, "P-3,B,2026-01-25,200.00,EUR,bank_transfer,\n"),
        ("payments", PAYMENTS, "P-4,A,2026-01-28,15.00,EUR,bank_transfer,\n"),
    ],
)
def test_a_row_that_changes_january_is_bad_and_nothing_is_written(
    books: Books, kind: str, header: str, row: str
) -> None:
    files = {"orders": ORDERS + GOOD_ORDER, "payments": PAYMENTS + GOOD_PAYMENT}
    files[kind] = files.get(kind, header) + row
    tables = ("orders_order", "orders_orderline", "orders_delivery", "payments_payment")
    before = [rows(f"SELECT * FROM {table} ORDER BY id") for table in tables]
    taken, status = books.take(**files)
    bad = [bad["reason"] for file in taken["files"] for bad in file["bad"]]
    assert (taken["written"], status, len(bad)) == (False, 1, 1), taken
    assert JANUARY in bad[0]
    assert [rows(f"SELECT * FROM {table} ORDER BY id") for table in tables] == before


def test_a_delivery_found_late_is_invoiced_on_the_first_open_day(books: Books) -> None:
    """2 × 10.00 and 19 %: 23.80 of January's supply stand in February."""
    taken, status = books.take(
        orders=ORDERS + "O-21,A,2026-01-28,2026-01-30,delivered\n",
        order_lines=LINES + "O-21,1,TEA,2,10,19\n",
    )
    assert (taken["written"], status) == (True, 0), taken
    books.close(FEBRUARY, "--through", "invoice")
    invoice = Invoice.objects.get(order__number="O-21")
    assert (str(invoice.supplied_on), str(invoice.posted_on)) == ("2026-01-30", "2026-02-01")
    # No earlier than the last one of its series.
    assert (invoice.number, str(invoice.issued_on)) == ("INV-2026-02-00003", "2026-02-10")
    assert invoice.gross == Decimal("23.80")
    found = rows("SELECT document, amount FROM v_findings WHERE check_slug = 'prior-period-supply'")
    assert found == [("invoice:INV-2026-02-00003", Decimal(20))]


def test_a_payment_found_late_is_posted_on_the_first_open_day(books: Books) -> None:
    taken, status = books.take(payments=PAYMENTS + "P-21,B,2026-01-30,28.50,EUR,cash,O-2\n")
    assert (taken["written"], status) == (True, 0), taken
    payment = Payment.objects.get(reference="P-21")
    assert (str(payment.received_on), str(payment.posted_on)) == ("2026-01-30", "2026-02-01")
    assert payment.period.code == FEBRUARY
    books.close(FEBRUARY, "--through", "pay")
    # It settles January's invoice, from February: 59.50 − 30.00 − 1.00.
    assert rows(
        "SELECT period, amount, allocated_on::text FROM v_allocations"
        " WHERE payment_reference = 'P-21'"
    ) == [(FEBRUARY, Decimal("28.50"), "2026-02-01")]
    assert rows("SELECT open_amount FROM v_invoices WHERE number = 'INV-2026-01-00002'") == [
        (Decimal(0),)
    ]
    found = rows("SELECT document FROM v_findings WHERE check_slug = 'prior-period-receipt'")
    assert found == [("payment:P-21",)]
    assert rows(
        "SELECT closing, advances_closing FROM v_receivables"
        f" WHERE period = '{JANUARY}' AND customer_code = 'B'"
    ) == [(Decimal("28.50"), Decimal(0))]


def test_what_is_held_back_in_january_is_invoiced_when_it_is_mended(books: Books) -> None:
    """The item that no one knew is entered: 8.00 and 19 %."""
    books.take(products="sku,name\nNONE,Found\n")
    closed = books.close(FEBRUARY, "--through", "invoice")
    assert closed["totals"]["orders_deferred"] == 0
    assert rows(
        "SELECT i.posted_on::text, i.gross FROM invoicing_invoice AS i"
        " JOIN orders_order AS o ON o.id = i.order_id WHERE o.number = 'O-4'"
    ) == [("2026-02-01", Decimal("9.52"))]
    # January's unbilled list says what it said.
    assert rows(
        "SELECT o.number, h.reason, h.net FROM orders_unbilled AS h"
        " JOIN orders_delivery AS d ON d.id = h.delivery_id JOIN orders_order AS o ON o.id ="
        f" d.order_id JOIN periods_period AS p ON p.id = h.period_id WHERE p.code = '{JANUARY}'"
    ) == [("O-4", REASON, Decimal(8))]
