from django.utils.translation import gettext_noop as _

from closing_site.wizard.step import Step
from closing_site.wizard.totals import invoice_totals
from invoicing.runs.issue import invoice_run

STEP = Step(
    slug="invoice",
    position=2,
    title=_("Issue invoices"),
    purpose=_("Every confirmed delivery has an invoice that agrees with its order."),
    figures=invoice_totals,
    runs=(("invoice", invoice_run),),
)
