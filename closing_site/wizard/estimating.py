"""The approver's estimate of an amount that is not known yet (ACCOUNTING 1)."""

from decimal import Decimal

from closing_site.acting import acting
from closing_site.companies.members import APPROVERS, require_role
from closing_site.companies.models import User
from closing_site.money import currency_digits, round_half_away
from closing_site.periods.actions import take_periods
from closing_site.wizard.asked import granted_lock
from closing_site.wizard.errors import EstimateApproved
from orders.models import Unbilled


def estimate_unbilled(*, unbilled: Unbilled, estimate: Decimal, by: User) -> Unbilled:
    """Sets the net that the month accrues for an unknown amount; it is approved with the lock.

    Raises EstimateApproved, RoleMayNot, NotAMember, and LawBroken where the month is locked.
    """
    require_role(unbilled.period.company, by.username, APPROVERS)
    with acting(by.username):
        take_periods(unbilled.period)
        if granted_lock(unbilled.period):
            raise EstimateApproved(period=unbilled.period.code)
        digits = currency_digits(unbilled.delivery.order.currency)
        unbilled.estimate, unbilled.approval = round_half_away(estimate, digits), None
        unbilled.save(update_fields=["estimate", "approval"])
        return unbilled
