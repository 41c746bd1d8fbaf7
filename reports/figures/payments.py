"""Money received and refunded by method, whether its customer is known or not."""

from django.utils.translation import gettext_noop as _

from payments.models import PaymentMethod
from reports.report import Column, Kind, Plot, Report, summed


def said_method(method: str) -> str:
    return str(dict(PaymentMethod.choices).get(method, method))


REPORT = Report(
    slug="payments",
    title=_("Payments"),
    about=_("Money received and refunded, by method."),
    key_figures=("payments", "received", "refunded"),
    plot=Plot(_("Received by method"), ("received",), label="method"),
    columns=(
        Column("method", _("Method"), says=said_method),
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
