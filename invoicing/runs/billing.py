"""What there is to bill: confirmed by the month's end and not yet invoiced, as documents.

``billing_orders``, ``billing_lines``, ``billing_invoices``, ``billing_document`` (what is on which
invoice) and ``billing_total`` are temporary tables that live until the transaction ends. Quantities
and amounts are cumulative: what is due by now less what was invoiced, so that the last part closes
an order to the cent.

A ``unit`` is what goes on an invoice together: an order, by its id; or one delivery of it, by its
negative id, where the customer wants an invoice for each (invoicing.runs.by_delivery).
"""

from collections.abc import Sequence

from closing_site import sql
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from invoicing.numbering import WIDTH, TakenSeries
from invoicing.runs.by_delivery import bill_deliveries
from invoicing.runs.prior_sql import PRIOR
from orders.due_sql import CLOSED_WITH_CHARGES, counted_deliveries, due_lines

ORDERS = f"""
    DROP TABLE IF EXISTS pg_temp.billing_orders;
    CREATE TEMP TABLE billing_orders ON COMMIT DROP AS
    SELECT o.id AS unit, o.id AS order_id, o.customer_id, o.currency, o.prices_include_tax,
        o.sort_key, d.posted_on, d.is_whole,
        CASE WHEN c.requires_acceptance THEN d.accepted_on ELSE d.delivered_on END AS supplied_on,
        CASE WHEN cu.invoice_grouping <> 'month' THEN o.id END AS own_unit,
        cu.invoice_grouping = 'delivery' AND NOT d.is_whole AS by_delivery
    FROM (
        SELECT order_id, max(posted_on) AS posted_on, max(accepted_on) AS accepted_on,
            max(delivered_on) AS delivered_on, bool_or(is_whole) AS is_whole
        FROM orders_delivery WHERE company_id = %(company)s AND period_id = %(period)s
            AND (%(orders)s::bigint[] IS NULL OR order_id = ANY (%(orders)s))
        GROUP BY order_id
        UNION ALL
        SELECT o.id, o.closed_on, o.closed_on, o.closed_on, false FROM orders_order AS o
        WHERE {CLOSED_WITH_CHARGES} AND (%(orders)s::bigint[] IS NULL OR o.id = ANY (%(orders)s))
    ) AS d
    JOIN orders_order AS o ON o.id = d.order_id
    JOIN customers_customer AS cu ON cu.id = o.customer_id
    JOIN companies_company AS c ON c.id = o.company_id
"""
#: Of an order delivered whole, what is not invoiced yet. OFFSET 0 keeps the planner from reading
#: all lines there ever were for those of a month.
LINES = f"""
    DROP TABLE IF EXISTS pg_temp.billing_lines;
    CREATE TEMP TABLE billing_lines ON COMMIT DROP AS
    SELECT b.unit, l.id AS order_line_id, l.line_number,
        l.quantity - prior.quantity AS quantity,
        l.net - prior.net AS net, l.tax - prior.tax AS tax, l.net - prior.net AS base_net,
        l.tax - prior.tax AS base_tax, ''::text AS supply_kind
    FROM billing_orders AS b
    CROSS JOIN LATERAL (
        SELECT * FROM orders_orderline
        WHERE company_id = %(company)s AND order_id = b.order_id OFFSET 0) AS l
    CROSS JOIN LATERAL ({PRIOR.format(line="l.id")}) AS prior
    WHERE b.is_whole AND l.quantity > prior.quantity
"""
_CONFIRMED = counted_deliveries("o", "d.period_id IS NOT NULL AND d.posted_on <= %(ends_on)s")
_IN_PARTS = f"""
    SELECT b.unit AS key, o.id AS order_id, {_CONFIRMED} AS counted
    FROM billing_orders AS b JOIN orders_order AS o ON o.id = b.order_id
    WHERE NOT b.is_whole AND b.unit > 0
"""
#: Of an order delivered in parts, what the parts confirmed by the month's end make due.
LINES_OF_PARTS = f"""
    INSERT INTO billing_lines
    SELECT due.key, due.order_line_id, due.line_number, due.quantity - prior.quantity,
        due.net - prior.net, due.tax - prior.tax, due.net - prior.net, due.tax - prior.tax,
        CASE WHEN due.way IN ('charge', 'service') THEN due.way ELSE '' END
    FROM ({due_lines(_IN_PARTS)}) AS due
    CROSS JOIN LATERAL ({PRIOR.format(line="due.order_line_id")}) AS prior
    WHERE due.quantity > prior.quantity
"""
#: An order comes before its lines, as for whoever imports.
HOLD = """
    SELECT count(*) FROM (
        SELECT id FROM orders_order WHERE id IN (SELECT b.order_id FROM billing_lines AS l
            JOIN billing_orders AS b USING (unit) WHERE l.supply_kind <> '')
        ORDER BY id FOR NO KEY UPDATE
    ) AS held
"""
#: As what a line without a delivery of its own is billed stays with it (ACCOUNTING 2.2).
KEEP_KINDS = """
    UPDATE orders_orderline AS l SET supply_kind = b.supply_kind
    FROM billing_lines AS b
    WHERE l.id = b.order_line_id AND b.supply_kind <> '' AND l.supply_kind = ''
"""
#: Numbers by the day of recognition, then by order number in natural order (CONTRACT).
INVOICES = """
    DROP TABLE IF EXISTS pg_temp.billing_invoices;
    CREATE TEMP TABLE billing_invoices ON COMMIT DROP AS
    SELECT nextval('invoicing_invoice_id_seq') AS invoice_id, numbered.*,
        %(series)s || '-' || lpad(sequence_number::text,
            greatest(length(sequence_number::text), %(width)s), '0') AS number,
        exchange_rate_on(%(company)s, numbered.currency, c.currency, numbered.issued_on)
            AS exchange_rate,
        numbered.currency <> c.currency AS is_foreign,
        currency_digits(c.currency) AS base_digits, c.currency AS base_currency
    FROM (
        SELECT grouped.*,
            %(last_number)s + row_number() OVER (
                ORDER BY supplied_on, sort_key COLLATE "C", tie, own_unit DESC) AS sequence_number,
            greatest(max(posted_on) OVER (ORDER BY supplied_on),
                %(last_issued_on)s::date) AS issued_on
        FROM (
            SELECT b.own_unit, CASE WHEN b.own_unit IS NOT NULL THEN min(b.order_id) END
                AS own_order, b.customer_id, b.currency, b.prices_include_tax,
                max(b.supplied_on) AS supplied_on, max(b.posted_on) AS posted_on,
                min(b.sort_key COLLATE "C") AS sort_key, min(b.order_id) AS tie
            FROM billing_orders AS b
            WHERE EXISTS (SELECT FROM billing_lines AS l WHERE l.unit = b.unit)
            GROUP BY b.own_unit, b.customer_id, b.currency, b.prices_include_tax
        ) AS grouped
    ) AS numbered
    JOIN companies_company AS c ON c.id = %(company)s
"""
#: Which invoice bills a unit, and where it comes in the run.
DOCUMENTS = """
    DROP TABLE IF EXISTS pg_temp.billing_document;
    CREATE TEMP TABLE billing_document ON COMMIT DROP AS
    SELECT b.unit, i.invoice_id, i.sequence_number, false AS is_one_of_several,
        b.supplied_on, b.sort_key
    FROM billing_orders AS b
    JOIN billing_invoices AS i ON i.own_unit = b.unit
    UNION ALL
    SELECT b.unit, i.invoice_id, i.sequence_number, true, b.supplied_on, b.sort_key
    FROM billing_orders AS b
    JOIN billing_invoices AS i ON i.own_unit IS NULL AND b.own_unit IS NULL
        AND i.customer_id = b.customer_id AND i.currency = b.currency
        AND i.prices_include_tax = b.prices_include_tax
"""
#: An invoice over several orders counts its lines itself.
RENUMBER = """
    UPDATE billing_lines AS l SET line_number = n.line_number FROM (
        SELECT l.order_line_id, row_number() OVER (
            PARTITION BY d.invoice_id ORDER BY d.supplied_on, d.sort_key, l.line_number
        ) AS line_number
        FROM billing_lines AS l JOIN billing_document AS d ON d.unit = l.unit
        WHERE d.is_one_of_several
    ) AS n WHERE n.order_line_id = l.order_line_id
"""
#: In base currency: the document's gross and tax are rounded, net is the rest; its lines are
#: rounded cumulatively, the last one taking what is left.
TO_BASE = """
    UPDATE billing_lines AS l SET base_net = b.base_net, base_tax = b.base_tax FROM (
        SELECT unit, order_line_id,
            round(net_so_far * exchange_rate, base_digits)
                - round((net_so_far - net) * exchange_rate, base_digits)
                + CASE WHEN is_last THEN round((net_in_all + tax_in_all) * exchange_rate,
                    base_digits) - round(tax_in_all * exchange_rate, base_digits)
                    - round(net_in_all * exchange_rate, base_digits) ELSE 0 END AS base_net,
            round(tax_so_far * exchange_rate, base_digits)
                - round((tax_so_far - tax) * exchange_rate, base_digits) AS base_tax
        FROM (
            SELECT l.unit, l.order_line_id, l.net, l.tax, i.exchange_rate, i.base_digits,
                sum(l.net) OVER ordered AS net_so_far, sum(l.tax) OVER ordered AS tax_so_far,
                sum(l.net) OVER document AS net_in_all, sum(l.tax) OVER document AS tax_in_all,
                l.line_number = max(l.line_number) OVER document AS is_last
            FROM billing_lines AS l
            JOIN billing_document AS d ON d.unit = l.unit
            JOIN billing_invoices AS i ON i.invoice_id = d.invoice_id
            WHERE i.is_foreign
            WINDOW document AS (PARTITION BY d.invoice_id),
                ordered AS (PARTITION BY d.invoice_id ORDER BY l.line_number)
        ) AS summed
    ) AS b WHERE b.unit = l.unit AND b.order_line_id = l.order_line_id
"""
TOTALS = """
    DROP TABLE IF EXISTS pg_temp.billing_total;
    CREATE TEMP TABLE billing_total ON COMMIT DROP AS
    SELECT d.invoice_id, sum(l.net) AS net, sum(l.tax) AS tax, sum(l.base_net) AS base_net,
        sum(l.base_tax) AS base_tax
    FROM billing_lines AS l JOIN billing_document AS d ON d.unit = l.unit
    GROUP BY d.invoice_id
"""


