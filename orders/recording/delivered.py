"""The day from which nothing of an order is outstanding, kept on the order.

What is open at a month's end is then found by an index, however many orders there were before it.
"""

from closing_site import sql

#: Of the orders in ``{orders}`` (order_id): that day, null while a line with deliveries of its own
#: lacks some of its quantity. A line that no delivery names goes with the first one.
DELIVERED_ON = """
    SELECT t.order_id, coalesce(whole.delivered_on, parts.delivered_on) AS delivered_on
    FROM {orders} AS t
    LEFT JOIN orders_delivery AS whole ON whole.order_id = t.order_id AND whole.is_whole
    LEFT JOIN (
        SELECT order_id, CASE WHEN count(*) = count(delivered_on) THEN max(delivered_on) END
            AS delivered_on
        FROM (
            SELECT order_id, order_line_id, min(delivered_on) FILTER (WHERE is_all) AS delivered_on
            FROM (
                SELECT d.order_id, n.order_line_id, d.delivered_on, coalesce(l.quantity, 0)
                    <= sum(n.quantity) OVER (PARTITION BY n.order_line_id ORDER BY d.delivered_on)
                    AS is_all
                FROM {orders} AS t
                JOIN orders_delivery AS d ON d.order_id = t.order_id AND NOT d.is_whole
                JOIN orders_deliveryline AS n
                    ON n.company_id = d.company_id AND n.delivery_id = d.id
                JOIN orders_orderline AS l ON l.id = n.order_line_id
            ) AS part GROUP BY order_id, order_line_id
        ) AS line GROUP BY order_id
    ) AS parts ON parts.order_id = t.order_id
"""


def note_delivered(orders: str) -> None:
    """After deliveries or quantities of these orders have changed; ``orders``: a table with
    ``order_id``."""
    sql.execute(
        f"""
        UPDATE orders_order AS o SET delivered_on = n.delivered_on
        FROM ({DELIVERED_ON.format(orders=orders)}) AS n
        WHERE o.id = n.order_id AND o.delivered_on IS DISTINCT FROM n.delivered_on
        """
    )
