"""Law 3 from the other side: nothing is added to an order that no part of it would bring to an
invoice, and what went with the first part gets no deliveries of its own.

O-3 of the books is delivered to the end, in parts; O-6 as a whole. Of O-40 see ``parts``.
"""

import pytest
from django.db import IntegrityError, transaction

from orders.models import Delivery, DeliveryLine
from orders.runs.confirm import confirm_run
from tests.laws.books import FEBRUARY, Books, execute
from tests.laws.parts import add_line, begin_order, deliver, line
from tests.laws.test_quantities import bill

pytestmark = pytest.mark.django_db(transaction=True)

AT_END = "Order {} is delivered to the end: enter what was added as a new order"
NEVER_INVOICED = "Order O-40: without this delivery line 3 would never be invoiced"


@pytest.fixture
def begun(books: Books) -> Books:
    begin_order(books)
    return books


def test_an_order_delivered_to_the_end_takes_no_line(books: Books) -> None:
    with pytest.raises(IntegrityError, match=AT_END.format("O-3")):
        add_line("O-3", 2)


def test_an_order_confirmed_whole_keeps_what_was_agreed(books: Books) -> None:
    with pytest.raises(IntegrityError, match=f"O-6 is confirmed in period {FEBRUARY}"):
        add_line("O-6", 2)


def test_an_order_takes_lines_while_more_of_it_is_to_come(begun: Books) -> None:
    add_line("O-40", 3)
    deliver("O-40", 1, "2026-02-20", 3)
    deliver("O-40", 3, "2026-02-20", 5)
    add_line("O-40", 4, like=2)
    confirm_run(begun.period(FEBRUARY), by="ann")
    with pytest.raises(IntegrityError, match=AT_END.format("O-40")):
        add_line("O-40", 5)


def test_a_line_that_grows_opens_its_order_again(books: Books) -> None:
    execute("UPDATE orders_orderline SET quantity = 11 WHERE id = %s", line("O-3").pk)
    add_line("O-3", 2)


def test_what_went_with_the_first_part_grows_only_while_a_part_is_to_come(begun: Books) -> None:
    execute("UPDATE orders_orderline SET quantity = 2 WHERE id = %s", line("O-40", 2).pk)
    deliver("O-40", 1, "2026-02-20", 3)
    confirm_run(begun.period(FEBRUARY), by="ann")
    with pytest.raises(IntegrityError, match=AT_END.format("O-40")):
        execute("UPDATE orders_orderline SET quantity = 3 WHERE id = %s", line("O-40", 2).pk)


def test_what_is_invoiced_without_deliveries_of_its_own_gets_none(begun: Books) -> None:
    refused = "Order O-40 line 2 is invoiced already, without deliveries of its own: leave it out"
    with pytest.raises(IntegrityError, match=refused):
        deliver("O-40", 2, "2026-02-20", 1)
    other = deliver("O-40", 1, "2026-02-20", 3)
    with pytest.raises(IntegrityError, match=refused):
        execute(
            "UPDATE orders_deliveryline SET order_line_id = %s WHERE id = %s",
            *(line("O-40", 2).pk, other.pk),
        )


def test_what_is_not_invoiced_yet_may_still_be_delivered_apart(begun: Books) -> None:
    add_line("O-40", 3)
    deliver("O-40", 3, "2026-02-20", 1)


def test_a_delivery_stays_where_no_other_would_bill_its_line(begun: Books) -> None:
    """Its day and quantity may change; taken back, line 3, a charge, would wait for a part that
    never comes. While the month of another part is open, the line goes with that."""
    add_line("O-40", 3, like=2)
    deliver("O-40", 1, "2026-02-20", 3)
    last = deliver("O-40", 3, "2026-03-05", 1)

    @transaction.atomic
    def take_back() -> None:
        last.delivery.lines.all().delete()
        last.delivery.delete()

    with transaction.atomic():
        take_back()
        transaction.set_rollback(True)
    last = DeliveryLine.objects.select_related("delivery").get(order_line=line("O-40", 3))
    assert begun.close(FEBRUARY)["status"] == "locked"
    with pytest.raises(IntegrityError, match=NEVER_INVOICED):
        take_back()
    Delivery.objects.filter(pk=last.delivery.pk).update(delivered_on="2026-03-06")


def test_goods_that_no_delivery_names_are_not_invoiced(books: Books) -> None:
    """Line 1 is confirmed; line 2, goods, waits for its own delivery."""
    begin_order(books, is_invoiced=False)
    add_line("O-40", 3)
    with pytest.raises(IntegrityError, match="Order O-40 line 3: more would be invoiced than"):
        bill("O-40", "0.000001", number=3)


def test_what_a_line_was_billed_as_stays(begun: Books) -> None:
    with pytest.raises(IntegrityError, match="Order O-40 line 2: more would be invoiced than"):
        execute("UPDATE orders_orderline SET supply_kind = '' WHERE id = %s", line("O-40", 2).pk)


def test_what_is_invoiced_is_not_closed(begun: Books) -> None:
    statement = "UPDATE orders_orderline SET closed_quantity = %s WHERE id = %s"
    with pytest.raises(IntegrityError, match="Order O-40 line 1: more would be invoiced than"):
        execute(statement, 4, line("O-40").pk)
    execute(statement, 3, line("O-40").pk)
