"""Closing orders short: their undelivered rest will not come (ACCOUNTING 2.5).

What was delivered, confirmed or not, is still invoiced. Other goods, services that were not billed
and their share of discounts fall away; charges that were not billed too, but for those that are
named. An order's and its lines' amounts are from then on those of what was and will be invoiced.
"""

from datetime import date

from django.utils.translation import gettext, gettext_noop

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.staged import Staged, make_table
from orders.billed import billed_lines
from orders.due_sql import CHARGE, DISCOUNT, GOODS, ROWS, counted_deliveries, due_lines
from orders.recording.delivered import note_delivered
from orders.recording.releasing import release_changing

NO_REASON = gettext_noop("Closed in the system it was imported from.")
OMITTED = gettext_noop(
    "Order %(value)s is closed: lines %(lines)s, charges that were not invoiced, fall away with it."
)

_DELIVERED = counted_deliveries("o", "NOT d.is_whole")
_ASKED = """
    SELECT o.id AS key, o.id AS order_id, {counted} AS counted
    FROM {{orders}} AS t JOIN orders_order AS o ON o.id = t.order_id"""
_OF_ORDERS = _ASKED.format(counted=_DELIVERED)

#: Of orders of which something was delivered by lines and something is outstanding: how much of
#: each line will not come. A charge that is billed stays, and so does one that is named.
CLOSED_LINES = f"""
    SELECT w.order_id, w.order_line_id, w.way, w.line_number, CASE
        WHEN w.stated IS NOT NULL AND w.way NOT IN ('{ROWS}', '{DISCOUNT}')
            THEN least(w.stated, w.kept)
        ELSE CASE w.way
        WHEN '{ROWS}' THEN w.kept - least(w.quantity, w.kept)
        WHEN '{CHARGE}' THEN CASE WHEN w.line_number = ANY (w.kept_charges) THEN 0
            ELSE w.kept - least(w.billed, w.kept) END
        WHEN '{DISCOUNT}' THEN 0
        ELSE w.kept - least(w.billed, w.kept) END END AS closed_quantity
    FROM (
        SELECT due.*, t.kept_charges,
            (t.closed_quantities ->> due.line_number::text)::numeric AS stated,
            coalesce(billed.quantity, 0) AS billed,
            bool_or(due.way IN ('{ROWS}', '{GOODS}') AND due.quantity < due.kept)
                OVER (PARTITION BY due.key) AS is_outstanding
        FROM ({due_lines(_OF_ORDERS)}) AS due
        JOIN {{orders}} AS t ON t.order_id = due.order_id
        CROSS JOIN LATERAL (
            SELECT sum(b.quantity) AS quantity FROM ({{billed}}) AS b
            WHERE b.order_line_id = due.order_line_id) AS billed
    ) AS w
    WHERE w.is_outstanding AND w.kept IS NOT NULL AND EXISTS (SELECT FROM orders_delivery AS d
        WHERE d.order_id = w.order_id AND NOT d.is_whole)
"""
#: What lines come to once all is delivered that was not closed; of a discount, its share.
AMOUNTS = f"""
    UPDATE orders_orderline AS l SET net = due.net, tax = due.tax,
        closed_quantity = CASE WHEN due.way = '{DISCOUNT}' THEN l.quantity - due.quantity
            ELSE l.closed_quantity END
    FROM ({due_lines(_OF_ORDERS, is_at_end=True)}) AS due
    WHERE l.id = due.order_line_id AND ROW(l.net, l.tax, l.closed_quantity) IS DISTINCT FROM
        ROW(due.net, due.tax, CASE WHEN due.way = '{DISCOUNT}' THEN l.quantity - due.quantity
            ELSE l.closed_quantity END)
"""
TOTALS = """
    UPDATE orders_order AS o SET net = s.net, tax = s.tax, gross = s.net + s.tax
    FROM (
        SELECT t.order_id, CASE WHEN count(*) = count(l.net) THEN sum(l.net) END AS net,
            CASE WHEN count(*) = count(l.tax) THEN sum(l.tax) END AS tax
        FROM {orders} AS t JOIN orders_orderline AS l ON l.order_id = t.order_id
        GROUP BY t.order_id
    ) AS s
    WHERE o.id = s.order_id
        AND ROW(o.net, o.tax, o.gross) IS DISTINCT FROM ROW(s.net, s.tax, s.net + s.tax)
"""


