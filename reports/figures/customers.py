"""What each customer bought and paid. Orders are those with a delivery confirmed in the month, and
``satisfaction`` is the average of their marks."""

from django.utils.translation import gettext_noop as _

from closing_site.customers.names_sql import CUSTOMER_NAMES
from reports.figures.suspense import IN_SUSPENSE
from reports.report import Column, Kind, Plot, Report, summed

REPORT = Report(
    slug="customers",
    title=_("Customers"),
    about=_("What each customer bought and paid in the month."),
    rank="gross",
    key_figures=("orders", "invoices", "gross", "credited_net", "received"),
    plot=Plot(_("The largest customers, gross"), ("gross",), label="customer_code"),
    beside=IN_SUSPENSE,
    columns=(
        Column("customer_code", _("Code")),
        Column("name", _("Name")),
        summed("orders", _("Orders"), Kind.COUNT),
        summed("invoices", _("Invoices"), Kind.COUNT),
        summed("net", _("Net")),
        summed("tax", _("Tax")),
        summed("gross", _("Gross")),
        summed("credited_net", _("Credited, net")),
        summed("received", _("Received")),
        Column("satisfaction", _("Satisfaction"), Kind.MARK),
    ),
    query=f"""
        WITH confirmed AS (
            SELECT o.customer_id, count(*) AS orders, avg(o.satisfaction) AS satisfaction
            FROM (SELECT DISTINCT order_id FROM orders_delivery
                WHERE company_id = %(company)s AND period_id = %(period)s) AS d
            JOIN orders_order AS o ON o.id = d.order_id
            GROUP BY o.customer_id
        ), billed AS (
            SELECT customer_id,
                count(*) FILTER (WHERE kind = 'invoice') AS invoices,
                sum(base_net) FILTER (WHERE kind = 'invoice') AS net,
                sum(base_tax) FILTER (WHERE kind = 'invoice') AS tax,
                sum(base_gross) FILTER (WHERE kind = 'invoice') AS gross,
                -sum(base_net) FILTER (WHERE kind = 'credit_note') AS credited_net
            FROM invoicing_invoice
            WHERE company_id = %(company)s AND period_id = %(period)s AND kind <> 'deposit'
            GROUP BY customer_id
        ), paid AS (
            SELECT customer_id, sum(base_amount) AS received FROM payments_payment
            WHERE company_id = %(company)s AND period_id = %(period)s AND amount > 0
                AND customer_id IS NOT NULL
            GROUP BY customer_id
        )
        SELECT c.code AS customer_code, c.name, coalesce(orders, 0) AS orders,
            coalesce(invoices, 0) AS invoices, coalesce(net, 0) AS net, coalesce(tax, 0) AS tax,
            coalesce(gross, 0) AS gross, coalesce(credited_net, 0) AS credited_net,
            coalesce(received, 0) AS received, satisfaction
        FROM confirmed
        FULL JOIN billed USING (customer_id)
        FULL JOIN paid USING (customer_id)
        JOIN {CUSTOMER_NAMES} AS c ON c.id = customer_id
        ORDER BY c.code
    """,
)
