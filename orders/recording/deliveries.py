"""Deliveries by line, as a file gives them."""

from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.staged import Staged, make_table
from orders.billed import billed_lines
from orders.recording.orders import CONFIRMED, CONFIRMED_LOCKED

NO_LINE = gettext_noop("Order %(number)s has no line %(value)s.")
GONE_BEFORE = gettext_noop(
    "Line %(value)s of order %(number)s is invoiced already (%(invoice)s), without deliveries of"
    " its own: leave this row out, and enter what is still to come as a line of its own."
)
CANCELLED = gettext_noop("Order %(number)s is cancelled.")


def check_line_of(company: Company, deliveries: Staged, lines: Staged) -> None:
    """Refuse deliveries of a line that is neither in the lines' table nor in the books."""
    deliveries.refuse_strays(
        NO_LINE,
        column="line_number",
        where=f"""NOT EXISTS (SELECT FROM {lines.table} AS l
                WHERE l.order_number = s.order_number AND l.line_number = s.line_number)
            AND NOT EXISTS (SELECT FROM held_orders AS h
                JOIN orders_orderline AS l ON l.company_id = %(company)s
                    AND l.order_id = h.order_id AND l.line_number = s.line_number
                WHERE h.number = s.order_number)""",
        parent=lines,
        parent_key="s.order_number || chr(31) || s.line_number::text",
        says={"number": "s.order_number"},
        parameters={"company": company.pk},
    )


def take_deliveries(company: Company, deliveries: Staged) -> None:
    """Make ``taken_deliveries`` from ``staged_deliveries``, once their lines are in the books.

    What was handed over on one day is one delivery; it is accepted when all its lines are.
    """
    same_day = "OVER (PARTITION BY s.order_number, s.delivered_on)"
    accepted_on = (
        f"CASE WHEN bool_and(s.accepted_on IS NOT NULL) {same_day}"
        f" THEN max(s.accepted_on) {same_day} END"
        if "accepted_on" in deliveries.given
        else "d.accepted_on"
    )
    make_table(
        "taken_deliveries",
        f"""
        SELECT n.*, delivery_line_id IS NULL AS is_new,
            quantity <> quantity_before OR accepted_on IS DISTINCT FROM accepted_before AS is_other
        FROM (
            SELECT s.line, s.order_number, s.line_number, s.delivered_on, s.quantity, o.order_id,
                l.id AS order_line_id, o.whole_id, o.is_confirmed_whole, o.cancelled_on,
                o.period IS NOT NULL AS is_started, d.id AS delivery_id,
                d.accepted_on AS accepted_before, dl.id AS delivery_line_id,
                dl.quantity AS quantity_before, {accepted_on} AS accepted_on,
                CASE WHEN o.is_confirmed_whole THEN o.period ELSE p.code END AS period,
                CASE WHEN o.is_confirmed_whole THEN o.period_status ELSE p.status END
                    AS period_status
            FROM {deliveries.table} AS s
            JOIN current_orders AS o ON o.number = s.order_number
            JOIN orders_orderline AS l ON l.company_id = %(company)s
                AND l.order_id = o.order_id AND l.line_number = s.line_number
            LEFT JOIN orders_delivery AS d ON d.company_id = %(company)s
                AND d.order_id = o.order_id AND d.delivered_on = s.delivered_on
            LEFT JOIN orders_deliveryline AS dl ON dl.company_id = %(company)s
                AND dl.delivery_id = d.id AND dl.order_line_id = l.id
            LEFT JOIN periods_period AS p ON p.id = d.period_id
        ) AS n
        """,
        {"company": company.pk},
    )
    deliveries.table = "taken_deliveries"


def check_deliveries(deliveries: Staged) -> None:
    """Refuse what would change a confirmed delivery, and deliveries of a cancelled order."""
    for reason, status in ((CONFIRMED_LOCKED, "locked"), (CONFIRMED, "open")):
        deliveries.refuse(
            reason,
            column="delivered_on",
            where=f"s.period_status = '{status}' AND (s.is_new OR s.is_other)",
            says={"number": "s.order_number", "period": "s.period"},
        )
    deliveries.refuse(
        GONE_BEFORE,
        column="line_number",
        joins=f"""CROSS JOIN LATERAL (SELECT min(number) AS invoice FROM ({billed_lines()}) AS l
            WHERE s.is_new AND s.is_started AND l.order_line_id = s.order_line_id) AS billed""",
        where="""billed.invoice IS NOT NULL AND NOT EXISTS (
            SELECT FROM orders_deliveryline AS dl WHERE dl.order_line_id = s.order_line_id)""",
        says={"number": "s.order_number", "invoice": "billed.invoice"},
    )
    deliveries.refuse(
        CANCELLED,
        column="order_number",
        where="s.cancelled_on IS NOT NULL AND s.is_new",
        says={"number": "s.order_number"},
    )


def write_deliveries(company: Company, deliveries: Staged) -> None:
    """An unconfirmed delivery as a whole becomes the first of the deliveries by line."""
    parameters = {"company": company.pk}
    sql.execute(
        """
        UPDATE orders_delivery AS d SET is_whole = false, delivered_on = s.delivered_on
        FROM (SELECT whole_id, min(delivered_on) AS delivered_on FROM taken_deliveries
            WHERE whole_id IS NOT NULL GROUP BY whole_id) AS s
        WHERE d.id = s.whole_id AND d.is_whole AND d.period_id IS NULL
        """
    )
    sql.execute(
        """
        INSERT INTO orders_delivery (company_id, order_id, delivered_on, accepted_on, is_whole)
        SELECT DISTINCT %(company)s::bigint, s.order_id, s.delivered_on, s.accepted_on, false
        FROM taken_deliveries AS s WHERE s.is_new
        ON CONFLICT (company_id, order_id, delivered_on) DO NOTHING
        """,
        parameters,
    )
    sql.execute(
        """
        UPDATE orders_delivery AS d SET accepted_on = s.accepted_on
        FROM taken_deliveries AS s
        WHERE d.company_id = %(company)s AND d.order_id = s.order_id
            AND d.delivered_on = s.delivered_on AND d.accepted_on IS DISTINCT FROM s.accepted_on
        """,
        parameters,
    )
    sql.execute(
        """
        INSERT INTO orders_deliveryline (company_id, delivery_id, order_line_id, quantity)
        SELECT %(company)s, d.id, s.order_line_id, s.quantity FROM taken_deliveries AS s
        JOIN orders_delivery AS d ON d.company_id = %(company)s AND d.order_id = s.order_id
            AND d.delivered_on = s.delivered_on
        WHERE s.is_new
        """,
        parameters,
    )
    sql.execute(
        """
        UPDATE orders_deliveryline AS dl SET quantity = s.quantity FROM taken_deliveries AS s
        WHERE dl.id = s.delivery_line_id AND dl.quantity <> s.quantity
        """
    )
    deliveries.count(new="is_new", changed="is_other")
