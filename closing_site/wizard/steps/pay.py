from django.utils.translation import gettext_noop as _

from closing_site.wizard.previews import receipts_to_place
from closing_site.wizard.step import Step, StepRun
from closing_site.wizard.totals import payment_totals
from payments.runs.match import match_run

STEP = Step(
    slug="pay",
    position=3,
    title=_("Record payments"),
    purpose=_("What was received is set against what it pays for; the rest is an advance."),
    figures=payment_totals,
    names=("payments", "received", "allocated", "deductions"),
    runs=(
        StepRun(
            "match",
            match_run,
            _("Place receipts"),
            _(
                "What was received is set against what it names, and else against the one open"
                " invoice of just its amount. What nothing fits stays an advance."
            ),
            _("Placed on invoices: %(count)s times."),
            receipts_to_place,
        ),
    ),
)
