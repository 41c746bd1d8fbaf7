"""What of an order's lines is confirmed, and whether more is to come: the one rule that billing,
law 3, the checks and the views share."""


def confirmed_quantity(line: str, *, through: str = "") -> str:
    """SQL: how much of this order line, a row of orders_orderline, is confirmed; 0 for nothing.

    Of an order delivered whole, all of it; of one delivered by lines, what the confirmed deliveries
    say; a line without deliveries of its own (freight, a service) goes with the first of them.
    ``through``, an SQL date: what is posted later does not count.

    A question a line, each a probe of two indexes: a join of sums is as fast where the planner
    knows the tables, and quadratic where it does not, as in a trigger.
    """
    is_confirmed = "d.period_id IS NOT NULL" + (f" AND d.posted_on <= {through}" if through else "")
    return f"""(
        SELECT CASE
            WHEN bool_or({is_confirmed}) IS NOT TRUE THEN 0
            WHEN bool_or(d.is_whole AND {is_confirmed}) OR count(n.id) = 0 THEN {line}.quantity
            ELSE coalesce(sum(n.quantity) FILTER (WHERE {is_confirmed}), 0) END
        FROM orders_delivery AS d
        LEFT JOIN orders_deliveryline AS n ON n.company_id = d.company_id AND n.delivery_id = d.id
            AND n.order_line_id = {line}.id AND NOT d.is_whole
        WHERE d.company_id = {line}.company_id AND d.order_id = {line}.order_id)"""


def more_to_come(order: str) -> str:
    """SQL: of this order, a row with company_id and order_id, a delivery is not confirmed yet, or a
    line with deliveries of its own lacks some of its quantity."""
    return f"""(
        EXISTS (SELECT FROM orders_delivery AS d WHERE d.company_id = {order}.company_id
            AND d.order_id = {order}.order_id AND d.period_id IS NULL)
        OR EXISTS (SELECT FROM orders_orderline AS l WHERE l.company_id = {order}.company_id
            AND l.order_id = {order}.order_id AND l.quantity > (
                SELECT sum(n.quantity) FROM orders_deliveryline AS n
                WHERE n.order_line_id = l.id)))"""
