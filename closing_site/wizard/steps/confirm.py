from django.utils.translation import gettext_noop as _

from closing_site.wizard.previews import orders_to_confirm
from closing_site.wizard.step import Step, StepRun
from closing_site.wizard.totals import order_totals
from orders.runs.confirm import confirm_run
from orders.scope import make_scope

STEP = Step(
    slug="confirm",
    position=1,
    title=_("Confirm orders"),
    purpose=_("Only what is delivered and agreed goes on; the rest is carried over with a reason."),
    figures=order_totals,
    names=("orders_confirmed", "orders_deferred", "orders_open", "orders_cancelled"),
    runs=(
        StepRun(
            "confirm",
            confirm_run,
            _("Confirm orders"),
            _(
                "Every delivery recognised by the month's end whose order no check blocks is"
                " confirmed. The rest keeps its findings."
            ),
            _("Deliveries confirmed: %(count)s."),
            orders_to_confirm,
        ),
    ),
    prepare=make_scope,
    includes_checks=True,
)
