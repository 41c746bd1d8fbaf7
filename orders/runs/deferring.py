"""Deferrals of a month's scope, as sets: made, ended where they end by themselves, and listed.

All read the scope that orders/scope.py has made, and are parts of the confirm-run.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from closing_site import sql
from closing_site.desk.findings import ACKNOWLEDGED

#: Orders in which something stands that blocks, and no reason lets stand.
BLOCKED = f"""
    SELECT f.document_id FROM desk_finding AS f
    {ACKNOWLEDGED}
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.document_kind = 'order'
        AND f.check_slug = ANY (%(slugs)s) AND f.severity = 'block' AND f.resolved_at IS NULL
        AND a.id IS NULL
"""


def open_deferral(delivery: str, order: str = "", origin: str = "") -> str:
    """SQL, after FROM: the open deferrals (f) that cover this delivery, a row with ``company_id``,
    ``order_id`` and its id. ``origin`` narrows it to one."""
    order = order or f"{delivery}.order_id"
    narrowed = f" AND f.origin = '{origin}'" if origin else ""
    return f"""orders_deferral AS f WHERE f.company_id = %(company)s AND f.order_id = {order}
        AND f.released_at IS NULL{narrowed}
        AND (f.delivery_id IS NULL OR f.delivery_id = {delivery})"""


#: An automatic deferral ends when its order is looked at and passes every check.
RELEASE_PASSED = f"""
    UPDATE orders_deferral AS f SET released_at = now(),
        released_by_id = (SELECT id FROM companies_user WHERE username = %(by)s)
    WHERE f.company_id = %(company)s AND f.released_at IS NULL AND f.origin = 'automatic'
        AND EXISTS (SELECT FROM scope_deliveries AS s WHERE s.order_id = f.order_id)
        AND f.order_id NOT IN ({BLOCKED})
"""
#: Off the month's list goes what is deferred no longer, or is no longer of the month.
UNLIST = f"""
    DELETE FROM orders_unbilled AS h USING orders_delivery AS d
    WHERE d.id = h.delivery_id AND h.company_id = %(company)s AND h.period_id = %(period)s
        AND (%(orders)s::bigint[] IS NULL OR d.order_id = ANY (%(orders)s))
        AND NOT EXISTS (SELECT FROM scope_deliveries AS s
            WHERE s.delivery_id = d.id AND NOT s.is_confirmed
                AND EXISTS (SELECT FROM {open_deferral("s.delivery_id", "s.order_id")}))
"""
#: What of the scope is not confirmed, with the net and tax that billing it would bill.
UNCONFIRMED = """
    SELECT d.company_id, d.id AS delivery_id, d.order_id, o.number, o.currency, o.customer_id,
        o.customer_code, greatest(s.recognised_on, %(starts_on)s::date) AS posted_on,
        CASE WHEN d.is_whole THEN o.net ELSE part.net END AS net,
        CASE WHEN d.is_whole THEN o.tax ELSE part.tax END AS tax
    FROM scope_deliveries AS s
    JOIN orders_delivery AS d ON d.id = s.delivery_id AND d.period_id IS NULL
    JOIN orders_order AS o ON o.id = d.order_id
    LEFT JOIN scope_parts AS part ON part.delivery_id = d.id
"""
ANY_OPEN = """
    SELECT EXISTS (SELECT FROM orders_deferral
        WHERE company_id = %(company)s AND released_at IS NULL)
"""
#: Onto the month's list goes each delivery that a deferral covers, a person's before an automatic
#: one. An estimate holds until the approver gives another. What is listed by another deferral than
#: it was is approved again.
LIST = f"""
    INSERT INTO orders_unbilled AS kept (company_id, delivery_id, period_id, deferral_id, posted_on,
        kind, reason, net, tax, estimate)
    SELECT DISTINCT ON (u.delivery_id) u.company_id, u.delivery_id, %(period)s, f.id, u.posted_on,
        f.kind, f.reason, u.net, u.tax, CASE WHEN f.kind = 'amount_unknown' THEN coalesce((
            SELECT before.estimate FROM orders_unbilled AS before
            JOIN periods_period AS p ON p.id = before.period_id
            WHERE before.delivery_id = u.delivery_id AND before.deferral_id = f.id
                AND p.starts_on < %(starts_on)s
            ORDER BY p.starts_on DESC LIMIT 1), f.estimate) END
    FROM ({UNCONFIRMED} WHERE EXISTS (SELECT FROM {open_deferral("d.id", "d.order_id")})) AS u
    JOIN orders_deferral AS f ON f.company_id = u.company_id AND f.order_id = u.order_id
        AND f.released_at IS NULL AND (f.delivery_id IS NULL OR f.delivery_id = u.delivery_id)
    ORDER BY u.delivery_id, f.origin = 'person' DESC, f.deferred_at, f.id
    ON CONFLICT (company_id, period_id, delivery_id) DO UPDATE SET
        deferral_id = excluded.deferral_id, kind = excluded.kind, reason = excluded.reason,
        net = excluded.net, tax = excluded.tax, estimate = excluded.estimate, approval_id = NULL
    WHERE ROW(kept.deferral_id, kept.net, kept.tax)
        IS DISTINCT FROM ROW(excluded.deferral_id, excluded.net, excluded.tax)
