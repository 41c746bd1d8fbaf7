"""What each delivery by itself would bill, or has billed: the amount that lists, pages, findings
and deferrals show of a part."""

from orders.due_sql import due_lines

#: Deliveries in the order in which they are billed: confirmed ones first, as they were posted.
_RANK = (
    "ROW({row}.period_id IS NULL, coalesce({row}.posted_on, {row}.delivered_on),"
    " {row}.delivered_on, {row}.id)"
)


def part_amounts(deliveries: str) -> str:
    """SQL: ``delivery_id``, ``net`` and ``tax``, in the order's currency, of each of these rows of
    orders_delivery: what it makes due beyond the deliveries before it. Null while a price or a rate
    is missing."""
    of_side = (
        "CASE WHEN due.quantity = 0 THEN 0 WHEN mod(due.key, 2) = 1 THEN due.{0} ELSE -due.{0} END"
    )
    known = "count(*) FILTER (WHERE due.quantity IS DISTINCT FROM 0 AND due.net IS NULL) = 0"
    before = f"{_RANK.format(row='d')} < {_RANK.format(row='n')}"
    asked = f"""
        SELECT n.id * 2 + side.after AS key, n.order_id, ARRAY(
            SELECT d.id FROM orders_delivery AS d
            WHERE d.company_id = n.company_id AND d.order_id = n.order_id
                AND ({before} OR side.after = 1 AND d.id = n.id)) AS counted
        FROM ({deliveries}) AS n CROSS JOIN (VALUES (0), (1)) AS side (after)"""
    return f"""
        SELECT due.key / 2 AS delivery_id,
            CASE WHEN {known} THEN sum({of_side.format("net")}) END AS net,
            CASE WHEN {known} THEN sum({of_side.format("tax")}) END AS tax
        FROM ({due_lines(asked)}) AS due GROUP BY due.key / 2"""
