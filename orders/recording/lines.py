"""An order's lines as a file gives them, with what they come to."""

from django.utils.translation import gettext_noop

from closing_site.companies.models import Company
from closing_site.recording import BEGAN
from closing_site.staged import Staged, differs, make_table
from orders.completion import completed, completion_parameters
from orders.delivered_rates_sql import DELIVERED_TAX_RATE, kept_category
from orders.models import LineKind
from orders.recording.orders import CONFIRMED, CONFIRMED_LOCKED

NO_ORDER = gettext_noop("There is no order %(value)s.")
OTHER_MODE_WITHOUT = gettext_noop("Order %(number)s has prices without tax; this column's have it.")
OTHER_MODE_WITH = gettext_noop("Order %(number)s has prices with tax; this column's are without.")
AT_END = gettext_noop(
    "Order %(number)s is delivered to the end: enter what was added as a new order."
)
CLOSED = gettext_noop(
    "Order %(number)s is closed short: reopen it first, or enter what was added as a new order."
)
FRACTION = gettext_noop(
    "A tax rate is percent: 13 means 13 %%. If %(value)s %% is meant, enter it as a tax rate first."
)
NEW_RATE = gettext_noop("The company had no tax rate of %(value)s %% before; it was recorded.")
TOO_LARGE = gettext_noop("Quantity and price come to more than an amount can hold.")

#: More than any line is worth; a sum of them still has room.
MOST = 10**13

PLAIN = {
    "sku": "s.sku",
    "description": "coalesce(s.description, '')",
    "quantity": "s.quantity",
    "unit": "coalesce(s.unit, '')",
    "unit_price": "s.unit_price",
    "discount_percent": "coalesce(s.discount_percent, 0)",
    "given_tax_rate": "s.tax_rate",
}
FILE_COLUMNS = {"given_tax_rate": "tax_rate"}
#: A negative price is a discount, whatever the item is called.
KIND = (
    f"CASE WHEN l.kind = '{LineKind.DEPOSIT}' THEN l.kind"
    f" WHEN s.unit_price < 0 THEN '{LineKind.DISCOUNT}' ELSE '{LineKind.ITEM}' END"
)


def check_order_of(rows: Staged, orders: Staged, known: str) -> None:
    """Refuse the rows, lines or deliveries, whose order is not in ``known`` (number)."""
    rows.refuse_strays(
        NO_ORDER,
        column="order_number",
        joins=f"LEFT JOIN ({known}) AS known ON known.number = s.order_number",
        where="known.number IS NULL",
        parent=orders,
        parent_key="s.order_number",
    )


def take_lines(company: Company, lines: Staged) -> None:
    """Make ``taken_lines`` from ``staged_order_lines``: with all columns as they will be, net and
    tax in the order's currency, ``is_new``, and ``is_other`` where that differs from the books."""
    values = {
        name: text
        if FILE_COLUMNS.get(name, name) in lines.given
        else f"CASE WHEN l.id IS NULL THEN {text} ELSE l.{name} END"
        for name, text in PLAIN.items()
    }
    agreed = [(text, f"l.{name}") for name, text in values.items() if name != "quantity"]
    rows = f"""
        SELECT s.line, s.order_number, s.line_number, o.order_id, o.period, o.period_status,
            o.is_confirmed_whole, o.is_closed, l.id AS line_id,
            {", ".join(f"{text} AS {name}" for name, text in values.items())}, {KIND} AS kind,
            s.closed_quantity AS stated_closed,
            p.id AS product_id, p.tax_rate AS product_tax_rate,
            CASE WHEN o.period IS NOT NULL THEN l.tax_rate END AS agreed_tax_rate,
            CASE WHEN l.sku = {values["sku"]} THEN {DELIVERED_TAX_RATE} END AS delivered_tax_rate,
            {kept_category("o.period IS NOT NULL")} AS kept_tax_category,
            o.prices_include_tax, o.digits,
            l.id IS NULL AS is_new, l.missing_since IS NOT NULL AS was_missing,
            l.id IS NOT NULL AND {differs([(v, f"l.{n}") for n, v in values.items()])} AS is_other,
            l.id IS NOT NULL AND ({differs(agreed)}
                OR coalesce({values["quantity"]}, -1) < l.quantity) AS is_more_than_growth,
            CASE WHEN o.is_at_end THEN l.id IS NULL
                OR {values["quantity"]} > coalesce(l.quantity, 0) END AS is_beyond_end,
            CASE WHEN o.is_at_end THEN EXISTS (SELECT FROM orders_deliveryline AS dl
                WHERE dl.order_line_id = l.id) END AS has_deliveries
        FROM {lines.table} AS s
        JOIN current_orders AS o ON o.number = s.order_number
        LEFT JOIN orders_orderline AS l ON l.company_id = %(company)s
            AND l.order_id = o.order_id AND l.line_number = s.line_number
        LEFT JOIN orders_product AS p ON p.company_id = %(company)s AND p.sku = {values["sku"]}
    """
    make_table("taken_lines", completed(rows), completion_parameters(company))
    lines.table = "taken_lines"


