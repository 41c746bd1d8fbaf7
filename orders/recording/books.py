"""What the books hold of the orders that a file speaks of, and how they stand after it."""

from closing_site.companies.models import Company
from closing_site.staged import Staged, make_table
from orders.confirmed_sql import more_to_come


def find_orders(company: Company, orders: Staged, lines: Staged, deliveries: Staged) -> None:
    """Make ``held_orders``: of each order that is in the books already, what binds it.

    period, period_status: the first that holds a confirmation of it. is_at_end: of one confirmed in
    parts, no more is to come. has_parts: it is delivered by lines. whole_…: its delivery as a
    whole. held_back_in: a locked period whose unbilled list it is on.
    """
    make_table(
        "held_orders",
        f"""
        SELECT o.id AS order_id, o.number, confirmed.code AS period,
            confirmed.status AS period_status, confirmed.is_whole AS is_confirmed_whole,
            CASE WHEN NOT confirmed.is_whole THEN NOT {more_to_come("ordered")} ELSE false END
                AS is_at_end,
            parts.id IS NOT NULL AS has_parts, whole.id AS whole_id,
            whole.delivered_on AS whole_delivered_on, whole.accepted_on AS whole_accepted_on,
            held_back.code AS held_back_in
        FROM (
            SELECT number FROM {orders.table} UNION SELECT order_number FROM {lines.table}
            UNION SELECT order_number FROM {deliveries.table}
        ) AS named
        JOIN orders_order AS o ON o.company_id = %(company)s AND o.number = named.number
        CROSS JOIN LATERAL (SELECT o.company_id, o.id AS order_id) AS ordered
        LEFT JOIN LATERAL (
            SELECT p.code, p.status, d.is_whole FROM orders_delivery AS d
            JOIN periods_period AS p ON p.id = d.period_id
            WHERE d.company_id = o.company_id AND d.order_id = o.id
            ORDER BY p.starts_on LIMIT 1
        ) AS confirmed ON true
        LEFT JOIN LATERAL (
            SELECT d.id FROM orders_delivery AS d
            WHERE d.company_id = o.company_id AND d.order_id = o.id AND NOT d.is_whole LIMIT 1
        ) AS parts ON true
        LEFT JOIN LATERAL (
            SELECT d.* FROM orders_delivery AS d
            WHERE d.company_id = o.company_id AND d.order_id = o.id AND d.is_whole LIMIT 1
        ) AS whole ON true
        LEFT JOIN LATERAL (
            SELECT p.code FROM orders_unbilled AS h
            JOIN periods_period AS p ON p.id = h.period_id AND p.status = 'locked'
            WHERE h.company_id = o.company_id AND h.delivery_id = whole.id
            ORDER BY p.starts_on LIMIT 1
        ) AS held_back ON true
        """,
        {"company": company.pk},
    )


def settle_orders(lines: Staged) -> None:
    """Make ``current_orders``: the orders as they will be, from ``taken_orders`` or the books.

    One in the books that has no lines yet takes its price mode from the header of their price.
    """
    make_table(
        "current_orders",
        """
        SELECT t.order_id, t.number, currency_digits(t.currency) AS digits, t.prices_include_tax,
            t.cancelled_on, t.is_closed, t.is_new, t.is_other, h.period, h.period_status,
            h.is_confirmed_whole, h.is_at_end, h.whole_id
        FROM taken_orders AS t LEFT JOIN held_orders AS h ON h.order_id = t.order_id
        UNION ALL
        SELECT o.id, o.number, currency_digits(o.currency), mode.prices_include_tax,
            o.cancelled_on, o.closed_on IS NOT NULL, false,
            mode.prices_include_tax <> o.prices_include_tax, h.period, h.period_status,
            h.is_confirmed_whole, h.is_at_end, h.whole_id
        FROM held_orders AS h JOIN orders_order AS o ON o.id = h.order_id
        CROSS JOIN LATERAL (
            SELECT o.prices_include_tax OR %(lines_include_tax)s AND NOT EXISTS (
                SELECT FROM orders_orderline AS l
                WHERE l.company_id = o.company_id AND l.order_id = o.id) AS prices_include_tax
        ) AS mode
        WHERE NOT EXISTS (SELECT FROM taken_orders AS t WHERE t.order_id = h.order_id)
        """,
        {"lines_include_tax": lines.includes_tax or False},
    )
