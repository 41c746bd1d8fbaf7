"""What a seal holds of this floor, version 1."""

from closing_site.periods.sealing import SealedKind

SEALED = [
    SealedKind(
        "confirmation",
        """
        SELECT d.id, o.number, ROW(d.company_id, d.order_id, o.number, d.delivered_on,
            d.accepted_on, d.is_whole, d.posted_on, d.confirmed_at)::text
            || coalesce(part.content, '') AS content
        FROM orders_delivery AS d
        JOIN orders_order AS o ON o.id = d.order_id
        LEFT JOIN LATERAL (
            SELECT string_agg(ROW(l.order_line_id, l.quantity)::text, E'\\n' ORDER BY l.id)
                AS content
            FROM orders_deliveryline AS l WHERE l.delivery_id = d.id
        ) AS part ON NOT d.is_whole
        WHERE d.company_id = %(company)s AND d.period_id = %(period)s
        """,
    ),
    SealedKind(
        "held_back",
        """
        SELECT h.id, o.number, ROW(h.company_id, h.delivery_id, o.number, h.posted_on, h.reason,
            h.net, h.tax, h.approval_id)::text AS content
        FROM orders_heldback AS h
        JOIN orders_delivery AS d ON d.id = h.delivery_id
        JOIN orders_order AS o ON o.id = d.order_id
        WHERE h.company_id = %(company)s AND h.period_id = %(period)s
        """,
    ),
]
