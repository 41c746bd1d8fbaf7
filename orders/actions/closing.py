"""Closing an order short, and reopening it."""

from collections.abc import Collection
from datetime import date

from closing_site.acting import because
from closing_site.companies.models import Role, User
from closing_site.periods.posting import posting_of, require_not_far_ahead
from closing_site.periods.reasons import reason_given
from closing_site.staged import make_table
from orders.actions.entitled import require_order, require_order_role
from orders.actions.taking import changing_order, require_not_cancelled
from orders.billed import later_invoices
from orders.errors import NotClosed, NothingOutstanding, OrderClosed, ReopenedByFinance
from orders.models import DeliveryLine, LineKind, Order, OrderLine, ProductKind
from orders.recording.closing import close_short, reopen_lines

CLOSING = """
    SELECT %(order)s::bigint AS order_id, %(closed_on)s::date AS closed_on, %(reason)s AS reason,
        false AS by_file, %(charges)s::integer[] AS kept_charges, NULL::jsonb AS closed_quantities
"""


def close_order(
    *, order: Order, reason: str, closed_on: date, charges: Collection[int] = (), by: User
) -> Order:
    """Its undelivered rest will not come. ``charges``: the numbers of lines, charges not invoiced
    yet, that are invoiced all the same. A day in a locked month becomes the first open day.

    Raises ReasonNeeded, OrderCancelled, OrderClosed, NothingOutstanding, NotYourOrder,
    CutOffPassed, TooFarAhead.
    """
    reason = reason_given(reason, most=300)
    require_not_far_ahead(order.company, closed_on)
    with changing_order(order, by):
        require_order(order, by, closed_on)
        require_not_cancelled(order)
        order.refresh_from_db()
        if order.closed_on:
            raise OrderClosed(number=order.number, day=order.closed_on)
        parameters = {
            "order": order.pk,
            "closed_on": posting_of(order.company, max(closed_on, order.order_date)).posted_on,
            "reason": reason,
            "charges": list(charges),
        }
        make_table("closing_orders", CLOSING, parameters)
        if not close_short("closing_orders"):
            raise NothingOutstanding(number=order.number)
        order.refresh_from_db()
        return order


def reopen_order(*, order: Order, reason: str, lines: Collection[int] = (), by: User) -> Order:
    """Its rest, or that of these lines (numbers), is to come after all. Once a later document
    exists, finance alone does so.

    Raises ReasonNeeded, NotClosed, ReopenedByFinance, NotYourOrder, CutOffPassed.
    """
    reason = reason_given(reason, most=300)
    with changing_order(order, by), because(reason):
        order.refresh_from_db()
        require_order(order, by, order.closed_on)
        if not order.closed_on:
            raise NotClosed(number=order.number)
        later = later_documents(order)
        if later and require_order_role(order.company, by) != Role.FINANCE:
            raise ReopenedByFinance(number=order.number, documents=later)
        closed = closed_lines(order)
        chosen = [line.pk for line in closed if not lines or line.line_number in lines]
        make_table("reopened_orders", "SELECT %(order)s::bigint AS order_id", {"order": order.pk})
        reopen_lines("reopened_orders", chosen)
        order.refresh_from_db()
        return order


def later_documents(order: Order) -> str:
    """The invoices and the days of deliveries that came after it was closed."""
    if not order.closed_at:
        return ""
    later = order.deliveries.filter(delivered_on__gt=order.closed_on).order_by("delivered_on")
    days = later.values_list("delivered_on", flat=True)
    found = [later_invoices(order), *(day.isoformat() for day in days)]
    return ", ".join(one for one in found if one)


def closed_lines(order: Order) -> list[OrderLine]:
    """Those whose rest was closed; a discount goes with the others."""
    closed = order.lines.filter(closed_quantity__gt=0).exclude(kind=LineKind.DISCOUNT)
    return list(closed.order_by("line_number"))


def open_charges(order: Order) -> list[OrderLine]:
    """Its charges that are not invoiced and that no delivery names."""
    named = DeliveryLine.objects.filter(company=order.company_id, order_line__order=order.pk)
    charges = order.lines.filter(
        kind=LineKind.ITEM, supply_kind="", product__kind=ProductKind.CHARGE
    )
    return list(charges.exclude(pk__in=named.values("order_line")).order_by("line_number"))
