from django.utils.translation import gettext_noop as _

from closing_site.wizard.step import Step
from closing_site.wizard.totals import NAMES, all_totals

STEP = Step(
    slug="report",
    position=5,
    title=_("Report and analyse"),
    purpose=_("The month's figures are read, compared and handed on."),
    figures=all_totals,
    names=NAMES,
)
