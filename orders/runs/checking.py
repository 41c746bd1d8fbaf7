"""Asking a month's checks of one order again, after it was changed."""

from closing_site.desk.findings import run_checks
from closing_site.desk.models import Finding
from closing_site.desk.stock import recount_findings
from closing_site.periods.models import Period, PeriodStatus
from closing_site.periods.parameters import period_parameters
from orders.checks import AFTER_CONFIRMING, OF_ONE_ORDER, STEP
from orders.models import Order, Unbilled
from orders.runs.deferring import list_deferred, release_passed
from orders.scope import make_scope, note_unanswered


def checked_months(order: Order) -> list[Period]:
    """The open months whose checks have found something in it, or whose list it stands on."""
    found = Finding.objects.filter(
        company=order.company_id,
        document_kind="order",
        document_id=order.pk,
        resolved_at=None,
    )
    held = Unbilled.objects.filter(company=order.company_id, delivery__order=order.pk)
    named = Period.objects.filter(company=order.company_id, status=PeriodStatus.OPEN)
    keys = {*found.values_list("period", flat=True), *held.values_list("period", flat=True)}
    return list(named.filter(pk__in=keys).order_by("starts_on"))


def check_again(period: Period, order: Order, *, by: str) -> None:
    """What is fixed is resolved, and deferred no longer where that ends by itself; what was never
    asked stays unasked."""
    make_scope(period, [order.pk])
    run_checks(period, OF_ONE_ORDER, [order.pk])
    note_unanswered(period)
    parameters = {
        **period_parameters(period),
        "slugs": [check.slug for check in OF_ONE_ORDER],
        "orders": [order.pk],
        "by": by,
    }
    release_passed(parameters)
    list_deferred(parameters)
    run_checks(period, AFTER_CONFIRMING, [order.pk])
    recount_findings(period, STEP)
