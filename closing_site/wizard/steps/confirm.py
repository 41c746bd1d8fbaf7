from django.utils.translation import gettext_noop as _

from closing_site.wizard.step import Step
from closing_site.wizard.totals import order_totals
from orders.runs.confirm import confirm_run
from orders.scope import make_scope

STEP = Step(
    slug="confirm",
    position=1,
    title=_("Confirm orders"),
    purpose=_("Only what is delivered and agreed goes on; the rest is carried over with a reason."),
    figures=order_totals,
    runs=(("confirm", confirm_run),),
    prepare=make_scope,
    includes_checks=True,
)