def collect_billing(
    period: Period, series: TakenSeries, orders: Sequence[int] | None = None
) -> int:
    """Fill the tables; returns how many invoices there will be.

    Read after the series is held: what another issuer billed meanwhile is then seen.
    """
    parameters = {
        **period_parameters(period),
        "orders": None if orders is None else list(orders),
        "series": series.code,
        "width": WIDTH,
        "last_number": series.last_number,
        "last_issued_on": series.last_issued_on,
    }
    for statement in (ORDERS, "ANALYZE billing_orders", LINES):
        sql.execute(statement, parameters)
    if sql.value("SELECT EXISTS (SELECT FROM billing_orders WHERE NOT is_whole)"):
        bill_deliveries(parameters)
        sql.execute(LINES_OF_PARTS, parameters)
        sql.execute(HOLD)
        sql.execute(KEEP_KINDS)
    sql.execute("ANALYZE billing_lines")
    sql.execute(INVOICES, parameters)
    sql.execute("ANALYZE billing_invoices")
    sql.execute(DOCUMENTS)
    sql.execute("ANALYZE billing_document")
    if sql.value("SELECT EXISTS (SELECT FROM billing_document WHERE is_one_of_several)"):
        sql.execute(RENUMBER)
    if sql.value("SELECT EXISTS (SELECT FROM billing_invoices WHERE is_foreign)"):
        sql.execute(TO_BASE)
    sql.execute(TOTALS)
    sql.execute("ANALYZE billing_total")
    return int(sql.value("SELECT count(*) FROM billing_invoices"))
