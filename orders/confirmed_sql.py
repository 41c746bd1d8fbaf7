"""What of an order's lines may be billed at most, and whether more is to come: what invariant 3,
the checks of integrity and the laws of orders ask. What is billed now is said by orders.due_sql."""

from orders.due_sql import GOODS, stated_kind


def confirmed_quantity(line: str) -> str:
    """SQL: how much of this order line, a row of orders_orderline, is confirmed; 0 for nothing.

    Of an order delivered whole, all of it; of a line that deliveries name, what the confirmed ones
    say; of a discount, and of a charge or a service that was billed as such, all that was not
    closed once a part is confirmed; of goods that no delivery names, nothing.

    A question a line, each a probe of two indexes: a join of sums is as fast where the planner
    knows the tables, and quadratic where it does not, as in a trigger.
    """
    return f"""(
        SELECT CASE
            WHEN bool_or(d.period_id IS NOT NULL) IS NOT TRUE THEN 0
            WHEN bool_or(d.is_whole AND d.period_id IS NOT NULL) THEN {line}.quantity
            WHEN count(n.id) > 0
                THEN coalesce(sum(n.quantity) FILTER (WHERE d.period_id IS NOT NULL), 0)
            WHEN {line}.kind <> 'item' OR {line}.supply_kind IN ('charge', 'service')
                THEN {line}.quantity - {line}.closed_quantity
            ELSE 0 END
        FROM orders_delivery AS d
        LEFT JOIN orders_deliveryline AS n ON n.company_id = d.company_id AND n.delivery_id = d.id
            AND n.order_line_id = {line}.id AND NOT d.is_whole
        WHERE d.company_id = {line}.company_id AND d.order_id = {line}.order_id)"""


def more_to_come(order: str, *, but: str = "false") -> str:
    """SQL: of this order, a row with company_id and order_id, a delivery is not confirmed yet, or a
    line with deliveries of its own lacks some of its quantity, or goods have none yet.

    ``but``: lines ``l`` of orders_orderline that do not count.
    """
    last_day = f"""(SELECT max(d.delivered_on) FROM orders_delivery AS d
        WHERE d.company_id = {order}.company_id AND d.order_id = {order}.order_id)"""
    return f"""(
        EXISTS (SELECT FROM orders_delivery AS d WHERE d.company_id = {order}.company_id
            AND d.order_id = {order}.order_id AND d.period_id IS NULL)
        OR EXISTS (SELECT FROM orders_orderline AS l WHERE l.company_id = {order}.company_id
            AND l.order_id = {order}.order_id AND NOT ({but})
            AND CASE WHEN EXISTS (
                    SELECT FROM orders_deliveryline AS n WHERE n.order_line_id = l.id)
                THEN l.quantity - l.closed_quantity > (
                    SELECT sum(n.quantity) FROM orders_deliveryline AS n
                    WHERE n.order_line_id = l.id)
                ELSE l.kind = 'item' AND l.quantity > l.closed_quantity
                    AND {stated_kind("l", last_day)} = '{GOODS}' END))"""
