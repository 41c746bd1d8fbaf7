"""What a set of deliveries makes due of an order's lines: the one rule that billing, deferrals,
checks, views and pages share (ACCOUNTING 2).

- Of an order delivered whole, all of it.
- A line that deliveries name: what these say.
- Goods that no delivery names: nothing, they wait for their own.
- A charge (freight, packing, insurance): all of it, with the first part.
- A service that no delivery names: all of it, with the part that completes the goods.
- A discount that no delivery names: its share, cumulatively: round(discount × net due so far ÷ net
  of all), over goods and services of its tax rate, else over all goods and services, else over all
  lines. The last part takes the rest.

A product whose kind nobody has stated counts as goods from the first day on which a delivery by
lines named it, whatever the order; before that as a service. As what a line was first billed so is
kept on it (``supply_kind``).
"""

#: How a line without deliveries of its own is billed; ``rows``: it has some.
ROWS, GOODS, SERVICE, CHARGE, DISCOUNT = "rows", "goods", "service", "charge", "discount"

#: Lines between nothing and all: net and tax of a quantity.
_NET = "line_net({amount}, {line}.tax_rate, {line}.prices_include_tax, {line}.digits)"
_TAX = "line_tax({amount}, {line}.tax_rate, {line}.prices_include_tax, {line}.digits)"
_AMOUNT = "line_amount({quantity}, {line}.unit_price, {line}.discount_percent, {line}.digits)"

#: Orders ``o`` closed in the month on a page, where a charge may have been kept that no part of the
#: month brings to an invoice. What is confirmed of them was so before.
CLOSED_WITH_CHARGES = """
    o.company_id = %(company)s AND o.closed_on BETWEEN %(starts_on)s AND %(ends_on)s
    AND NOT o.closed_by_file AND NOT EXISTS (SELECT FROM orders_delivery AS d
        WHERE d.company_id = o.company_id AND d.order_id = o.id AND d.period_id = %(period)s)
    AND EXISTS (SELECT FROM orders_delivery AS d WHERE d.company_id = o.company_id
        AND d.order_id = o.id AND d.period_id IS NOT NULL)
"""


def stated_kind(line: str, day: str) -> str:
    """SQL: the kind as which this row of orders_orderline counts on a day, an SQL date."""
    return f"""coalesce(nullif({line}.supply_kind, ''), (
        SELECT coalesce(nullif(p.kind, ''),
            CASE WHEN p.delivered_since <= {day} THEN '{GOODS}' END)
        FROM orders_product AS p WHERE p.id = {line}.product_id), '{SERVICE}')"""


