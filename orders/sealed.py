"""What a seal holds of this app.

A confirmation holds its order's header too, which is final once something of it is confirmed; the
order's lines are compared with the sealed lines of its invoices.
"""

from closing_site.periods.sealing import SealedKind

SEALED = [
    SealedKind(
        kind="confirmation",
        table="orders_delivery",
        key="d.id",
        number="o.number",
        content="""ROW(d.company_id, d.order_id, o.number, d.delivered_on,
            d.accepted_on, d.is_whole, d.posted_on, d.confirmed_at)::text
            || coalesce(part.content, '')""",
        added=(
            (
                2,
                # Of an order delivered in parts, a line may still be added.
                """ROW(o.customer_id, o.order_date, o.currency, o.prices_include_tax,
            o.cancelled_on, o.satisfaction, o.stated_total, o.sales_rep_id)::text
            || CASE WHEN d.is_whole THEN ROW(o.net, o.tax, o.gross)::text ELSE '' END""",
            ),
        ),
        source="""
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
        kind="held_back",
        table="orders_unbilled",
        key="h.id",
        number="o.number",
        content="""ROW(h.company_id, h.delivery_id, o.number, h.posted_on, h.reason,
            h.net, h.tax, h.approval_id)::text""",
        added=(
            (
                2,
                """ROW(h.kind, h.estimate, f.id, f.origin, f.deferred_by_id,
            f.deferred_at)::text""",
            ),
        ),
        source="""
        FROM orders_unbilled AS h
        JOIN orders_delivery AS d ON d.id = h.delivery_id
        JOIN orders_order AS o ON o.id = d.order_id
        LEFT JOIN orders_deferral AS f ON f.id = h.deferral_id
        WHERE h.company_id = %(company)s AND h.period_id = %(period)s
        """,
    ),
]
