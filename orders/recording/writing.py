"""Writing what was taken of orders and lines: each table in one statement."""

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.staged import Staged, make_table
from orders.completion import NET, TAX, complete_orders, record_tax_rates
from orders.delivered_rates_sql import DELIVERED_BEFORE_A_CHANGE, HAVE_CHANGED
from orders.recording import lines as order_lines
from orders.recording.delivered import note_delivered
from orders.recording.orders import WRITTEN
from orders.recording.releasing import release_changing

LINE_COLUMNS = (
    *order_lines.PLAIN,
    *("kind", "product_id", "tax_rate", "tax_category", "net", "tax"),
)


#: Of orders in the books: what their deliveries come to, or the day of one, changes.
CHANGING = """
    SELECT s.order_id FROM taken_orders AS s
    JOIN orders_order AS o ON o.id = s.order_id JOIN held_orders AS h ON h.order_id = s.order_id
    WHERE s.is_other AND ROW(s.currency, s.prices_include_tax, s.cancelled_on, s.delivered_on)
        IS DISTINCT FROM ROW(o.currency, o.prices_include_tax, o.cancelled_on,
            CASE WHEN NOT s.has_rows THEN h.whole_delivered_on END)
    UNION SELECT l.order_id FROM taken_lines AS l JOIN current_orders AS o USING (order_id)
    WHERE NOT o.is_new AND (l.is_new OR l.is_other)
    UNION SELECT order_id FROM missing_lines WHERE NOT is_delivered
"""


def release_changing_orders() -> None:
    make_table("changing_orders", CHANGING)
    release_changing("changing_orders")


def release_redelivered_orders() -> None:
    make_table(
        "changing_orders",
        "SELECT DISTINCT order_id FROM taken_deliveries WHERE is_new OR is_other",
    )
    release_changing("changing_orders")


def write_orders(company: Company, orders: Staged) -> None:
    parameters = {"company": company.pk}
    columns = ", ".join(WRITTEN)
    sql.execute(
        f"""
        INSERT INTO orders_order (id, company_id, number, sort_key, number_prefix, number_value,
            {columns}, delivered_on, net, tax, gross)
        SELECT order_id, %(company)s, number, sort_key, coalesce(number_prefix, ''), number_value,
            {columns}, delivered_on, s.net, s.tax, s.net + s.tax
        FROM taken_orders LEFT JOIN (
            SELECT order_id, {NET} AS net, {TAX} AS tax FROM taken_lines GROUP BY order_id
        ) AS s USING (order_id)
        WHERE is_new
        """,
        parameters,
    )
    sql.execute(
        f"""
        UPDATE orders_order AS o SET {", ".join(f"{name} = s.{name}" for name in WRITTEN)}
        FROM taken_orders AS s WHERE o.id = s.order_id AND s.is_other
        """
    )
    sql.execute(
        """
        UPDATE orders_order AS o SET prices_include_tax = s.prices_include_tax
        FROM current_orders AS s
        WHERE o.id = s.order_id AND o.prices_include_tax <> s.prices_include_tax
        """
    )
    _write_whole_deliveries(parameters)
    orders.count(new="is_new", changed="is_other")


def _write_whole_deliveries(parameters: sql.Parameters) -> None:
    # What was recognised and goes with the cancellation is credited before it is invoiced.
    sql.execute(
        """
        UPDATE orders_order AS o SET cancelled_net = CASE WHEN s.cancelled_on IS NOT NULL
            THEN coalesce(o.cancelled_net, o.net) END
        FROM taken_orders AS s JOIN held_orders AS h ON h.order_id = s.order_id
        JOIN companies_company AS c ON c.id = %(company)s
        WHERE o.id = s.order_id AND CASE WHEN s.cancelled_on IS NULL
            THEN o.cancelled_net IS NOT NULL
            ELSE h.whole_id IS NOT NULL AND s.delivered_on IS NULL AND NOT s.has_rows
                AND (NOT c.requires_acceptance OR h.whole_accepted_on IS NOT NULL) END
        """,
        parameters,
    )
    sql.execute(
        """
        DELETE FROM orders_delivery AS d USING taken_orders AS s, held_orders AS h
        WHERE h.order_id = s.order_id AND d.id = h.whole_id
            AND s.delivered_on IS NULL AND NOT s.has_rows
        """
    )
    sql.execute(
        """
        UPDATE orders_delivery AS d
        SET delivered_on = s.delivered_on, accepted_on = s.accepted_on
        FROM taken_orders AS s JOIN held_orders AS h ON h.order_id = s.order_id
        WHERE d.id = h.whole_id AND s.delivered_on IS NOT NULL
            AND ROW(d.delivered_on, d.accepted_on)
                IS DISTINCT FROM ROW(s.delivered_on, s.accepted_on)
        """
    )
    sql.execute(
        """
        INSERT INTO orders_delivery (company_id, order_id, delivered_on, accepted_on, is_whole)
        SELECT %(company)s, s.order_id, s.delivered_on, s.accepted_on, true
        FROM taken_orders AS s LEFT JOIN held_orders AS h ON h.order_id = s.order_id
        WHERE s.delivered_on IS NOT NULL AND h.whole_id IS NULL
        """,
        parameters,
    )


def write_lines(company: Company, lines: Staged) -> None:
    record_tax_rates(company, "taken_lines")
    order_lines.note_new_rates(company, lines)
    columns = ", ".join(LINE_COLUMNS)
    # What grows leaves its order open to what is new.
    sql.execute(
        f"""
        UPDATE orders_orderline AS l SET {", ".join(f"{name} = s.{name}" for name in LINE_COLUMNS)}
        FROM taken_lines AS s WHERE l.id = s.line_id AND s.is_other
        """
    )
    sql.execute(
        f"""
        INSERT INTO orders_orderline (company_id, order_id, line_number, {columns})
        SELECT %(company)s, order_id, line_number, {columns} FROM taken_lines WHERE is_new
        """,
        {"company": company.pk},
    )
    lines.count(new="is_new", changed="is_other")


def note_delivered_orders(deliveries: Staged) -> None:
    """An order that came with its one day was written with it."""
    make_table(
        "delivered_orders",
        f"""
        SELECT o.order_id FROM current_orders AS o WHERE NOT o.is_new
        UNION SELECT o.order_id FROM current_orders AS o
        JOIN {deliveries.table} AS s ON s.order_number = o.number
        """,
    )
    note_delivered("delivered_orders")


def complete_touched_orders(company: Company) -> None:
    """Those that were in the books before; new ones were complete when they were written, unless a
    rate has changed since they were delivered."""
    parameters = {"company": company.pk}
    have_changed = sql.value(HAVE_CHANGED, parameters)
    make_table(
        "touched_orders",
        f"""
        SELECT o.order_id FROM current_orders AS o WHERE NOT o.is_new AND (
            o.is_other OR o.order_id IN (
                SELECT l.order_id FROM taken_lines AS l WHERE l.is_new OR l.is_other
                UNION SELECT m.order_id FROM missing_lines AS m WHERE NOT m.is_delivered))
        {f"UNION {DELIVERED_BEFORE_A_CHANGE}" if have_changed else ""}
        """,
        parameters,
    )
    complete_orders(company, "touched_orders")
