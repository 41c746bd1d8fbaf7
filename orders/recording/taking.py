"""Taking in orders, lines and deliveries together: each decides about the others."""

from datetime import date

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.customers.recording import record_sales_reps
from closing_site.customers.successors import follow_successors
from closing_site.staged import Staged
from orders.recording.books import find_orders, settle_orders
from orders.recording.closing import close_by_file
from orders.recording.deliveries import (
    check_deliveries,
    check_line_of,
    take_deliveries,
    write_deliveries,
)
from orders.recording.lines import check_lines, check_order_of, take_lines
from orders.recording.missing import (
    MissingLines,
    find_missing_lines,
    note_restored_lines,
    remove_missing_lines,
)
from orders.recording.orders import check_orders, take_orders
from orders.recording.writing import (
    complete_touched_orders,
    note_delivered_orders,
    release_changing_orders,
    release_redelivered_orders,
    write_lines,
    write_orders,
)


def record_orders(
    company: Company,
    *,
    orders: Staged,
    lines: Staged,
    deliveries: Staged,
    first_open_day: date,
    lines_file: str = "",
) -> MissingLines:
    """Write ``staged_orders``, ``staged_order_lines`` and ``staged_deliveries``; any may be empty.

    What is confirmed stays as it is: a row that differs from it is refused. Confirms nothing.
    Returns which lines of the books the rows lack; those without a delivery are removed.
    """
    follow_successors(company, orders)
    find_orders(company, orders, lines, deliveries)
    # Which orders are delivered by lines, and so need no day of their own, is known after this.
    known = f"SELECT number FROM {orders.table} UNION SELECT number FROM held_orders"
    check_order_of(lines, orders, known)
    check_order_of(deliveries, orders, known)
    check_line_of(company, deliveries, lines)
    record_sales_reps(company, orders.table)
    take_orders(company, orders, lines, deliveries, first_open_day=first_open_day)
    check_orders(orders)
    settle_orders(lines)
    check_order_of(lines, orders, "SELECT number FROM current_orders")
    take_lines(company, lines)
    check_lines(company, lines)
    check_order_of(deliveries, orders, "SELECT number FROM current_orders")
    check_line_of(company, deliveries, lines)
    missing = find_missing_lines(company, lines, deliveries)
    release_changing_orders()
    write_orders(company, orders)
    remove_missing_lines(company, lines_file)
    write_lines(company, lines)
    note_restored_lines(company)
    if orders.new or lines.new:
        sql.analyze("orders_order", "orders_orderline", "orders_delivery")
    take_deliveries(company, deliveries)
    check_deliveries(deliveries)
    release_redelivered_orders()
    write_deliveries(company, deliveries)
    note_delivered_orders(deliveries)
    complete_touched_orders(company)
    close_by_file(company, orders, first_open_day)
    return missing
