"""Orders by form: recorded, changed, cancelled."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext, gettext_noop

from closing_site import sql
from closing_site.companies.models import Company, Role, User
from closing_site.currencies import CURRENCIES
from closing_site.customers.models import Customer
from closing_site.customers.successors import current_code
from closing_site.periods.reasons import reason_given
from closing_site.recording import Given, NotTaken, refuse
from closing_site.staged import Problem, make_table
from orders.actions.checking_lines import unknown_of_lines
from orders.actions.entitled import (
    own_codes,
    require_new_order,
    require_order,
    require_order_role,
    require_own_code,
)
from orders.actions.taking import (
    as_it_is,
    changing_order,
    holding_orders,
    require_not_cancelled,
    take_in,
)
from orders.completion import complete_orders
from orders.errors import LineDelivered
from orders.kinds import ORDER_LINES
from orders.models import Delivery, DeliveryLine, Order
from orders.recording.delivered import note_delivered
from orders.recording.orders import CONFIRMED, CONFIRMED_LOCKED
from orders.recording.releasing import release_order

EXISTS = gettext_noop("There is an order %(number)s already.")
NO_CUSTOMER = gettext_noop("There is no customer %(code)s.")
NO_CURRENCY = gettext_noop("There is no currency %(code)s.")

Problems = dict[str, list[Problem]]

NO_LINES = gettext_noop("An order needs at least one line.")


def record_order(*, company: Company, given: Given, lines: Sequence[Given], by: User) -> Order:
    """``given`` and ``lines`` have the columns of orders.csv and order_lines.csv, without the
    order's number on the lines. A file may name what is not known yet; a person may not.

    Raises NotTaken, NoCodeOfYours, CutOffPassed.
    """
    number = (given.get("number") or "").strip()
    with holding_orders(company, by):
        day = _day(given.get("order_date"))
        require_new_order(company, by, (given.get("sales_rep") or "").strip(), day)
        problems = _unknown(company, by, given, lines)
        if Order.objects.filter(company=company, number=number).exists():
            reason = gettext(EXISTS) % {"number": number}
            problems["orders"].append(Problem(1, "number", number, reason))
            raise NotTaken(problems)
        _take_in(company, given, _of(number, lines), problems)
        return Order.objects.get(company=company, number=number)


def change_order(*, order: Order, given: Given, lines: Sequence[Given], by: User) -> Order:
    """As ``record_order``; lines that are not given go. What is confirmed stays as it is.

    Raises NotTaken, NotYourOrder, CutOffPassed, LineDelivered, OrderCancelled.
    """
    company = order.company
    with changing_order(order, by):
        require_not_cancelled(order)
        day = _day(given.get("order_date"))
        moved = day if day != order.order_date else None
        require_order(order, by, moved, *_unconfirmed_days(order))
        if "sales_rep" in given:
            require_own_code(company, by, (given["sales_rep"] or "").strip())
        problems = _unknown(company, by, given, lines)
        _remove_lines(order, {int(line["line_number"] or 0) for line in lines})
        row = {**given, "number": order.number}
        _take_in(company, row, _of(order.number, lines), problems)
        make_table("changed_orders", "SELECT %(order)s::bigint AS order_id", {"order": order.pk})
        note_delivered("changed_orders")
        complete_orders(company, "changed_orders")
        order.refresh_from_db()
        return order


def cancel_order(*, order: Order, reason: str, cancelled_on: date, by: User) -> Order:
    """An unconfirmed delivery as a whole goes with it.

    Raises ReasonNeeded, NotTaken, NotYourOrder, CutOffPassed, OrderCancelled.
    """
    reason = reason_given(reason, most=300)
    with changing_order(order, by):
        require_not_cancelled(order)
        require_order(order, by, cancelled_on, *_unconfirmed_days(order))
        row = {
            **as_it_is(order),
            "status": "cancelled",
            "cancel_reason": reason,
            "cancelled_on": cancelled_on.isoformat(),
        }
        take_in(order.company, orders=[row])
        order.refresh_from_db()
        return order


def _of(number: str, lines: Sequence[Given]) -> list[Given]:
    return [{**line, "order_number": number} for line in lines]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        # What it lacks is said by the row's own check.
        return None


def _unconfirmed_days(order: Order) -> list[date]:
    waiting = Delivery.objects.filter(company=order.company_id, order=order, period=None)
    return list(waiting.values_list("delivered_on", flat=True))


def _take_in(company: Company, given: Given, lines: Sequence[Given], problems: Problems) -> None:
    """A person hears everything that is wrong at once. Raises NotTaken."""
    try:
        take_in(company, orders=[given], lines=lines)
    except NotTaken as refusal:
        for kind, found in refusal.problems.items():
            problems[kind].extend(found)
    if any(problems.values()):
        raise NotTaken({kind: found for kind, found in problems.items() if found})


def _unknown(company: Company, by: User, given: Given, lines: Sequence[Given]) -> Problems:
    """What a file may leave for later and a person may not."""
    problems: Problems = defaultdict(list)
    code = current_code(company, (given.get("customer_code") or "").strip())
    known = Customer.objects.filter(company=company, code=code)
    if require_order_role(company, by) == Role.SALES_REP:
        codes = own_codes(company, by)
        known = known.filter(sales_rep__code__in=codes) | known.filter(sales_rep=None)
    if code and not known.exists():
        reason = gettext(NO_CUSTOMER) % {"code": code}
        problems["orders"].append(Problem(1, "customer_code", code, reason))
    if not lines:
        problems["order_lines"].append(Problem(0, "", "", gettext(NO_LINES)))
    currency = (given.get("currency") or "").strip()
    if currency and currency not in CURRENCIES and currency != company.currency:
        reason = gettext(NO_CURRENCY) % {"code": currency}
        problems["orders"].append(Problem(1, "currency", currency, reason))
    problems["order_lines"] += unknown_of_lines(company, lines)
    return problems


def _remove_lines(order: Order, kept: set[int]) -> None:
    gone = list(order.lines.exclude(line_number__in=kept))
    if not gone:
        return
    bound = Delivery.objects.filter(company=order.company_id, order=order, period__isnull=False)
    if confirmed := bound.select_related("period").order_by("period__starts_on").first():
        period = confirmed.period
        reason = CONFIRMED_LOCKED if period.status == "locked" else CONFIRMED
        says = {"number": order.number, "period": period.code}
        raise refuse(ORDER_LINES, "", gettext(reason) % says, line=0)
    delivered = DeliveryLine.objects.filter(company=order.company_id, order_line__in=gone)
    if first := delivered.select_related("order_line").first():
        raise LineDelivered(line=first.order_line.line_number, number=order.number)
    release_order(order.pk)
    sql.execute(
        "DELETE FROM orders_orderline WHERE company_id = %(company)s AND id = ANY (%(lines)s)",
        {"company": order.company_id, "lines": [line.pk for line in gone]},
    )
