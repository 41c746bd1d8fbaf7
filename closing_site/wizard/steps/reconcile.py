from django.utils.translation import gettext_noop as _

from closing_site.wizard.step import Step
from closing_site.wizard.totals import balance_totals
from reconciliation.runs.vouchers import voucher_run

STEP = Step(
    slug="reconcile",
    position=4,
    title=_("Reconcile and settle"),
    purpose=_("Sales records and finance records agree, customer by customer, to the cent."),
    figures=balance_totals,
    runs=(("voucher", voucher_run),),
)