def due_lines(asked: str, *, is_at_end: bool = False) -> str:
    """SQL: what is due of each line, cumulatively, for each row of ``asked``; ``is_at_end``: once
    all is delivered that was not closed.

    ``asked`` yields ``key``, ``order_id`` and ``counted``, the ids of the deliveries that count
    (null or empty: none). Yields ``key``, ``order_id``, ``order_line_id``, ``line_number``,
    ``quantity``, ``net`` and ``tax`` (null while price or rate is missing), ``way`` (see ROWS and
    the others), ``kept`` (what was ordered less what was closed), ``full_net`` (of all that was
    ordered), ``is_assumed`` (a service because no kind is stated), ``are_goods_complete`` and
    ``supply_kind``.
    """
    full = _AMOUNT.format(quantity="w.quantity", line="w")
    part = _AMOUNT.format(quantity="w.due", line="w")
    at_end = "true" if is_at_end else "w.is_whole"
    of_rate = "OVER (PARTITION BY v.key, v.tax_rate)"
    of_all = "OVER (PARTITION BY v.key)"
    supplied = "FILTER (WHERE v.is_supplied)"
    listed = f"FILTER (WHERE v.way <> '{DISCOUNT}')"
    shared_amount = (
        "CASE WHEN s.is_whole_share THEN s.amount ELSE"
        " round(coalesce(s.amount * s.share_due / nullif(s.share_all, 0), 0), s.digits) END"
    )
    return f"""
    SELECT s.key, s.order_id, s.order_line_id, s.line_number, s.way, s.kept, s.is_assumed,
        s.are_goods_complete, s.supply_kind, s.full_net,
        CASE WHEN s.way <> '{DISCOUNT}' THEN s.due
            WHEN s.is_whole_share THEN s.quantity
            ELSE round(coalesce(s.quantity * s.share_due / nullif(s.share_all, 0), 0), 6)
            END AS quantity,
        CASE WHEN s.way <> '{DISCOUNT}' THEN s.due_net
            ELSE {_NET.format(amount=shared_amount, line="s")} END AS net,
        CASE WHEN s.way <> '{DISCOUNT}' THEN s.due_tax
            ELSE {_TAX.format(amount=shared_amount, line="s")} END AS tax
    FROM (
        SELECT v.*, share.of_all AS share_all, share.due AS share_due,
            v.day IS NOT NULL AND (v.is_whole OR CASE WHEN share.of_all = 0
                THEN v.are_goods_complete ELSE share.due = share.of_all END) AS is_whole_share
        FROM (
            SELECT v.*,
                sum(v.full_net) {supplied} {of_rate} AS rate_all,
                sum(v.due_net) {supplied} {of_rate} AS rate_due,
                sum(v.full_net) {supplied} {of_all} AS supplied_all,
                sum(v.due_net) {supplied} {of_all} AS supplied_due,
                sum(v.full_net) {listed} {of_all} AS listed_all,
                sum(v.due_net) {listed} {of_all} AS listed_due
            FROM (
                SELECT w.*, amount.amount,
                    {_NET.format(amount="amount.amount", line="w")} AS full_net,
                    {_NET.format(amount="amount.due_amount", line="w")} AS due_net,
                    {_TAX.format(amount="amount.due_amount", line="w")} AS due_tax
                FROM (
                    SELECT w.*, CASE WHEN {at_end} THEN w.kept WHEN w.day IS NULL THEN 0
                        WHEN w.way = '{ROWS}' THEN w.delivered WHEN w.way = '{CHARGE}' THEN w.kept
                        WHEN w.way = '{SERVICE}' AND w.are_goods_complete THEN w.kept
                        ELSE 0 END AS due
                    FROM (
                        SELECT w.*, coalesce(bool_and(w.delivered >= w.kept)
                            FILTER (WHERE w.is_goods) OVER (PARTITION BY w.key), true)
                            AS are_goods_complete
                        FROM (
                            SELECT w.*,
                                w.kind = 'item' AND w.stated = '{GOODS}'
                                    OR w.way = '{ROWS}' AND w.stated_by_product = '' AS is_goods,
                                w.kind = 'item' AND w.stated <> '{CHARGE}' AS is_supplied,
                                w.way = '{SERVICE}' AND w.product_kind = '' AS is_assumed
                            FROM ({_ways(asked)}) AS w
                        ) AS w
                    ) AS w
                ) AS w
                CROSS JOIN LATERAL (SELECT {full} AS amount, {part} AS due_amount) AS amount
            ) AS v
        ) AS v
        CROSS JOIN LATERAL (SELECT
            CASE WHEN v.rate_all IS NOT NULL THEN v.rate_all
                WHEN v.supplied_all IS NOT NULL THEN v.supplied_all
                ELSE coalesce(v.listed_all, 0) END AS of_all,
            CASE WHEN v.rate_all IS NOT NULL THEN v.rate_due
                WHEN v.supplied_all IS NOT NULL THEN v.supplied_due
                ELSE coalesce(v.listed_due, 0) END AS due
        ) AS share
    ) AS s
    """


def _ways(asked: str) -> str:
    """The lines with what was delivered of them, and how they are billed."""
    return f"""
        SELECT l.*, CASE WHEN l.has_rows THEN '{ROWS}'
                WHEN l.kind = 'discount' THEN '{DISCOUNT}'
                WHEN l.kind <> 'item' THEN '{CHARGE}'
                ELSE l.stated END AS way
        FROM (
            SELECT a.key, head.id AS order_id, head.prices_include_tax,
                currency_digits(head.currency) AS digits, part.is_whole, part.day,
                l.id AS order_line_id, l.line_number, l.kind, l.quantity, l.unit_price,
                l.discount_percent, l.tax_rate, l.quantity - l.closed_quantity AS kept,
                coalesce(nullif(l.supply_kind, ''), p.kind, '') AS stated_by_product,
                coalesce(p.kind, '') AS product_kind, l.supply_kind,
                coalesce(nullif(l.supply_kind, ''), nullif(p.kind, ''), CASE
                    WHEN p.delivered_since <= part.day THEN '{GOODS}' END, '{SERVICE}') AS stated,
                own.has_rows, own.delivered
            FROM ({asked}) AS a
            JOIN orders_order AS head ON head.id = a.order_id
            CROSS JOIN LATERAL (
                SELECT bool_or(d.is_whole) AS is_whole, max(d.delivered_on) AS day
                FROM orders_delivery AS d WHERE d.id = ANY (a.counted)
            ) AS part
            CROSS JOIN LATERAL (
                SELECT * FROM orders_orderline
                WHERE company_id = head.company_id AND order_id = head.id OFFSET 0
            ) AS l
            LEFT JOIN orders_product AS p ON p.id = l.product_id
            CROSS JOIN LATERAL (
                SELECT count(*) > 0 AS has_rows, coalesce(sum(n.quantity)
                    FILTER (WHERE n.delivery_id = ANY (a.counted)), 0) AS delivered
                FROM orders_deliveryline AS n
                WHERE n.order_line_id = l.id AND NOT coalesce(part.is_whole, false)
            ) AS own
        ) AS l
    """


def counted_deliveries(order: str, which: str) -> str:
    """SQL: the ids of the deliveries ``d`` of this order, a row of orders_order, for which
    ``which`` holds, as ``due_lines`` takes them."""
    return f"""ARRAY(SELECT d.id FROM orders_delivery AS d
        WHERE d.company_id = {order}.company_id AND d.order_id = {order}.id AND {which})"""
