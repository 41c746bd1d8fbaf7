"""The confirm-run: every delivery recognised by the month's end whose order no check blocks.

The single order is confirmed by the same statements, with a smaller scope.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from closing_site import sql
from closing_site.acting import acting
from closing_site.desk.findings import ACKNOWLEDGED, run_checks
from closing_site.desk.leaving_out import go_on_without, keep_left_out
from closing_site.desk.progress import Progress, Unwatched
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from closing_site.periods.reasons import reason_given
from orders.checks import AFTER_CONFIRMING, BEFORE_CONFIRMING
from orders.scope import hold_orders, make_scope

#: What blocks an order and is not acknowledged.
BLOCKED = f"""
    SELECT f.document_id FROM desk_finding AS f
    {ACKNOWLEDGED}
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.document_kind = 'order'
        AND f.check_slug = ANY (%(slugs)s) AND f.severity = 'block' AND f.resolved_at IS NULL
        AND a.id IS NULL
"""
#: Held back for this month before it was mended, cancelled or moved to another: no longer.
RELEASE = f"""
    DELETE FROM orders_heldback AS h USING orders_delivery AS d
    WHERE d.id = h.delivery_id AND h.company_id = %(company)s AND h.period_id = %(period)s
        AND (%(orders)s::bigint[] IS NULL OR d.order_id = ANY (%(orders)s))
        AND NOT EXISTS (SELECT FROM scope_deliveries AS s WHERE s.delivery_id = d.id
            AND NOT s.is_confirmed AND s.order_id IN ({BLOCKED}))
"""
CONFIRM = f"""
    UPDATE orders_delivery AS d
    SET period_id = %(period)s, posted_on = greatest(s.recognised_on, %(starts_on)s::date),
        confirmed_at = now()
    FROM scope_deliveries AS s
    WHERE d.id = s.delivery_id AND NOT s.is_confirmed AND d.period_id IS NULL
        AND s.order_id NOT IN ({BLOCKED})
        AND (%(only)s::bigint[] IS NULL OR d.order_id = ANY (%(only)s))
"""
ORDERS_IN_SCOPE = "SELECT DISTINCT order_id FROM scope_deliveries WHERE NOT is_confirmed"
#: The orders that the database refuses, as ``keep_left_out`` takes them.
REFUSED = "SELECT id::text AS unit, 'order' AS kind, id, number FROM orders_order"
#: What of the scope is not confirmed, with the net and tax that billing it would bill.
TO_HOLD = """
    SELECT d.company_id, d.id AS delivery_id, o.number, o.currency, o.customer_id, o.customer_code,
        greatest(s.recognised_on, %(starts_on)s::date) AS posted_on,
        CASE WHEN d.is_whole THEN o.net ELSE part.net END AS net,
        CASE WHEN d.is_whole THEN o.tax ELSE part.tax END AS tax
    FROM scope_deliveries AS s
    JOIN orders_delivery AS d ON d.id = s.delivery_id AND d.period_id IS NULL
    JOIN orders_order AS o ON o.id = d.order_id
    LEFT JOIN scope_parts AS part ON part.delivery_id = d.id
"""
HOLD_BACK = f"""
    INSERT INTO orders_heldback
        (company_id, delivery_id, period_id, posted_on, reason, net, tax, approval_id)
    SELECT company_id, delivery_id, %(period)s, posted_on, %(reason)s, net, tax, NULL
    FROM ({TO_HOLD}) AS held
    ON CONFLICT (company_id, period_id, delivery_id) DO NOTHING
"""
#: What holding back would add to the unbilled list.
WOULD_HOLD = f"""
    SELECT held.number, held.currency, held.net, held.tax,
        coalesce(c.name, held.customer_code) AS customer
    FROM ({TO_HOLD}) AS held
    LEFT JOIN customers_customer AS c ON c.id = held.customer_id
    WHERE NOT EXISTS (SELECT FROM orders_heldback AS h WHERE h.company_id = held.company_id
        AND h.period_id = %(period)s AND h.delivery_id = held.delivery_id)
    ORDER BY held.number, held.delivery_id
"""

#: What keeps these orders back is answered for this month, and asked again in the next.
DEFER = """
    UPDATE desk_finding AS f SET deferred_by = %(by)s, deferred_reason = h.reason
    FROM (SELECT d.order_id, max(h.reason) AS reason FROM orders_heldback AS h
        JOIN orders_delivery AS d ON d.id = h.delivery_id
        WHERE h.company_id = %(company)s AND h.period_id = %(period)s GROUP BY d.order_id) AS h
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.document_kind = 'order'
        AND f.document_id = h.order_id AND f.severity = 'block' AND f.resolved_at IS NULL
        AND f.deferred_reason = '' AND f.check_slug = ANY (%(slugs)s)
"""


def confirm_run(
    period: Period,
    *,
    by: str,
    progress: Progress | None = None,
    orders: Sequence[int] | None = None,
) -> int:
    """Confirm what passes every blocking check; the rest keeps its findings.

    Returns how many deliveries were confirmed. ``orders`` narrows it to some. Raises LawBroken
    where the period is locked.
    """
    progress = progress or Unwatched()
    with acting(by):
        take_periods(period)
        hold_orders(period.company_id)
        make_scope(period, orders)
        run_checks(period, BEFORE_CONFIRMING, orders)
        parameters = {
            **period_parameters(period),
            "slugs": [check.slug for check in BEFORE_CONFIRMING],
            "orders": None if orders is None else list(orders),
        }
        sql.execute(RELEASE, parameters)
        confirmed, refused = go_on_without(
            lambda only: sql.execute(CONFIRM, {**parameters, "only": only}),
            lambda: [row["order_id"] for row in sql.rows(ORDERS_IN_SCOPE)],
        )
        keep_left_out(period, "confirm", refused, REFUSED, orders)
        sql.analyze("orders_delivery", changed=confirmed)
        run_checks(period, AFTER_CONFIRMING, orders)
        progress.tell(confirmed, confirmed)
        return confirmed


def hold_back(period: Period, *, reason: str, by: str, orders: Sequence[int] | None = None) -> int:
    """Hold back every delivery of the month's scope that could not be confirmed.

    ``orders`` narrows it to some.

    Each stands on the month's unbilled list with its net and tax until someone approves it; the
    lock waits for that. Returns how many are new. Raises ReasonNeeded, and LawBroken where the
    period is locked.
    """
    reason = reason_given(reason)
    with acting(by):
        take_periods(period)
        hold_orders(period.company_id)
        make_scope(period, orders)
        parameters = {
            **period_parameters(period),
            "reason": reason,
            "by": by,
            "slugs": [check.slug for check in BEFORE_CONFIRMING],
        }
        held = sql.execute(HOLD_BACK, parameters)
        sql.execute(DEFER, parameters)
        run_checks(period, AFTER_CONFIRMING, orders)
        return held


def would_hold(period: Period, orders: Sequence[int]) -> list[dict[str, Any]]:
    """What ``hold_back`` would do, delivery by delivery: number, customer, currency, net, tax."""
    with transaction.atomic():
        make_scope(period, orders)
        return sql.rows(WOULD_HOLD, period_parameters(period))
