"""Asking a month's checks of one order again, after it was changed."""

from closing_site import sql
from closing_site.desk.findings import run_checks
from closing_site.desk.models import Finding
from closing_site.desk.stock import recount_findings
from closing_site.periods.models import Period, PeriodStatus
from closing_site.periods.parameters import period_parameters
from orders.checks import AFTER_CONFIRMING, OF_ONE_ORDER, STEP
from orders.models import HeldBack, Order
from orders.runs.confirm import RELEASE
from orders.scope import make_scope


def checked_months(order: Order) -> list[Period]:
    """The open months whose checks have found something in it, or whose list it stands on."""
    found = Finding.objects.filter(
        company=order.company_id,
        document_kind="order",
        document_id=order.pk,
        resolved_at=None,
    )
    held = HeldBack.objects.filter(company=order.company_id, delivery__order=order.pk)
    named = Period.objects.filter(company=order.company_id, status=PeriodStatus.OPEN)
    keys = {*found.values_list("period", flat=True), *held.values_list("period", flat=True)}
    return list(named.filter(pk__in=keys).order_by("starts_on"))


def check_again(period: Period, order: Order) -> None:
    """What is mended is resolved, and no longer held back; what was never asked stays unasked."""
    make_scope(period, [order.pk])
    run_checks(period, OF_ONE_ORDER, [order.pk])
    parameters = {
        **period_parameters(period),
        "slugs": [check.slug for check in OF_ONE_ORDER],
        "orders": [order.pk],
    }
    sql.execute(RELEASE, parameters)
    run_checks(period, AFTER_CONFIRMING, [order.pk])
    recount_findings(period, STEP)
