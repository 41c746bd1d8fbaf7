"""Law 3: invoiced ≤ confirmed per order line; credited ≤ invoiced per line, at the line's rate.

INV-2026-02-00001 bills O-6: 4 × 10.00, 40.00 and 7.60. Of O-3 4 and 6 of 10 are confirmed.
"""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from orders.runs.confirm import confirm_run
from tests.laws.books import FEBRUARY, Books, execute, rows, settle_constraints, value
from tests.laws.documents import INVOICE, copy, credit, issue, key_of, line_of

pytestmark = pytest.mark.django_db

MORE_CREDITED = f"Invoice {INVOICE} line 1: more would be credited than is invoiced"

ORDERS = "number,customer_code,order_date,delivered_on,status\n"
LINES = "order_number,line_number,sku,quantity,unit_price,tax_rate\n"
DELIVERIES = "order_number,line_number,delivered_on,quantity\n"


@transaction.atomic
def bill(order: str, quantity: str, number: int = 1) -> None:
    """A line of a document still to come, of this order's first line, or another."""
    line = value(
        "SELECT l.id FROM orders_orderline AS l JOIN orders_order AS o ON o.id = l.order_id"
        " WHERE o.number = %s AND l.line_number = %s",
        *(order, number),
    )
    key = value("SELECT nextval('invoicing_invoice_id_seq')")
    like = f"invoice_id = {key_of(INVOICE)}"
    copy(
        *("invoicing_invoiceline", like),
        invoice_id=key,
        order_line_id=line,
        quantity=quantity,
    )


def confirm(books: Books, **files: str) -> None:
    taken, status = books.take(**files)
    assert (taken["written"], status) == (True, 0), taken
    confirm_run(books.period(FEBRUARY), by="ann")


@pytest.mark.parametrize("order", ["O-5", "O-7", "O-8"])
def test_what_is_not_confirmed_is_not_invoiced(books: Books, order: str) -> None:
    with pytest.raises(IntegrityError, match=f"Order {order} line 1: more would be invoiced than"):
        bill(order, "0.000001")


def test_no_more_is_invoiced_than_is_confirmed(books: Books) -> None:
    """Of 5 ordered, 2 are delivered and confirmed."""
    confirm(
        books,
        orders=ORDERS + "O-30,A,2026-02-01,,delivered\n",
        order_lines=LINES + "O-30,1,TEA,5,10,19\n",
        deliveries=DELIVERIES + "O-30,1,2026-02-12,2\n",
    )
    with pytest.raises(IntegrityError, match="Order O-30 line 1"):
        bill("O-30", "2.000001")
    with transaction.atomic():
        bill("O-30", "1.5")
        with pytest.raises(IntegrityError, match="Order O-30 line 1"):
            bill("O-30", "0.500001")
        bill("O-30", "0.5")
        transaction.set_rollback(True)


@pytest.mark.parametrize("order", ["O-6", "O-3"])
def test_what_is_invoiced_to_the_end_is_not_invoiced_again(books: Books, order: str) -> None:
    with pytest.raises(IntegrityError, match=f"Order {order} line 1"):
        bill(order, "0.000001")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders_delivery SET period_id = NULL, posted_on = NULL, confirmed_at = NULL"
        " WHERE id = %s",
        "DELETE FROM orders_delivery WHERE id = %s",
    ],
)
def test_a_confirmation_that_is_invoiced_is_not_taken_back(books: Books, statement: str) -> None:
    """One that is not may be, while its month is open."""
    confirm(
        books,
        orders=ORDERS + "O-31,A,2026-02-01,2026-02-12,delivered\n",
        order_lines=LINES + "O-31,1,TEA,5,10,19\n",
    )
    deliveries = dict(
        rows(
            "SELECT o.number, d.id FROM orders_delivery AS d"
            " JOIN orders_order AS o ON o.id = d.order_id WHERE o.number IN ('O-6', 'O-31')"
        )
    )
    with pytest.raises(IntegrityError, match="Order O-6 line 1: more would be invoiced than"):
        execute(statement, deliveries["O-6"])
    assert execute(statement, deliveries["O-31"]) == 1