"""
#: Findings of a deferred order are answered for this month, and asked again in the next; warnings
#: where all of the order that is recognised is deferred.
ANSWER = """
    UPDATE desk_finding AS f SET deferred_by = h.username, deferred_reason = h.reason
    FROM (
        SELECT DISTINCT ON (d.order_id) d.order_id, u.username, h.reason, EXISTS (
                SELECT FROM scope_deliveries AS s WHERE s.order_id = d.order_id
                    AND NOT EXISTS (SELECT FROM orders_unbilled AS other
                        WHERE other.company_id = h.company_id AND other.period_id = h.period_id
                            AND other.delivery_id = s.delivery_id)) AS has_others
        FROM orders_unbilled AS h
        JOIN orders_delivery AS d ON d.id = h.delivery_id
        JOIN orders_deferral AS own ON own.id = h.deferral_id
        JOIN companies_user AS u ON u.id = own.deferred_by_id
        WHERE h.company_id = %(company)s AND h.period_id = %(period)s
        ORDER BY d.order_id, h.id
    ) AS h
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.document_kind = 'order'
        AND f.document_id = h.order_id AND f.resolved_at IS NULL
        AND f.deferred_reason = '' AND f.check_slug = ANY (%(slugs)s)
        AND (f.severity = 'block' OR (f.severity = 'warn' AND NOT h.has_others))
"""
#: Released: what its findings were answered by is gone.
ASK_AGAIN = """
    UPDATE desk_finding AS f SET deferred_by = '', deferred_reason = ''
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.document_kind = 'order'
        AND f.deferred_reason <> ''
        AND (%(orders)s::bigint[] IS NULL OR f.document_id = ANY (%(orders)s))
        AND NOT EXISTS (SELECT FROM orders_unbilled AS h
            JOIN orders_delivery AS d ON d.id = h.delivery_id
            WHERE h.company_id = f.company_id AND h.period_id = f.period_id
                AND d.order_id = f.document_id)
"""
#: Blocked and not deferred yet: a deferral each, which ends by itself.
DEFER_BLOCKED = f"""
    INSERT INTO orders_deferral (company_id, order_id, origin, kind, reason, deferred_by_id)
    SELECT DISTINCT %(company)s::bigint, s.order_id, 'automatic', 'billing', %(reason)s, u.id
    FROM scope_deliveries AS s, companies_user AS u
    WHERE NOT s.is_confirmed AND u.username = %(by)s AND s.order_id IN ({BLOCKED})
        AND NOT EXISTS (SELECT FROM {open_deferral("s.delivery_id", "s.order_id")})
    ON CONFLICT DO NOTHING
"""
#: A person's word takes the place of one that would end by itself.
REPLACE_AUTOMATIC = """
    UPDATE orders_deferral AS f SET released_at = now(), release_reason = %(reason)s,
        released_by_id = (SELECT id FROM companies_user WHERE username = %(by)s)
    WHERE f.company_id = %(company)s AND f.released_at IS NULL AND f.origin = 'automatic'
        AND f.order_id IN (SELECT s.order_id FROM scope_deliveries AS s WHERE NOT s.is_confirmed)
"""
DEFER_BY_PERSON = """
    INSERT INTO orders_deferral (company_id, order_id, origin, kind, reason, deferred_by_id)
    SELECT DISTINCT %(company)s::bigint, s.order_id, 'person', 'billing', %(reason)s, u.id
    FROM scope_deliveries AS s, companies_user AS u
    WHERE NOT s.is_confirmed AND u.username = %(by)s
    ON CONFLICT DO NOTHING
"""


def release_passed(parameters: Mapping[str, Any]) -> int:
    """Ends the automatic deferrals of orders that pass; returns how many."""
    return sql.execute(RELEASE_PASSED, parameters)


def list_deferred(parameters: Mapping[str, Any]) -> int:
    """Brings the month's unbilled list up to the open deferrals; returns how many rows it wrote.

    ``parameters``: those of the period, ``slugs`` (of the checks that were run), ``orders``.
    """
    unlisted = sql.execute(UNLIST, parameters)
    listed = sql.execute(LIST, parameters) if sql.value(ANY_OPEN, parameters) else 0
    if unlisted:
        sql.execute(ASK_AGAIN, parameters)
    sql.execute(ANSWER, parameters)
    return listed


def would_defer(parameters: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    """What deferring the scope's orders would list, delivery by delivery."""
    return sql.rows(WOULD_DEFER, parameters)


#: Beside what a person defers already.
WOULD_DEFER = f"""
    SELECT held.number, held.currency, held.net, held.tax,
        coalesce(c.name, held.customer_code) AS customer
    FROM ({UNCONFIRMED}
        WHERE NOT EXISTS (SELECT FROM {open_deferral("d.id", "d.order_id", "person")})) AS held
    LEFT JOIN customers_customer AS c ON c.id = held.customer_id
    ORDER BY held.number, held.delivery_id
"""
