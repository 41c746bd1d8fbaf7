from django.utils.translation import gettext_noop as _

from closing_site.wizard.previews import orders_to_invoice
from closing_site.wizard.step import Step, StepRun
from closing_site.wizard.totals import invoice_totals
from invoicing.runs.issue import invoice_run

STEP = Step(
    slug="invoice",
    position=2,
    title=_("Issue invoices"),
    purpose=_("Every confirmed delivery has an invoice that agrees with its order."),
    figures=invoice_totals,
    names=(
        *("invoices_issued", "first_number", "last_number", "net", "tax", "gross"),
        *("credit_notes", "credited"),
    ),
    runs=(
        StepRun(
            "invoice",
            invoice_run,
            _("Issue invoices"),
            _(
                "Everything confirmed and not invoiced gets its invoice, numbered without a gap."
                " An issued invoice never changes: it is corrected by a credit note."
            ),
            _("Invoices issued: %(count)s."),
            orders_to_invoice,
        ),
    ),
)
