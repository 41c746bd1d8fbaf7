"""What an order's given facts lead to: its customer, products, rates, amounts and totals.

One SQL for lines on their way in and for lines in the books: ``completed``.
"""

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.recording import BEGAN
from closing_site.staged import differs, make_table
from orders.delivered_rates_sql import DELIVERED_TAX_RATE, kept_category
from orders.models import STANDARD
from orders.recording.closing import settle_closed
from orders.recording.releasing import release_changing

#: Of lines that have ``net`` and ``tax``: their sum, null while one of them is not known.
NET = "CASE WHEN count(*) = count(net) THEN sum(net) END"
TAX = "CASE WHEN count(*) = count(tax) THEN sum(tax) END"


def completed(lines: str) -> str:
    """The lines with ``tax_rate``, ``tax_category``, ``net`` and ``tax``, null where unknown.

    ``lines`` selects quantity, unit_price, discount_percent, given_tax_rate (percent),
    product_tax_rate, agreed_tax_rate (of a confirmed line, else null), delivered_tax_rate (see
    below, else null), kept_tax_category (why a confirmed or delivered line has the rate zero, else
    null), prices_include_tax, digits (of the currency), and whatever is wanted besides. Parameters:
    default_tax_rate, zero_category.

    The rate of a line without one of its own is that of the day of delivery: until then it follows
    its product or the company's default, from then on it stays (delivered_tax_rate).
    """
    # OFFSET 0 keeps the planner from computing an amount anew wherever it is used.
    return f"""
        SELECT valued.*,
            CASE WHEN tax_rate IS NOT NULL
                THEN line_net(amount, tax_rate, prices_include_tax, digits) END AS net,
            line_tax(amount, tax_rate, prices_include_tax, digits) AS tax
        FROM (
            SELECT rated.*, CASE WHEN tax_rate > 0 THEN '{STANDARD}'
                    WHEN tax_rate = 0 THEN coalesce(kept_tax_category, %(zero_category)s)
                    ELSE '' END AS tax_category,
                line_amount(quantity, unit_price, discount_percent, digits) AS amount
            FROM (
                SELECT given.*, coalesce(agreed_tax_rate, given_tax_rate, delivered_tax_rate,
                    product_tax_rate, %(default_tax_rate)s::numeric) AS tax_rate
                FROM ({lines}) AS given
            ) AS rated OFFSET 0
        ) AS valued
    """


def completion_parameters(company: Company) -> dict[str, object]:
    return {
        "company": company.pk,
        "default_tax_rate": company.default_tax_rate,
        "zero_category": company.zero_category,
    }


def record_tax_rates(company: Company, table: str) -> None:
    """Make the rates that the table's lines name and the company has not yet.

    Where it had others before this recording, one above zero is unexpected (CONTRACT, tax_rate).
    """
    sql.execute(
        f"""
        INSERT INTO orders_taxrate (company_id, category, percent, reason, is_unexpected)
        SELECT DISTINCT %(company)s::bigint, s.tax_category, s.tax_rate, '',
            s.tax_rate > 0 AND s.tax_rate IS DISTINCT FROM %(default_tax_rate)s::numeric
                AND EXISTS (SELECT FROM orders_taxrate AS r
                    WHERE r.company_id = %(company)s AND r.recorded_at < {BEGAN})
        FROM {table} AS s WHERE s.tax_rate IS NOT NULL
        ON CONFLICT (company_id, category, percent) DO NOTHING
        """,
        completion_parameters(company),
    )


LINES = f"""
    SELECT l.id, l.order_id, l.quantity - l.closed_quantity AS quantity, l.unit_price,
        l.discount_percent, l.given_tax_rate,
        p.id AS product_id, p.tax_rate AS product_tax_rate,
        CASE WHEN c.order_id IS NOT NULL THEN l.tax_rate END AS agreed_tax_rate,
        {DELIVERED_TAX_RATE} AS delivered_tax_rate,
        {kept_category("c.order_id IS NOT NULL")} AS kept_tax_category,
        o.prices_include_tax, currency_digits(o.currency) AS digits,
        l.kind = 'discount' AND l.closed_quantity > 0 AS is_share
    FROM {{table}} AS t
    JOIN orders_order AS o ON o.id = t.order_id
    JOIN orders_orderline AS l ON l.company_id = o.company_id AND l.order_id = o.id
    LEFT JOIN orders_product AS p ON p.company_id = l.company_id AND p.sku = l.sku
    LEFT JOIN (
        SELECT DISTINCT d.order_id FROM orders_delivery AS d
        JOIN {{table}} AS t ON t.order_id = d.order_id WHERE d.period_id IS NOT NULL
    ) AS c ON c.order_id = o.id
"""

RECOMPUTED = """
    SELECT DISTINCT n.order_id FROM completed_lines AS n JOIN orders_orderline AS l ON l.id = n.id
    WHERE ROW(l.tax_rate, l.net, l.tax) IS DISTINCT FROM ROW(n.tax_rate, n.net, n.tax)
        AND NOT n.is_share
"""


def complete_orders(company: Company, table: str) -> None:
    """Complete the orders whose ids stand in ``table.order_id``, a temporary table.

    Links customers and products that have become known, and recalculates lines and totals. A line
    that is delivered, or of a confirmed order, keeps its rate. Writes only what differs.
    """
    parameters = completion_parameters(company)
    sql.execute(
        f"""
        UPDATE orders_order AS o SET customer_id = c.id
        FROM {table} AS t, customers_customer AS c
        WHERE o.id = t.order_id AND o.customer_id IS NULL
            AND c.company_id = o.company_id AND c.code = o.customer_code
        """
    )
    sql.execute("DROP TABLE IF EXISTS completed_lines")
    sql.execute(
        f"CREATE TEMPORARY TABLE completed_lines ON COMMIT DROP AS"
        f" {completed(LINES.format(table=table))}",
        parameters,
    )
    record_tax_rates(company, "completed_lines")
    make_table("changing_orders", RECOMPUTED)
    release_changing("changing_orders")
    names = ("tax_rate", "tax_category", "net", "tax", "product_id")
    # A closed order's share of a discount goes by its other lines.
    sql.execute(
        f"""
        UPDATE orders_orderline AS l SET {", ".join(f"{name} = n.{name}" for name in names)}
        FROM completed_lines AS n
        WHERE l.id = n.id AND NOT n.is_share
            AND {differs([(f"l.{name}", f"n.{name}") for name in names])}
        """
    )
    sql.execute(
        f"""
        UPDATE orders_order AS o SET net = n.net, tax = n.tax, gross = n.net + n.tax
        FROM (
            SELECT t.order_id, s.net, s.tax FROM {table} AS t LEFT JOIN (
                SELECT order_id, {NET} AS net, {TAX} AS tax FROM completed_lines GROUP BY order_id
            ) AS s ON s.order_id = t.order_id
        ) AS n
        WHERE o.id = n.order_id AND o.closed_on IS NULL
            AND ROW(o.net, o.tax, o.gross) IS DISTINCT FROM ROW(n.net, n.tax, n.net + n.tax)
        """
    )
    make_table(
        "closed_orders",
        f"SELECT t.order_id FROM {table} AS t JOIN orders_order AS o ON o.id = t.order_id"
        " WHERE o.closed_on IS NOT NULL",
    )
    if sql.value("SELECT EXISTS (SELECT FROM closed_orders)"):
        settle_closed("closed_orders")
