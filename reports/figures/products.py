"""What was sold of each product. ``quantity`` and ``net`` are invoiced, what was credited apart;
``cost`` is of what stays sold, at the unit cost of the day of issue, and unknown without one;
``margin`` = net − credited net − cost. Totals of both are of the products whose cost is known."""

from django.utils.translation import gettext_noop as _

from orders.names_sql import PRODUCT_NAMES
from reports.report import Column, Kind, Plot, Report, summed

REPORT = Report(
    slug="products",
    title=_("Products"),
    about=_("What was sold of each product, at what cost, and what it left."),
    rank="net",
    key_figures=("net", "credited_net", "cost", "margin"),
    plot=Plot(_("The largest products, net"), ("net",), label="sku"),
    columns=(
        Column("sku", _("Item number")),
        Column("name", _("Name")),
        Column("category", _("Category")),
        Column("quantity", _("Quantity"), Kind.NUMBER),
        summed("net", _("Net")),
        Column("credited_quantity", _("Credited, quantity"), Kind.NUMBER),
        summed("credited_net", _("Credited, net")),
        summed("cost", _("Cost")),
        summed("margin", _("Margin")),
    ),
    query=f"""
        SELECT sku, name, category, quantity, net, credited_quantity, credited_net, cost,
            net - credited_net - cost AS margin
        FROM (
            SELECT sold.sku, coalesce(p.name, sold.description) AS name,
                coalesce(p.category, '') AS category, sold.quantity, sold.net,
                sold.credited_quantity, sold.credited_net,
                round(sold.cost, currency_digits(c.currency)) AS cost
            FROM (
                SELECT l.sku, min(l.description) AS description,
                    coalesce(sum(l.quantity) FILTER (WHERE i.kind = 'invoice'), 0) AS quantity,
                    coalesce(sum(l.base_net) FILTER (WHERE i.kind = 'invoice'), 0) AS net,
                    coalesce(-sum(l.quantity) FILTER (WHERE i.kind = 'credit_note'), 0)
                        AS credited_quantity,
                    coalesce(-sum(l.base_net) FILTER (WHERE i.kind = 'credit_note'), 0)
                        AS credited_net,
                    CASE WHEN count(*) = count(l.unit_cost) THEN sum(l.quantity * l.unit_cost)
                        END AS cost
                FROM invoicing_invoice AS i
                JOIN invoicing_invoiceline AS l ON l.invoice_id = i.id AND l.kind <> 'deposit'
                WHERE i.company_id = %(company)s AND i.period_id = %(period)s
                    AND i.kind <> 'deposit'
                GROUP BY l.sku
            ) AS sold
            JOIN companies_company AS c ON c.id = %(company)s
            LEFT JOIN {PRODUCT_NAMES} AS p ON p.code = sold.sku
        ) AS costed
        ORDER BY sku
    """,
)
