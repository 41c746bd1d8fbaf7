"""Money of the month that is in no customer's row: nobody knows yet whose it is."""

from django.utils.translation import gettext_noop as _

from reports.report import Beside

IN_SUSPENSE = Beside(
    column="received",
    says=_(
        "Received from payers not yet identified, and so in no row: %(amount)s. Received in all:"
        " %(whole)s."
    ),
    query="""
        SELECT coalesce(sum(base_amount), 0) FROM payments_payment
        WHERE company_id = %(company)s AND period_id = %(period)s AND amount > 0
            AND customer_id IS NULL
    """,
)
