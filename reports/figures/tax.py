"""Tax by category and rate, in base currency."""

from django.utils.translation import gettext_noop as _

from reports.report import Column, Kind, Report, summed

REPORT = Report(
    slug="tax",
    title=_("Tax"),
    columns=(
        Column("category", _("Category")),
        Column("rate", _("Rate, percent"), Kind.NUMBER),
        summed("net", _("Net")),
        summed("tax", _("Tax")),
        summed("credited_net", _("Credited, net")),
        summed("credited_tax", _("Credited, tax")),
    ),
    query="""
        SELECT t.category, t.rate,
            coalesce(sum(t.base_net) FILTER (WHERE i.kind <> 'credit_note'), 0) AS net,
            coalesce(sum(t.base_tax) FILTER (WHERE i.kind <> 'credit_note'), 0) AS tax,
            coalesce(-sum(t.base_net) FILTER (WHERE i.kind = 'credit_note'), 0) AS credited_net,
            coalesce(-sum(t.base_tax) FILTER (WHERE i.kind = 'credit_note'), 0) AS credited_tax
        FROM invoicing_invoice AS i
        JOIN invoicing_invoicetax AS t ON t.invoice_id = i.id
        WHERE i.company_id = %(company)s AND i.period_id = %(period)s
        GROUP BY t.category, t.rate ORDER BY t.category, t.rate
    """,
)
