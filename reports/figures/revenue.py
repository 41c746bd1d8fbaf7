"""Revenue by day of posting. A deposit invoice is no revenue."""

from django.utils.translation import gettext_noop as _

from reports.report import Column, Kind, Plot, Report, summed

REPORT = Report(
    slug="revenue",
    title=_("Revenue"),
    about=_("What was invoiced and credited on each day of the month."),
    key_figures=("invoices", "net", "tax", "gross", "credited_gross"),
    plot=Plot(_("Net invoiced and credited by day"), ("net", "credited_net"), label="date"),
    columns=(
        Column("date", _("Date"), Kind.DATE),
        summed("invoices", _("Invoices"), Kind.COUNT),
        summed("net", _("Net")),
        summed("tax", _("Tax")),
        summed("gross", _("Gross")),
        summed("credited_net", _("Credited, net")),
        summed("credited_gross", _("Credited, gross")),
    ),
    query="""
        SELECT posted_on AS date,
            count(*) FILTER (WHERE kind = 'invoice') AS invoices,
            coalesce(sum(base_net) FILTER (WHERE kind = 'invoice'), 0) AS net,
            coalesce(sum(base_tax) FILTER (WHERE kind = 'invoice'), 0) AS tax,
            coalesce(sum(base_gross) FILTER (WHERE kind = 'invoice'), 0) AS gross,
            coalesce(-sum(base_net) FILTER (WHERE kind = 'credit_note'), 0) AS credited_net,
            coalesce(-sum(base_gross) FILTER (WHERE kind = 'credit_note'), 0) AS credited_gross
        FROM invoicing_invoice
        WHERE company_id = %(company)s AND period_id = %(period)s AND kind <> 'deposit'
        GROUP BY posted_on ORDER BY posted_on
    """,
)
