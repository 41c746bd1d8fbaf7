"""Making the last locked month open again: a reason, a second person, and the old seal kept."""

from closing_site.acting import acting
from closing_site.companies.models import User
from closing_site.desk.models import Approval
from closing_site.periods.actions import take_order_of_months
from closing_site.periods.errors import NotLocked
from closing_site.periods.models import Period, PeriodStatus, Reopening
from closing_site.periods.reasons import reason_given
from closing_site.wizard.approvals import ask, decide, grant, latest_seal, require_second_person
from closing_site.wizard.asked import REOPEN
from closing_site.wizard.errors import LaterPeriodLocked


def reopen_period(
    period: Period,
    *,
    reason: str,
    by: User,
    approver: User,
    approval: Approval | None = None,
    pressed_by: User | None = None,
) -> Reopening:
    """Make the last locked month open again; its seal stays (law 10).

    ``approval`` is the second person's, where it was given beforehand; else this is their act. The
    audit names who reopens: ``pressed_by``, one of the two, else who asked.
    Raises ReasonNeeded, SecondPersonNeeded, NotLocked, and LawBroken where a later month is locked.
    """
    require_second_person(period, by, approver)
    reason = reason_given(reason)
    with acting((pressed_by or by).username):
        take_order_of_months(period.company_id)
        period = (
            Period.objects.select_for_update(of=("self",))
            .select_related("company")
            .get(pk=period.pk)
        )
        if period.status != PeriodStatus.LOCKED:
            raise NotLocked(period=period.code)
        reopening = Reopening.objects.create(
            company_id=period.company_id,
            period=period,
            seal=latest_seal(period),
            reason=reason,
            requested_by=by,
            approved_by=approver,
            is_single_person=by.pk == approver.pk,
        )
        if approval is None:
            grant(REOPEN, period, reopening.seal.digest, by=by, approver=approver)
        period.status = PeriodStatus.OPEN
        period.save(update_fields=["status"])
        return reopening


def request_reopening(period: Period, *, reason: str, by: User) -> Approval:
    """Ask a second person to make the last locked month open.

    Raises ReasonNeeded, NotLocked, LaterPeriodLocked, AlreadyAsked.
    """
    reason = reason_given(reason)
    with acting(by.username):
        take_order_of_months(period.company_id)
        require_last_locked(period)
        return ask(REOPEN, period, latest_seal(period).digest, reason=reason, by=by)


def grant_reopening(approval: Approval, *, reason: str, seen: str, by: User) -> Reopening:
    """The second person's yes; the month is open with it. Raises what ``decide`` raises."""
    with acting(by.username):
        take_order_of_months(approval.company_id)
        approval = decide(approval, is_granted=True, reason=reason, seen=seen, by=by)
        return reopen_period(
            approval.period,
            reason=approval.reason,
            by=approval.requested_by,
            approver=by,
            approval=approval,
            pressed_by=by,
        )


def require_last_locked(period: Period) -> None:
    """Raises NotLocked, LaterPeriodLocked."""
    if period.status != PeriodStatus.LOCKED:
        raise NotLocked(period=period.code)
    later = (
        Period.objects.filter(
            company_id=period.company_id, status=PeriodStatus.LOCKED, starts_on__gt=period.starts_on
        )
        .order_by("-starts_on")
        .first()
    )
    if later:
        raise LaterPeriodLocked(later=later.code, period=period.code)
