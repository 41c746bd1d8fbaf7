"""What the views of orders and invoices say of documents in every state."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from closing_site import sql
from closing_site.companies.models import User
from closing_site.staged import make_table
from orders.models import Deferral, Delivery, DeliveryLine, Order, OrderLine
from orders.recording.delivered import note_delivered
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db

DAY = date(2026, 1, 10)


@pytest.fixture
def books() -> Books:
    return Books.begin(date(2026, 1, 1))


def order(books: Books, **fields: Any) -> OrderLine:
    """An order of one line: ten of a thing."""
    made = Order.objects.create(
        company=books.company,
        number="SO-1",
        sort_key="SO-1",
        number_prefix="SO-",
        number_value=1,
        customer=books.customer("A"),
        customer_code="A",
        order_date=DAY,
        currency="EUR",
        gross=Decimal(100),
        **fields,
    )
    return OrderLine.objects.create(
        company=books.company, order=made, line_number=1, sku="THING", quantity=Decimal(10)
    )


def deliver(line: OrderLine, day: date, quantity: int | None = None) -> Delivery:
    made = Delivery.objects.create(
        company_id=line.company_id,
        order_id=line.order_id,
        delivered_on=day,
        is_whole=quantity is None,
    )
    if quantity is not None:
        DeliveryLine.objects.create(
            company_id=line.company_id, delivery=made, order_line=line, quantity=Decimal(quantity)
        )
    make_table("changed_orders", "SELECT %(order)s::bigint AS order_id", {"order": line.order_id})
    note_delivered("changed_orders")
    return made


def confirm(books: Books, delivery: Delivery) -> None:
    delivery.period = books.period(delivery.delivered_on)
    delivery.posted_on = delivery.delivered_on
    delivery.confirmed_at = timezone.now()
    delivery.save()


def state() -> str:
    return str(sql.value("SELECT state FROM v_orders WHERE company = 'TEST' AND number = 'SO-1'"))


def test_an_order_not_delivered_is_open(books: Books) -> None:
    order(books)
    assert state() == "open"


def test_an_order_given_up_is_cancelled(books: Books) -> None:
    order(books, cancelled_on=DAY, cancel_reason="The customer went elsewhere")
    assert state() == "cancelled"


def test_from_delivered_to_invoiced(books: Books) -> None:
    line = order(books)
    delivery = deliver(line, DAY)
    assert state() == "delivered"
    confirm(books, delivery)
    assert state() == "confirmed"
    books.invoice("A", DAY, "100", order_line=line, quantity="10")
    assert state() == "invoiced"


def test_a_delivery_that_waits_is_held_back(books: Books) -> None:
    line = order(books)
    delivery = deliver(line, DAY)
    rep = User.objects.create(username="rep")
    deferral = Deferral.objects.create(
        company=books.company,
        order_id=line.order_id,
        delivery=delivery,
        origin="person",
        reason="The price is not agreed",
        deferred_by=rep,
    )
    assert state() == "held_back"
    deferral.released_by, deferral.released_at = rep, timezone.now()
    deferral.save()
    assert state() == "delivered"


def test_an_order_is_delivered_when_each_line_of_it_is(books: Books) -> None:
    line = order(books)
    deliver(line, DAY, 4)
    assert state() == "open"
    deliver(line, date(2026, 1, 12), 6)
    assert state() == "delivered"


def test_much_more_of_one_line_makes_up_for_no_other(books: Books) -> None:
    line = order(books)
    other = OrderLine.objects.create(
        company=books.company,
        order_id=line.order_id,
        line_number=2,
        sku="OTHER",
        quantity=Decimal(10),
    )
    deliver(line, DAY, 999)
    deliver(other, date(2026, 1, 12), 1)
    assert state() == "open"


def test_an_order_delivered_in_parts_is_invoiced_with_the_last(books: Books) -> None:
    line = order(books)
    confirm(books, deliver(line, DAY, 4))
    assert state() == "confirmed"
    books.invoice("A", DAY, "40", order_line=line, quantity="4")
    assert state() == "open"
    confirm(books, deliver(line, date(2026, 1, 20), 6))
    assert state() == "confirmed"
    books.invoice("A", date(2026, 1, 20), "60", order_line=line, quantity="6")
    assert state() == "invoiced"


def test_what_is_open_adds_up_to_what_the_customer_owes(books: Books) -> None:
    invoice = books.invoice("A", DAY, "100", "19", percent="19")
    books.invoice("A", DAY, "-40", credits=invoice, quantity="-1")
    books.set_off(books.payment("A", DAY, "50"), invoice, DAY, "50")
    rows = sql.rows("SELECT kind, gross, open_amount FROM v_invoices ORDER BY gross")
    assert rows == [
        {"kind": "credit_note", "gross": -40, "open_amount": -40},
        {"kind": "invoice", "gross": 119, "open_amount": 69},
    ]


def test_a_line_names_the_order_it_bills(books: Books) -> None:
    line = order(books)
    confirm(books, deliver(line, DAY))
    books.invoice("A", DAY, "100", "19", order_line=line, quantity="10", percent="19")
    (row,) = sql.rows("SELECT * FROM v_invoice_lines")
    assert (row["order_number"], row["order_line"], row["quantity"]) == ("SO-1", 1, 10)
    assert (row["net"], row["tax"], row["gross"]) == (100, 19, 119)


def test_payments_say_what_is_placed_and_on_what(books: Books) -> None:
    invoice = books.invoice("A", DAY, "100")
    payment = books.payment("A", DAY, "150")
    books.payment("A", DAY, "-20")
    books.payment(None, DAY, "7")
    books.set_off(payment, invoice, DAY, "100")
    rows = sql.rows("SELECT customer_code, amount, unplaced FROM v_payments ORDER BY amount")
    assert [tuple(row.values()) for row in rows] == [("A", -20, -20), (None, 7, 7), ("A", 150, 50)]
    (row,) = sql.rows("SELECT * FROM v_allocations")
    assert row["payment_reference"] == payment.reference
    assert row["credit_number"] is None
    assert row["invoice_number"] == invoice.number
    assert row["amount"] == 100
