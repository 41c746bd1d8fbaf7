"""An order delivered in parts: O-40, begun in February. Of 5 × TEA 2 are delivered and invoiced,
and with them line 2, a charge without deliveries of its own."""

from invoicing.runs.issue import invoice_run
from orders.models import Delivery, DeliveryLine, OrderLine
from orders.runs.confirm import confirm_run
from tests.laws.books import FEBRUARY, Books
from tests.laws.documents import copy

ORDERS = "number,customer_code,order_date,delivered_on,status\n"
LINES = "order_number,line_number,sku,quantity,unit_price,tax_rate\n"
DELIVERIES = "order_number,line_number,delivered_on,quantity\n"


def begin_order(books: Books, *, is_invoiced: bool = True) -> None:
    taken, status = books.take(
        orders=ORDERS + "O-40,A,2026-02-01,,delivered\n",
        order_lines=LINES + "O-40,1,TEA,5,10,19\nO-40,2,RUM,1,25,19\n",
        deliveries=DELIVERIES + "O-40,1,2026-02-12,2\n",
    )
    assert (taken["written"], status) == (True, 0), taken
    confirm_run(books.period(FEBRUARY), by="ann")
    if is_invoiced:
        assert invoice_run(books.period(FEBRUARY), by="ann") == 1


def line(order: str, number: int = 1) -> OrderLine:
    return OrderLine.objects.get(order__number=order, line_number=number)


def add_line(order: str, number: int, like: int = 1) -> None:
    copy("orders_orderline", f"id = {line(order, like).pk}", line_number=number, supply_kind="")


def deliver(order: str, number: int, day: str, quantity: int) -> DeliveryLine:
    """Raw rows, as a wrong program could write them."""
    what = line(order, number)
    delivery, _is_new = Delivery.objects.get_or_create(
        company=what.company, order=what.order, delivered_on=day
    )
    return DeliveryLine.objects.create(
        company=what.company, delivery=delivery, order_line=what, quantity=quantity
    )
