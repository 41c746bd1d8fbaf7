"""Taking back the confirmation of an order, so that it can be put right and confirmed again."""

from django.db import IntegrityError, transaction

from closing_site.acting import acting, because
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import User
from closing_site.desk.findings import run_checks
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period, PeriodStatus
from closing_site.periods.reasons import reason_given
from orders.billed import invoices_of_order
from orders.checks import AFTER_CONFIRMING, BEFORE_CONFIRMING
from orders.errors import ConfirmedInLocked, InvoicedAlready, NothingConfirmed
from orders.models import Delivery, Order
from orders.scope import hold_orders, make_scope


def take_back_confirmation(*, order: Order, period: Period, reason: str = "", by: User) -> int:
    """Every delivery of the order that is confirmed in this open month waits again to be confirmed;
    returns how many. The reason stands in the audit.

    Raises NothingConfirmed, InvoicedAlready, ConfirmedInLocked, RoleMayNot, NotAMember, and
    LawBroken where the month is being locked.
    """
    require_role(order.company, by.username, ENTERING)
    named = {"number": order.number, "period": period.code}
    confirmed = Delivery.objects.filter(company=order.company_id, order=order, period=period)
    with acting(by.username), because(reason_given(reason, is_needed=False)):
        if not confirmed.exists():
            raise NothingConfirmed(**named)
        if Period.objects.get(pk=period.pk).status == PeriodStatus.LOCKED:
            raise ConfirmedInLocked(**named)
        take_periods(period)
        hold_orders(order.company_id)
        try:
            # Law 3 knows what invoices need, and waits for whoever issues one just now.
            with transaction.atomic():
                taken_back = confirmed.update(period=None, posted_on=None, confirmed_at=None)
        except IntegrityError as error:
            if not _is_invoiced(error):
                raise
            raise InvoicedAlready(invoices=invoices_of_order(order), **named) from error
        make_scope(period, [order.pk])
        run_checks(period, BEFORE_CONFIRMING + AFTER_CONFIRMING, [order.pk])
        return taken_back


def _is_invoiced(error: IntegrityError) -> bool:
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", "") == "orders_delivery_law_3_update"
