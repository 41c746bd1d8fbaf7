"""What is broken where nothing is sealed yet: the laws themselves are asked."""

import pytest

from tests.laws.books import Books
from tests.laws.tampering import (
    FIRST,
    INVOICE,
    LAST,
    Cursor,
    Named,
    named,
    tamper,
    verify,
)

pytestmark = pytest.mark.django_db(transaction=True)

IN_FEBRUARY: dict[str, tuple[str, str, list[Named]]] = {
    "a counter": (
        "invoicing_numberseries",
        "UPDATE invoicing_numberseries SET last_number = 3 WHERE code = 'INV-2026-02'",
        [(1, "invoicing_numberseries", "INV-2026-02")],
    ),
    "a counter taken away": (
        "invoicing_numberseries",
        "DELETE FROM invoicing_numberseries WHERE code = 'INV-2026-02'",
        [
            (1, "invoicing_invoice", "INV-2026-02-00001"),
            (1, "invoicing_invoice", "INV-2026-02-00002"),
        ],
    ),
    "an invoice's place": (
        "invoicing_invoice",
        "UPDATE invoicing_invoice SET sequence_number = 3 WHERE number = 'INV-2026-02-00002'",
        [(1, "invoicing_numberseries", "INV-2026-02")],
    ),
    "an invoice's day": (
        "invoicing_invoice",
        "UPDATE invoicing_invoice SET issued_on = '2026-02-11' WHERE number = 'INV-2026-02-00001'",
        [
            (1, "invoicing_numberseries", "INV-2026-02"),
            (5, "customers_openitem", "INV-2026-02-00001"),
        ],
    ),
    "a billed quantity": (
        "invoicing_invoiceline",
        "UPDATE invoicing_invoiceline SET quantity = 5 WHERE invoice_id = "
        + INVOICE.format("INV-2026-02-00001"),
        [(3, "orders_orderline", "O-6/1")],
    ),
    "a confirmation": (
        "orders_delivery",
        "UPDATE orders_delivery SET period_id = NULL, posted_on = NULL, confirmed_at = NULL"
        " WHERE delivered_on = '2026-02-10'",
        [(3, "orders_orderline", "O-3/1")],
    ),
    "a line's amount": (
        "invoicing_invoiceline",
        "UPDATE invoicing_invoiceline SET net = 41 WHERE invoice_id = "
        + INVOICE.format("INV-2026-02-00001"),
        [(4, "invoicing_invoice", "INV-2026-02-00001")],
    ),
    "the rate of a tax": (
        "invoicing_invoicetax",
        "UPDATE invoicing_invoicetax SET rate = 7 WHERE invoice_id = "
        + INVOICE.format("INV-2026-02-00001"),
        [(4, "invoicing_invoice", "INV-2026-02-00001")],
    ),
    "a voucher": (
        "reconciliation_voucherline",
        "UPDATE reconciliation_voucherline SET credit = 41 WHERE credit = 40",
        [(4, "reconciliation_voucher", "TR-2026-02-00001")],
    ),
    "what is settled": (
        "customers_openitem",
        "UPDATE customers_openitem SET settled = 9 WHERE number = 'P-5'",
        [(5, "customers_openitem", "P-5")],
    ),
    "an item of January, settled": (
        "customers_openitem",
        f"UPDATE customers_openitem SET settled = 0 WHERE number = '{FIRST}'",
        [(5, "customers_openitem", FIRST)],
    ),
    "an item's amount": (
        "customers_openitem",
        "UPDATE customers_openitem SET amount = 6 WHERE number = 'P-6'",
        [(5, "customers_openitem", "P-6")],
    ),
    "an item taken away": (
        "customers_openitem",
        "DELETE FROM customers_openitem WHERE number = 'P-6'",
        [(5, "payments_payment", "P-6")],
    ),
    "an invoice's item taken away": (
        "customers_openitem",
        f"DELETE FROM customers_openitem WHERE number = '{LAST}'",
        [(5, "invoicing_invoice", LAST)],
    ),
    "the customer of an allocation": (
        "payments_allocation",
        "UPDATE payments_allocation SET customer_id ="
        " (SELECT id FROM customers_customer WHERE code = 'A') WHERE debit_amount = 10",
        [(5, "payments_allocation", "P-5 → INV-2026-02-00001")],
    ),
    "a day of another month": (
        "payments_payment",
        "UPDATE payments_payment SET posted_on = '2026-03-01' WHERE reference = 'P-6'",
        [(5, "customers_openitem", "P-6"), (8, "payments_payment", "P-6")],
    ),
    "a deduction's day": (
        "payments_deduction",
        "UPDATE payments_deduction SET posted_on = '2026-03-01' WHERE posted_on > '2026-01-31'",
        [(8, "payments_deduction", "INV-2026-02-00002")],
    ),
}


@pytest.mark.parametrize(("table", "statement", "expected"), IN_FEBRUARY.values(), ids=IN_FEBRUARY)
def test_a_broken_law_is_named_where_nothing_is_sealed(
    books: Books, superuser_cursor: Cursor, table: str, statement: str, expected: list[Named]
) -> None:
    tamper(superuser_cursor, table, statement)
    # What January's customers owe may differ with it (law 12).
    assert named([f for f in verify() if f["law"] != 12]) == expected
