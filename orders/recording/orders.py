"""An order as a file gives it: what it will be, and what of it cannot be taken."""

from datetime import date

from django.utils.translation import gettext, gettext_noop

from closing_site.companies.models import Company
from closing_site.staged import Staged, differs, make_table

NO_DATE = gettext_noop("It is delivered, but there is no day and no row in deliveries.csv.")
NOT_DELIVERED = gettext_noop("It is accepted, but not delivered.")
IN_PARTS = gettext_noop(
    "Order %(number)s is delivered in parts and cannot be cancelled. Close it short instead: its"
    " undelivered rest will not come."
)
CONFIRMED = gettext_noop("Order %(number)s is confirmed in period %(period)s.")
CONFIRMED_LOCKED = gettext_noop(
    "Order %(number)s is confirmed in period %(period)s, which is locked. Where its rest will not"
    " come, close it short instead."
)
HELD_BACK = gettext_noop(
    "Order %(number)s stands on the unbilled list of %(period)s, which is locked: it stays."
)
NO_REASON = gettext_noop("Cancelled in the system it was imported from.")

#: Column of the order → what a file's row gives it; for a new order, also what a missing column
#: leaves. The row is ``s``, what the books have of it ``o``.
PLAIN = {
    # As given first: the code that its customer has today is no change.
    "customer_code": "CASE WHEN c.id = o.customer_id THEN o.customer_code ELSE s.customer_code END",
    "order_date": "s.order_date",
    "required_on": "s.required_on",
    "satisfaction": "s.satisfaction",
    "stated_total": "s.stated_total",
    "customer_reference": "coalesce(s.customer_reference, '')",
    "note": "coalesce(s.note, '')",
    "sales_rep_id": "r.id",
}
FILE_COLUMNS = {"sales_rep_id": "sales_rep"}
WRITTEN = (
    *PLAIN,
    *("customer_id", "currency", "prices_include_tax", "cancelled_on", "cancel_reason"),
)


def take_orders(
    company: Company, orders: Staged, lines: Staged, deliveries: Staged, *, first_open_day: date
) -> None:
    """Make ``taken_orders`` from ``staged_orders``: each order with all its columns as they will
    be, ``is_new``, and ``is_other`` where that differs from the books."""
    given = orders.given
    values = {
        name: text if FILE_COLUMNS.get(name, name) in given else _kept(name, text)
        for name, text in PLAIN.items()
    }
    # What a closing file says of the reason is no change of the order's own note.
    values["note"] = (
        f"CASE WHEN s.status = 'closed' AND o.id IS NOT NULL THEN o.note ELSE {values['note']} END"
    )
    compared = [(f"n.{name}", f"o.{name}") for name in WRITTEN]
    compared += [("n.delivered_on", "h.whole_delivered_on")]
    compared += [("n.accepted_on", "h.whole_accepted_on")]
    make_table(
        "taken_orders",
        f"""
        SELECT n.*, o.closed_on IS NOT NULL AS is_closed, o.id IS NULL AS is_new,
            o.id IS NOT NULL AND {differs(compared)} AS is_other
        FROM (
            SELECT s.line, s.number, s.status, s.sort_key, s.number_prefix, s.number_value,
                coalesce(o.id, nextval('orders_order_id_seq')) AS order_id,
                {", ".join(f"{text} AS {name}" for name, text in values.items())},
                c.id AS customer_id, {_currency(given)} AS currency,
                {_includes_tax(given)} AS prices_include_tax,
                cancelled.cancelled_on, {_cancel_reason()} AS cancel_reason,
                has_rows.has_rows, s.closed_on, s.close_reason, s.note AS file_note,
                {_of_delivery("delivered_on", given)} AS delivered_on,
                {_of_delivery("accepted_on", given)} AS accepted_on
            FROM {orders.table} AS s
            LEFT JOIN orders_order AS o ON o.company_id = %(company)s AND o.number = s.number
            LEFT JOIN held_orders AS h ON h.order_id = o.id
            LEFT JOIN customers_customer AS c
                ON c.company_id = %(company)s AND c.code = s.customer_code
            LEFT JOIN customers_salesrep AS r ON r.company_id = %(company)s AND r.code = s.sales_rep
            LEFT JOIN (SELECT DISTINCT order_number FROM {deliveries.table}) AS by_line
                ON by_line.order_number = s.number
            LEFT JOIN (SELECT DISTINCT order_number FROM {lines.table}) AS with_lines
                ON with_lines.order_number = s.number
            CROSS JOIN LATERAL (
                SELECT by_line.order_number IS NOT NULL AND h.is_confirmed_whole IS NOT TRUE
                    OR h.has_parts IS TRUE AS has_rows
            ) AS has_rows
            CROSS JOIN LATERAL (
                SELECT s.status = 'cancelled' OR (s.status = 'closed' AND NOT has_rows.has_rows
                    AND s.delivered_on IS NULL AND h.whole_id IS NULL) AS is_given_up
            ) AS given_up
            CROSS JOIN LATERAL (SELECT CASE WHEN given_up.is_given_up
                THEN coalesce(o.cancelled_on, greatest(coalesce(s.cancelled_on, s.closed_on,
                    s.order_date), %(first_open_day)s::date))
                WHEN s.status IS NULL OR s.status = 'closed' THEN o.cancelled_on
                END AS cancelled_on) AS cancelled
        ) AS n
        LEFT JOIN orders_order AS o ON o.id = n.order_id
        LEFT JOIN held_orders AS h ON h.order_id = n.order_id
        """,
        {
            "company": company.pk,
            "base": company.currency,
            "first_open_day": first_open_day,
            "lines_include_tax": lines.includes_tax or False,
            "no_reason": gettext(NO_REASON),
        },
    )
    orders.table = "taken_orders"