def refuse_fractions(company: Company, rows: Staged, *, rate: str) -> None:
    """Refuse a tax rate below 1, which is 13 % written as 0.13, unless the company has it."""
    rows.refuse(
        FRACTION,
        column="tax_rate",
        where=f"""s.{rate} > 0 AND s.{rate} < 1
            AND s.{rate} IS DISTINCT FROM %(default_tax_rate)s::numeric
            AND NOT EXISTS (SELECT FROM orders_taxrate AS r
                WHERE r.company_id = %(company)s AND r.percent = s.{rate})""",
        says={"value": f"trim_scale(s.{rate})::text"},
        parameters=completion_parameters(company),
    )


def note_new_rates(company: Company, lines: Staged) -> None:
    """Name the rates that these lines brought, each at its first line."""
    lines.note(
        NEW_RATE,
        column="tax_rate",
        query=f"""
            SELECT min(s.line) AS line, trim_scale(r.percent)::text AS value
            FROM orders_taxrate AS r
            JOIN taken_lines AS s ON s.tax_rate = r.percent AND s.tax_category = r.category
            WHERE r.company_id = %(company)s AND r.recorded_at >= {BEGAN} AND r.percent > 0
            GROUP BY r.id
        """,
        parameters={"company": company.pk},
    )


def check_lines(company: Company, lines: Staged) -> None:
    """Refuse what would change something confirmed, and what contradicts the order."""
    for reason, status in ((CONFIRMED_LOCKED, "locked"), (CONFIRMED, "open")):
        lines.refuse(
            reason,
            column="line_number",
            # Delivered in parts, an order may still grow.
            where=f"""s.period_status = '{status}' AND CASE WHEN s.is_confirmed_whole
                THEN s.is_new OR s.is_other ELSE s.is_more_than_growth END""",
            says={"number": "s.order_number", "period": "s.period"},
        )
    lines.refuse(
        CLOSED,
        column="line_number",
        where="s.is_closed AND (s.is_new OR s.is_other)",
        says={"number": "s.order_number"},
    )
    lines.refuse(
        AT_END,
        column="line_number",
        # A line with deliveries of its own that grows leaves the order open, for others too.
        where="""s.is_beyond_end AND NOT EXISTS (SELECT FROM taken_lines AS growing
            WHERE growing.order_id = s.order_id AND growing.is_beyond_end
                AND growing.has_deliveries)""",
        says={"number": "s.order_number"},
    )
    if lines.includes_tax is not None:
        lines.refuse(
            OTHER_MODE_WITHOUT if lines.includes_tax else OTHER_MODE_WITH,
            column="unit_price",
            where=f"s.prices_include_tax <> {lines.includes_tax}",
            says={"number": "s.order_number"},
        )
    refuse_fractions(company, lines, rate="given_tax_rate")
    lines.refuse(
        TOO_LARGE,
        column="quantity",
        where=f"abs(s.quantity * s.unit_price) * (1 + coalesce(s.tax_rate, 0) / 100) >= {MOST}",
    )