def close_short(orders: str) -> int:
    """Close the orders of this table: order_id, closed_on, reason, by_file, kept_charges (the
    numbers of lines, charges that are still to be invoiced), closed_quantities (a JSON object: of
    lines without deliveries of their own, how much will not come).

    Returns how many had something to close; the others stay as they are.
    """
    lines = CLOSED_LINES.format(orders=orders, billed=billed_lines())
    make_table("closed_lines", lines)
    make_table("now_closed", "SELECT DISTINCT order_id FROM closed_lines WHERE closed_quantity > 0")
    release_changing("now_closed")
    closed = sql.execute(
        f"""
        UPDATE orders_order AS o SET closed_on = t.closed_on, closed_at = now(),
            close_reason = t.reason, closed_by_file = t.by_file
        FROM now_closed AS n JOIN {orders} AS t USING (order_id) WHERE o.id = n.order_id
        """
    )
    if closed:
        # The amounts go with the quantity: of what is confirmed they alone may not change.
        sql.execute(
            """
            UPDATE orders_orderline AS l SET closed_quantity = c.closed_quantity, net = CASE
                    WHEN l.net IS NULL THEN NULL ELSE line_net(a.amount, l.tax_rate,
                        o.prices_include_tax, currency_digits(o.currency)) END,
                tax = CASE WHEN l.tax IS NULL THEN NULL ELSE line_tax(a.amount, l.tax_rate,
                    o.prices_include_tax, currency_digits(o.currency)) END
            FROM closed_lines AS c JOIN orders_orderline AS own ON own.id = c.order_line_id
            JOIN orders_order AS o ON o.id = own.order_id
            CROSS JOIN LATERAL (SELECT line_amount(own.quantity - c.closed_quantity,
                own.unit_price, own.discount_percent, currency_digits(o.currency)) AS amount) AS a
            WHERE l.id = c.order_line_id AND c.closed_quantity > 0
            """
        )
        settle_closed("now_closed")
    return closed


def reopen_lines(orders: str, lines: list[int]) -> None:
    """Take back that these lines (ids) were closed, of orders of this table (order_id). An order of
    which no line is closed any more is not closed."""
    release_changing(orders)
    sql.execute(
        """
        UPDATE orders_orderline AS l SET closed_quantity = 0, net = CASE
                WHEN l.net IS NULL THEN NULL ELSE line_net(a.amount, l.tax_rate,
                    o.prices_include_tax, currency_digits(o.currency)) END,
            tax = CASE WHEN l.tax IS NULL THEN NULL ELSE line_tax(a.amount, l.tax_rate,
                o.prices_include_tax, currency_digits(o.currency)) END
        FROM orders_orderline AS own JOIN orders_order AS o ON o.id = own.order_id
        CROSS JOIN LATERAL (SELECT line_amount(own.quantity, own.unit_price,
            own.discount_percent, currency_digits(o.currency)) AS amount) AS a
        WHERE l.id = own.id AND l.id = ANY (%(lines)s) AND l.closed_quantity > 0
        """,
        {"lines": lines},
    )
    settle_closed(orders)
    sql.execute(
        f"""
        UPDATE orders_order AS o SET closed_on = NULL, closed_at = NULL, close_reason = '',
            closed_by_file = false
        FROM {orders} AS t WHERE o.id = t.order_id AND o.closed_on IS NOT NULL
            AND NOT EXISTS (SELECT FROM orders_orderline AS l
                WHERE l.company_id = o.company_id AND l.order_id = o.id AND l.closed_quantity > 0)
        """
    )
    note_delivered(orders)


def settle_closed(orders: str) -> None:
    """Recalculate what closed orders of this table (order_id) and their lines come to."""
    sql.execute(AMOUNTS.format(orders=orders))
    sql.execute(TOTALS.format(orders=orders))
    note_delivered(orders)


def close_by_file(company: Company, orders: Staged, first_open_day: date) -> None:
    """The orders whose status in the file is ``closed``, once all their deliveries are written."""
    make_table(
        "closing_orders",
        """
        SELECT s.order_id, s.line, s.number, s.is_new, s.is_other,
            greatest(%(first_open_day)s::date, coalesce(s.closed_on, greatest(s.order_date,
                (SELECT max(d.delivered_on) FROM orders_delivery AS d
                    WHERE d.company_id = o.company_id AND d.order_id = o.id)))) AS closed_on,
            coalesce(s.close_reason, left(nullif(s.file_note, ''), 300), %(no_reason)s) AS reason,
            true AS by_file, NULL::integer[] AS kept_charges,
            (SELECT jsonb_object_agg(l.line_number, l.stated_closed) FROM taken_lines AS l
                WHERE l.order_id = s.order_id AND l.stated_closed IS NOT NULL)
                AS closed_quantities
        FROM taken_orders AS s JOIN orders_order AS o ON o.id = s.order_id
        WHERE s.status = 'closed' AND o.cancelled_on IS NULL AND o.closed_on IS NULL
        """,
        {"first_open_day": first_open_day, "no_reason": gettext(NO_REASON)},
    )
    if not sql.value("SELECT EXISTS (SELECT FROM closing_orders)") or not close_short(
        "closing_orders"
    ):
        return
    changed = sql.value(
        "SELECT count(*) FROM now_closed JOIN closing_orders AS c USING (order_id)"
        " WHERE NOT c.is_new AND NOT c.is_other"
    )
    orders.changed += changed
    orders.unchanged -= changed
    orders.note(
        OMITTED,
        column="status",
        query=f"""
            SELECT c.line, c.number AS value,
                string_agg(l.line_number::text, ', ' ORDER BY l.line_number) AS lines
            FROM closing_orders AS c JOIN closed_lines AS l USING (order_id)
            WHERE l.way = '{CHARGE}' AND l.closed_quantity > 0 GROUP BY c.line, c.number
        """,
        parameters={},
    )
