"""The confirm-run: every delivery recognised by the month's end whose order nothing keeps.

The single order is confirmed by the same statements, with a smaller scope.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from closing_site import sql
from closing_site.acting import acting
from closing_site.desk.findings import run_checks
from closing_site.desk.leaving_out import go_on_without, keep_left_out
from closing_site.desk.progress import Progress, Unwatched
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from closing_site.periods.reasons import reason_given
from orders.checks import AFTER_CONFIRMING, BEFORE_CONFIRMING, OF_THE_RUN
from orders.runs.deferring import (
    BLOCKED,
    DEFER_BLOCKED,
    DEFER_BY_PERSON,
    REPLACE_AUTOMATIC,
    list_deferred,
    open_deferral,
    release_passed,
    would_defer,
)
from orders.scope import hold_orders, make_scope, note_unanswered

CONFIRM = f"""
    UPDATE orders_delivery AS d
    SET period_id = %(period)s, posted_on = greatest(s.recognised_on, %(starts_on)s::date),
        confirmed_at = now()
    FROM scope_deliveries AS s
    WHERE d.id = s.delivery_id AND NOT s.is_confirmed AND d.period_id IS NULL
        AND s.order_id NOT IN ({BLOCKED})
        AND s.order_id NOT IN (SELECT order_id FROM scope_unanswered)
        AND NOT EXISTS (SELECT FROM {open_deferral("s.delivery_id", "s.order_id")})
        AND (%(only)s::bigint[] IS NULL OR d.order_id = ANY (%(only)s))
"""
ORDERS_IN_SCOPE = "SELECT DISTINCT order_id FROM scope_deliveries WHERE NOT is_confirmed"
#: The orders that the database refuses, as ``keep_left_out`` takes them.
REFUSED = "SELECT id::text AS unit, 'order' AS kind, id, number FROM orders_order"


def confirm_run(
    period: Period,
    *,
    by: str,
    progress: Progress | None = None,
    orders: Sequence[int] | None = None,
) -> int:
    """Confirm what passes every blocking check, carries no unanswered warning that holds it, and is
    not deferred; the rest keeps its findings.

    Automatic deferrals of orders that pass end; what is still deferred goes on the month's unbilled
    list. Returns how many deliveries were confirmed. ``orders`` narrows it to some. Raises
    LawBroken where the period is locked.
    """
    progress = progress or Unwatched()
    # Over others' orders it prepares nothing; a person who confirms some of them does.
    with acting(by, run="confirm" if orders is None else ""):
        take_periods(period)
        hold_orders(period.company_id)
        make_scope(period, orders)
        run_checks(period, BEFORE_CONFIRMING, orders)
        note_unanswered(period)
        parameters = _parameters(period, by, orders)
        release_passed(parameters)
        confirmed, refused = go_on_without(
            lambda only: sql.execute(CONFIRM, {**parameters, "only": only}),
            lambda: [row["order_id"] for row in sql.rows(ORDERS_IN_SCOPE)],
        )
        list_deferred(parameters)
        keep_left_out(period, "confirm", refused, REFUSED, orders)
        sql.analyze("orders_delivery", changed=confirmed)
        run_checks(period, AFTER_CONFIRMING, orders)
        progress.tell(confirmed, confirmed)
        return confirmed


def defer_blocked(
    period: Period, *, reason: str, by: str, orders: Sequence[int] | None = None
) -> int:
    """Defer every order of the month's scope that a check blocks, until it passes.

    ``orders`` narrows it to some. Each delivery stands on the month's unbilled list with its net
    and tax until someone approves it; the lock waits for that. Returns how many deliveries are new
    on the list. Raises ReasonNeeded, and LawBroken where the period is locked.
    """
    return _defer(period, (DEFER_BLOCKED,), reason=reason, by=by, orders=orders)


def defer_orders(period: Period, *, reason: str, by: str, orders: Sequence[int]) -> int:
    """Defer these orders of the month's scope by a person's word, until a person releases them.

    Returns as ``defer_blocked``, and raises the same.
    """
    statements = (REPLACE_AUTOMATIC, DEFER_BY_PERSON)
    return _defer(period, statements, reason=reason, by=by, orders=orders)


def _defer(
    period: Period,
    statements: Sequence[str],
    *,
    reason: str,
    by: str,
    orders: Sequence[int] | None,
) -> int:
    reason = reason_given(reason)
    with acting(by):
        take_periods(period)
        hold_orders(period.company_id)
        make_scope(period, orders)
        parameters = {**_parameters(period, by, orders), "reason": reason}
        # What the last run was refused is blocked too; a later run tries it again.
        parameters["slugs"] = [*parameters["slugs"], OF_THE_RUN]
        for statement in statements:
            sql.execute(statement, parameters)
        listed = list_deferred(parameters)
        run_checks(period, AFTER_CONFIRMING, orders)
        return listed


def _parameters(period: Period, by: str, orders: Sequence[int] | None) -> dict[str, Any]:
    return {
        **period_parameters(period),
        "slugs": [check.slug for check in BEFORE_CONFIRMING],
        "orders": None if orders is None else list(orders),
        "by": by,
    }


def preview_deferral(period: Period, orders: Sequence[int]) -> Sequence[dict[str, Any]]:
    """What ``defer_orders`` would list: number, customer, currency, net and tax a delivery."""
    with transaction.atomic():
        make_scope(period, orders)
        return would_defer(period_parameters(period))
