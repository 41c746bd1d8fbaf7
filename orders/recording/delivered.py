"""The day from which nothing of an order is outstanding, kept on the order, and the first day on
which a product was delivered by lines, kept on the product.

What is open at a month's end is then found by an index, however many orders there were before it.
"""

from collections.abc import Collection

from closing_site import sql
from closing_site.staged import make_table
from orders.due_sql import GOODS, stated_kind

#: Of the orders in ``{orders}`` (order_id): that day. Null while a line with deliveries of its own
#: lacks some of its quantity, or goods have none; what was closed is not outstanding.
DELIVERED_ON = f"""
    SELECT t.order_id, coalesce(whole.delivered_on, parts.delivered_on) AS delivered_on
    FROM {{orders}} AS t
    LEFT JOIN orders_delivery AS whole ON whole.order_id = t.order_id AND whole.is_whole
    LEFT JOIN LATERAL (
        SELECT CASE WHEN bool_and(coalesce(line.kept, 1) <= 0 OR line.complete_on IS NOT NULL)
            THEN greatest(coalesce(max(line.complete_on), begun.day), o.closed_on)
            END AS delivered_on
        FROM orders_order AS o
        CROSS JOIN LATERAL (
            SELECT max(d.delivered_on) AS day FROM orders_delivery AS d
            WHERE d.company_id = o.company_id AND d.order_id = o.id AND NOT d.is_whole
        ) AS begun
        CROSS JOIN LATERAL (
            SELECT l.quantity - l.closed_quantity AS kept, own.complete_on
            FROM (SELECT * FROM orders_orderline
                WHERE company_id = o.company_id AND order_id = o.id OFFSET 0) AS l
            CROSS JOIN LATERAL (
                SELECT count(*) > 0 AS has_rows,
                    min(so_far.delivered_on) FILTER (WHERE
                        so_far.quantity >= coalesce(l.quantity - l.closed_quantity, 0))
                        AS complete_on
                FROM (
                    SELECT d.delivered_on, sum(n.quantity) OVER (ORDER BY d.delivered_on)
                        AS quantity
                    FROM orders_deliveryline AS n JOIN orders_delivery AS d ON d.id = n.delivery_id
                    WHERE n.order_line_id = l.id
                ) AS so_far
            ) AS own
            WHERE own.has_rows
                OR (l.kind = 'item' AND {stated_kind("l", "begun.day")} = '{GOODS}')
        ) AS line
        WHERE o.id = t.order_id AND begun.day IS NOT NULL
        GROUP BY o.id, begun.day
    ) AS parts ON true
"""
FIRST_DAYS = """
    SELECT l.product_id, min(d.delivered_on) AS day
    FROM {rows} AS l
    JOIN orders_deliveryline AS n ON n.order_line_id = l.id
    JOIN orders_delivery AS d ON d.id = n.delivery_id AND NOT d.is_whole
    WHERE l.product_id IS NOT NULL GROUP BY l.product_id
"""
#: Orders of which a line goes by its product's kind, where that may now be another.
OF_PRODUCTS = """
    SELECT DISTINCT l.order_id FROM orders_orderline AS l
    JOIN orders_order AS o ON o.id = l.order_id AND o.cancelled_on IS NULL
    WHERE l.product_id = ANY (%(products)s) AND l.supply_kind = ''
        AND EXISTS (SELECT FROM orders_delivery AS d WHERE d.company_id = l.company_id
            AND d.order_id = l.order_id AND NOT d.is_whole)
"""


def note_delivered(orders: str) -> None:
    """After deliveries or quantities of these orders have changed; ``orders``: a table with
    ``order_id``."""
    if products := _note_products(orders):
        note_kinds(products)
    _note(orders)


def note_kinds(products: Collection[int]) -> None:
    """After the kind as which these products count has changed."""
    make_table("of_products", OF_PRODUCTS, {"products": list(products)})
    _note("of_products")


def forget_delivered(products: Collection[int]) -> None:
    """After deliveries of these products were taken away."""
    rows = "(SELECT * FROM orders_orderline WHERE product_id = ANY (%(products)s))"
    sql.execute(
        f"""
        UPDATE orders_product AS p SET delivered_since = (
            SELECT f.day FROM ({FIRST_DAYS.format(rows=rows)}) AS f WHERE f.product_id = p.id)
        WHERE p.id = ANY (%(products)s)
        """,
        {"products": list(products)},
    )
    note_kinds(products)


def _note(orders: str) -> None:
    sql.execute(
        f"""
        UPDATE orders_order AS o SET delivered_on = n.delivered_on
        FROM ({DELIVERED_ON.format(orders=orders)}) AS n
        WHERE o.id = n.order_id AND o.delivered_on IS DISTINCT FROM n.delivered_on
        """
    )


def _note_products(orders: str) -> list[int]:
    """The products that have been delivered by lines since an earlier day than was known."""
    rows = f"(SELECT l.* FROM {orders} AS t JOIN orders_orderline AS l ON l.order_id = t.order_id)"
    changed = sql.rows(
        f"""
        UPDATE orders_product AS p SET delivered_since = f.day
        FROM ({FIRST_DAYS.format(rows=rows)}) AS f
        WHERE p.id = f.product_id
            AND (p.delivered_since IS NULL OR p.delivered_since > f.day)
        RETURNING p.id
        """
    )
    return [row["id"] for row in changed]
