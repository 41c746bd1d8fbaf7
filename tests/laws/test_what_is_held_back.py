"""Law 11 and the unbilled list: while an open month's list names an order, its amount stays."""

import pytest
from django.db import IntegrityError

from tests.laws.books import Books, execute, rows, value

pytestmark = pytest.mark.django_db

#: O-8 is on February's list, which is open; O-4 on January's, which is locked.
OF = "(SELECT id FROM orders_order WHERE number = '%s')"
CHANGES = {
    "orders_order": "UPDATE orders_order SET net = 1, tax = 0, gross = 1 WHERE id = {order}",
    "orders_order currency": "UPDATE orders_order SET currency = 'USD' WHERE id = {order}",
    "orders_order cancelled": "UPDATE orders_order SET cancelled_on = '2026-02-20',"
    " cancel_reason = 'Lost' WHERE id = {order}",
    "orders_orderline": "UPDATE orders_orderline SET unit_price = 7 WHERE order_id = {order}",
    "orders_orderline gone": "DELETE FROM orders_orderline WHERE order_id = {order}",
    "orders_orderline new": "INSERT INTO orders_orderline (company_id, order_id, line_number, kind,"
    " sku, description, unit, discount_percent, tax_category) SELECT company_id, id, 99, 'item',"
    " 'X', '', '', 0, '' FROM orders_order WHERE id = {order}",
    "orders_delivery": "UPDATE orders_delivery SET delivered_on = delivered_on - 1"
    " WHERE order_id = {order}",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_an_open_months_list_names_keeps_its_amount(books: Books, change: str) -> None:
    with pytest.raises(IntegrityError, match="O-8 stands on the unbilled list of 2026-02"):
        execute(CHANGES[change].format(order=OF % "O-8"))


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_taken_off_the_list_may_change(books: Books, change: str) -> None:
    execute(
        "DELETE FROM orders_unbilled WHERE delivery_id IN (SELECT id FROM orders_delivery"
        f" WHERE order_id = {OF % 'O-8'})"
    )
    assert execute(CHANGES[change].format(order=OF % "O-8"))


def test_what_a_locked_months_list_names_is_mended_in_a_later_one(books: Books) -> None:
    execute(
        "DELETE FROM orders_unbilled WHERE posted_on >= '2026-02-01' AND delivery_id IN"
        f" (SELECT id FROM orders_delivery WHERE order_id = {OF % 'O-4'})"
    )
    sealed = rows("SELECT net, tax FROM orders_unbilled WHERE posted_on < '2026-02-01'")
    assert execute(CHANGES["orders_orderline"].format(order=OF % "O-4"))
    assert rows("SELECT net, tax FROM orders_unbilled WHERE posted_on < '2026-02-01'") == sealed


def test_a_word_that_changes_no_amount_is_no_change_of_the_list(books: Books) -> None:
    assert value(f"SELECT count(*) FROM orders_order WHERE id = {OF % 'O-8'}") == 1
    assert execute(f"UPDATE orders_order SET note = 'Seen' WHERE id = {OF % 'O-8'}")