def check_orders(orders: Staged) -> None:
    """Refuse what is confirmed and differs, and what contradicts itself."""
    binds = "JOIN held_orders AS h ON h.order_id = s.order_id"
    says = {"number": "h.number", "period": "h.period"}
    orders.refuse(
        IN_PARTS,
        column="status",
        joins=binds,
        where="s.cancelled_on IS NOT NULL AND h.has_parts",
        says=says,
    )
    for reason, status in ((CONFIRMED_LOCKED, "locked"), (CONFIRMED, "open")):
        orders.refuse(
            reason,
            column="number",
            joins=binds,
            where=f"s.is_other AND h.period_status = '{status}'",
            says=says,
        )
    orders.refuse(
        NO_DATE,
        column="delivered_on",
        where="s.status = 'delivered' AND s.delivered_on IS NULL AND NOT s.has_rows",
    )
    orders.refuse(
        NOT_DELIVERED,
        column="accepted_on",
        where="s.accepted_on IS NOT NULL AND s.delivered_on IS NULL",
    )
    orders.refuse(
        HELD_BACK,
        column="delivered_on",
        joins=binds,
        where="s.delivered_on IS NULL AND NOT s.has_rows AND h.held_back_in IS NOT NULL"
        " AND s.cancelled_on IS NULL",
        says={"number": "h.number", "period": "h.held_back_in"},
    )


def _kept(name: str, text: str) -> str:
    """A column that the file does not have: as it is; of a new order, as if it were blank."""
    return f"CASE WHEN o.id IS NULL THEN {text} ELSE o.{name} END"


def _currency(given: frozenset[str]) -> str:
    """The order's, else the customer's, else the company's; of a confirmed order, as it is."""
    default = "nullif(c.currency, ''), %(base)s"
    if "currency" in given:
        return (
            f"coalesce(s.currency, CASE WHEN h.period IS NOT NULL THEN o.currency END, {default})"
        )
    return f"coalesce(o.currency, {default})"


def _includes_tax(given: frozenset[str]) -> str:
    """Blank is 0 for a new order, and leaves one in the books as it is; the header of the lines'
    price may say it too."""
    own = "s.prices_include_tax, " if "prices_include_tax" in given else ""
    implied = "%(lines_include_tax)s AND with_lines.order_number IS NOT NULL"
    return (
        f"coalesce({own}CASE WHEN o.id IS NULL OR NOT EXISTS (SELECT FROM orders_orderline AS l"
        f" WHERE l.company_id = o.company_id AND l.order_id = o.id) THEN nullif({implied}, false)"
        " END, o.prices_include_tax, false)"
    )


def _cancel_reason() -> str:
    return (
        "CASE WHEN cancelled.cancelled_on IS NULL THEN '' ELSE coalesce("
        "CASE WHEN s.status IN ('cancelled', 'closed')"
        " THEN coalesce(s.cancel_reason, s.close_reason, left(s.note, 300)) END,"
        " nullif(o.cancel_reason, ''), %(no_reason)s) END"
    )


def _of_delivery(name: str, given: frozenset[str]) -> str:
    """Of an order that is cancelled, or delivered by lines, what it says itself is passed over; a
    delivery that stands on a locked month's unbilled list stays there."""
    return (
        "CASE WHEN has_rows.has_rows THEN NULL WHEN cancelled.cancelled_on IS NOT NULL"
        f" THEN CASE WHEN h.held_back_in IS NOT NULL THEN h.whole_{name} END"
        f" WHEN s.status = 'closed' THEN coalesce(s.{name}, h.whole_{name})"
        f" ELSE {f's.{name}' if name in given else f'h.whole_{name}'} END"
    )