def test_a_full_credit_note_is_the_exact_negation(books: Books) -> None:
    credit("-40.00", "-7.60", "-4")
    settle_constraints()
    for more in (("-0.01", "0"), ("0", "-0.01")):
        with pytest.raises(IntegrityError, match=MORE_CREDITED):
            credit(*more)
    with pytest.raises(IntegrityError, match=MORE_CREDITED):
        credit("0", "0", "-0.000001")


def test_partial_credit_notes_end_with_the_last_cent(books: Books) -> None:
    """40.00 in three parts."""
    credit("-13.33", "-2.53", "-1")
    credit("-13.33", "-2.53", "-1")
    with pytest.raises(IntegrityError, match=MORE_CREDITED):
        credit("-13.35", "-2.54", "-2")
    with pytest.raises(IntegrityError, match=MORE_CREDITED):
        credit("-13.34", "-2.55", "-2")
    with pytest.raises(IntegrityError, match=MORE_CREDITED):
        credit("-13.34", "-2.54", "-2.1")
    credit("-13.34", "-2.54", "-2")
    settle_constraints()


@pytest.mark.parametrize(("net", "tax"), [("0.01", "-7.60"), ("-40.00", "0.01")])
def test_a_credit_note_adds_nothing(books: Books, net: str, tax: str) -> None:
    with pytest.raises(IntegrityError, match=MORE_CREDITED):
        credit(net, tax)


def test_no_tax_is_credited_where_none_was_invoiced(books: Books) -> None:
    """An invoice of 40.00 without tax."""
    free: dict[str, Any] = {"tax": 0, "base_tax": 0}
    line = {"tax_category": "zero_rated", "tax_rate": 0}
    rate = {"category": "zero_rated", "rate": 0}
    issue(3, line={**line, **free}, rate={**rate, **free}, gross=40, base_gross=40, **free)
    number = "INV-2026-02-00003"
    with pytest.raises(IntegrityError, match=f"{number} line 1: more would be credited than"):
        credit("0", "-0.01", number=number)
    with pytest.raises(IntegrityError, match=f"{number} line 1: more would be credited than"):
        credit("-1", "-0.01", number=number)


@pytest.mark.parametrize("other", [{"tax_rate": 7}, {"tax_category": "exempt"}], ids=str)
def test_a_line_is_credited_at_its_own_rate(books: Books, other: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=f"{INVOICE} line 1 is credited at its own tax rate"):
        credit("-1.00", "-0.19", line=other)


ONE_INVOICE = "a credit note takes back lines of the one invoice that it names"


def test_a_credit_note_credits_lines_of_the_invoice_it_names(books: Books) -> None:
    with pytest.raises(IntegrityError, match=ONE_INVOICE):
        credit("-1.00", "-0.19", of="INV-2026-01-00002")
    with pytest.raises(IntegrityError, match=ONE_INVOICE):
        credit("-1.00", "-0.19", line={"credited_line_id": None})


def test_a_credit_note_is_of_the_customer_and_in_the_currency_of_its_invoice(books: Books) -> None:
    adler = value("SELECT id FROM customers_customer WHERE code = 'A'")
    for other in ({"customer_id": adler}, {"currency": "USD"}):
        with pytest.raises(IntegrityError, match=ONE_INVOICE):
            credit("-1.00", "-0.19", header=other)


def test_no_line_hides_behind_one_that_it_would_credit(books: Books) -> None:
    """What names a line is counted as its credit: positive, it is none."""
    with pytest.raises(IntegrityError, match=MORE_CREDITED):
        issue(3, line={"credited_line_id": line_of(INVOICE)})
    with pytest.raises(IntegrityError, match="invoicing_invoice_sign"):
        credit("-1.00", "-0.19", header={"kind": "invoice"})
