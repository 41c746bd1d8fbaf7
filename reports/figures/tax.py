"""Tax by category and rate, in base currency."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site.companies.models import ZeroCategory
from orders.models import STANDARD
from reports.report import Column, Kind, Report, summed


def said_category(category: str) -> str:
    if category == STANDARD:
        return gettext("taxed")
    return str(dict(ZeroCategory.choices).get(category, category))


REPORT = Report(
    slug="tax",
    title=_("Tax"),
    about=_("Output tax by category and rate, credit notes apart."),
    key_figures=("net", "tax", "credited_net", "credited_tax"),
    columns=(
        Column("category", _("Category"), says=said_category),
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
