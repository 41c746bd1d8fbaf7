"""Money received and refunded by method, whether its customer is known or not."""

from django.utils.translation import gettext_noop as _

from reports.report import Column, Kind, Report, summed

REPORT = Report(
    slug="payments",
    title=_("Payments"),
    columns=(
        Column("method", _("Method")),
        summed("payments", _("Payments"), Kind.COUNT),
        summed("received", _("Received")),
        summed("refunded", _("Refunded")),
    ),
    query="""
        SELECT method, count(*) FILTER (WHERE amount > 0) AS payments,
            coalesce(sum(base_amount) FILTER (WHERE amount > 0), 0) AS received,
            coalesce(-sum(base_amount) FILTER (WHERE amount < 0), 0) AS refunded
        FROM payments_payment
        WHERE company_id = %(company)s AND period_id = %(period)s
        GROUP BY method ORDER BY method
    """,
)
