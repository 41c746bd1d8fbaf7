"""What a locked month keeps of orders: what was agreed, and what was delivered of it."""

import pytest
from django.db import IntegrityError

from closing_site.desk.actions import acknowledge_finding
from closing_site.desk.progress import Unwatched
from closing_site.wizard.sign_offs import sign_off
from invoicing.runs.issue import invoice_run
from orders.runs.confirm import confirm_run, defer_blocked
from payments.runs.match import match_run
from reconciliation.runs.vouchers import voucher_run
from tests.laws.books import JANUARY, REASON, Books, execute, person, rows
from tests.laws.documents import copy

pytestmark = pytest.mark.django_db

ORDER = "SELECT id FROM orders_order WHERE number = '{}'"
LINE = f"order_id = ({ORDER.format('O-1')})"


@pytest.mark.parametrize(
    "change",
    [
        "number = 'O-9'",
        "customer_id = (SELECT id FROM customers_customer WHERE code = 'B')",
        "currency = 'USD'",
        "prices_include_tax = true",
        "cancelled_on = '2026-02-20', cancel_reason = 'Other'",
        "order_date = '2026-01-01'",
        "stated_total = 1",
        "net = 1, tax = 0, gross = 1",
    ],
)
def test_an_order_confirmed_in_it_stays_as_agreed(books: Books, change: str) -> None:
    with pytest.raises(IntegrityError, match=f"is confirmed in period {JANUARY}"):
        execute(f"UPDATE orders_order SET {change} WHERE number = 'O-1'")


@pytest.mark.parametrize(
    "change",
    [
        *("quantity = 9", "quantity = 11", "unit_price = 9", "discount_percent = 5"),
        *("tax_rate = 7", "sku = 'RUM'", "kind = 'discount'", "description = 'Other'"),
        *("unit = 'kg'", "line_number = 2", "net = 1"),
        f"order_id = ({ORDER.format('O-5')}), line_number = 2",
    ],
)
def test_its_lines_stay_as_agreed(books: Books, change: str) -> None:
    with pytest.raises(IntegrityError, match=f"O-1 is confirmed in period {JANUARY}"):
        execute(f"UPDATE orders_orderline SET {change} WHERE {LINE}")


def test_it_gets_no_line_more_and_none_less(books: Books) -> None:
    with pytest.raises(IntegrityError, match=JANUARY):
        copy("orders_orderline", LINE, line_number=2)
    with pytest.raises(IntegrityError, match="violates foreign key|is confirmed in"):
        execute(f"DELETE FROM orders_orderline WHERE {LINE}")


def test_an_order_delivered_in_parts_may_still_grow_and_never_shrinks(books: Books) -> None:
    line = f"order_id = ({ORDER.format('O-3')})"
    execute(f"UPDATE orders_orderline SET quantity = 12 WHERE {line}")
    for less in ("9", "NULL"):
        with pytest.raises(IntegrityError, match=JANUARY):
            execute(f"UPDATE orders_orderline SET quantity = {less} WHERE {line}")
    with pytest.raises(IntegrityError, match=JANUARY):
        execute(f"UPDATE orders_orderline SET unit_price = 6 WHERE {line}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders_deliveryline SET quantity = 3 WHERE delivery_id = %s",
        "DELETE FROM orders_deliveryline WHERE delivery_id = %s",
        "INSERT INTO orders_deliveryline (company_id, delivery_id, order_line_id, quantity)"
        " SELECT d.company_id, d.id, l.id, 1 FROM orders_delivery AS d"
        " CROSS JOIN orders_orderline AS l JOIN orders_order AS o ON o.id = l.order_id"
        " WHERE d.id = %s AND o.number = 'O-5'",
    ],
)
def test_what_was_delivered_in_it_stays(books: Books, statement: str) -> None:
    ((delivery,),) = rows(
        f"SELECT id FROM orders_delivery WHERE order_id = ({ORDER.format('O-3')})"
        " AND delivered_on = '2026-01-12'"
    )
    with pytest.raises(IntegrityError, match=f"Period {JANUARY} is locked: O-3 is confirmed"):
        execute(statement, delivery)


def test_no_run_and_no_action_works_in_it(books: Books) -> None:
    """Each takes the month first, and so is told at once."""
    january, ann = books.period(JANUARY), person("ann")
    for run in (confirm_run, invoice_run, match_run, voucher_run):
        with pytest.raises(IntegrityError, match=f"Period {JANUARY} is locked"):
            run(january, by="ann", progress=Unwatched())
    with pytest.raises(IntegrityError, match=f"Period {JANUARY} is locked"):
        defer_blocked(january, reason=REASON, by="ann")
    with pytest.raises(IntegrityError, match=f"Period {JANUARY} is locked"):
        sign_off(january, "confirm", {}, by=ann)
    with pytest.raises(IntegrityError, match=f"Period {JANUARY} is locked"):
        acknowledge_finding(
            period=january,
            document="payment:P-3",
            check_slug="payment-not-placed",
            reason=REASON,
            by=ann,
        )
