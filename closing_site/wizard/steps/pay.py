from django.utils.translation import gettext_noop as _

from closing_site.wizard.step import Step
from closing_site.wizard.totals import payment_totals
from payments.runs.match import match_run

STEP = Step(
    slug="pay",
    position=3,
    title=_("Record payments"),
    purpose=_("What was received is set against what it pays for; the rest is an advance."),
    figures=payment_totals,
    runs=(("match", match_run),),
)
