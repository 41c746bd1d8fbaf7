"""One order as a file of one order would bring it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from closing_site.acting import acting
from closing_site.companies.models import Company, User
from closing_site.periods.actions import first_open_day, take_periods
from closing_site.periods.errors import TooFarAhead
from closing_site.periods.posting import require_not_far_ahead
from closing_site.recording import Given, recording, require_taken, stage_rows
from orders.errors import OrderCancelled
from orders.kinds import DELIVERIES, ORDER_LINES, ORDERS
from orders.models import Order
from orders.recording.taking import record_orders
from orders.runs.checking import check_again, checked_months
from orders.scope import hold_orders

#: Days on which something was done, beside the day of the order itself.
HAPPENED = ("delivered_on", "accepted_on", "cancelled_on")


@contextmanager
def holding_orders(company: Company, by: User) -> Iterator[None]:
    with recording(company.pk, by.username):
        hold_orders(company.pk)
        yield


@contextmanager
def changing_order(order: Order, by: User) -> Iterator[None]:
    """As ``holding_orders``; what the month's checks found in this order is asked again at once."""
    with acting(by.username):
        months = checked_months(order)
        # Whoever locks a month waits for us, and we for no one who holds what they need.
        take_periods(*months)
        with holding_orders(order.company, by):
            yield
            for month in months:
                check_again(month, order, by=by.username)


def require_not_cancelled(order: Order) -> None:
    """Someone may have cancelled it meanwhile. Raises OrderCancelled."""
    order.refresh_from_db(fields=["cancelled_on"])
    if order.cancelled_on:
        raise OrderCancelled(number=order.number)


def take_in(
    company: Company,
    *,
    orders: Sequence[Given] = (),
    lines: Sequence[Given] = (),
    deliveries: Sequence[Given] = (),
) -> None:
    """Within ``holding_orders``. Raises NotTaken, TooFarAhead."""
    for row in (*orders, *deliveries):
        require_not_far_ahead(company, *(row.get(name) for name in HAPPENED))
    for row in orders:
        _require_order_not_far_ahead(company, row)
    staged = {
        kind.name: stage_rows(kind, rows)
        for kind, rows in ((ORDERS, orders), (ORDER_LINES, lines), (DELIVERIES, deliveries))
    }
    record_orders(
        company,
        orders=staged["orders"],
        lines=staged["order_lines"],
        deliveries=staged["deliveries"],
        first_open_day=first_open_day(company),
    )
    require_taken(*staged.values())


def _require_order_not_far_ahead(company: Company, row: Given) -> None:
    """A file may date an order as it likes; a change of the rest of it is not refused for that."""
    try:
        require_not_far_ahead(company, row.get("order_date"))
    except TooFarAhead:
        number, day = ((row.get(name) or "").strip() for name in ("number", "order_date"))
        if not Order.objects.filter(company=company, number=number, order_date=day).exists():
            raise


def as_it_is(order: Order) -> dict[str, str | None]:
    """What a row about the order must say, as the books have it."""
    return {
        "number": order.number,
        "customer_code": order.current_customer_code,
        "order_date": order.order_date.isoformat(),
    }
