"""What was asked for of a month, and what was decided: the lock, a reopening."""

from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q

from closing_site.desk.models import Approval
from closing_site.periods.models import Period

LOCK, REOPEN = "lock", "reopen"


@dataclass(frozen=True)
class Asked:
    """Of the lock, or of a reopening: the request that waits, and the last word."""

    waits: Approval | None = None
    decided: Approval | None = None


def asked_of(kind: str, period: Period) -> Asked:
    """One statement."""
    is_waiting = ExpressionWrapper(Q(decided_at=None), BooleanField())
    found = (
        Approval.objects.filter(company_id=period.company_id, kind=kind, period=period)
        .annotate(is_waiting=is_waiting)
        .select_related("requested_by", "decided_by")
        .order_by("is_waiting", "-decided_at", "-id")
        .distinct("is_waiting")
    )
    by_state = {approval.is_waiting: approval for approval in found}
    return Asked(by_state.get(True), by_state.get(False))


def waiting_for(kind: str, period: Period) -> Approval | None:
    """The request that is not decided yet."""
    return asked_of(kind, period).waits


def granted_lock(period: Period) -> Approval | None:
    """The last word on the lock, where it is a yes that holds."""
    last = asked_of(LOCK, period).decided
    return last if last and holds(last, period) else None


def holds(approval: Approval, period: Period) -> bool:
    """Whether it is a yes that was asked for since the month is open."""
    if not approval.is_granted:
        return False
    return not period.reopenings.filter(reopened_at__gt=approval.requested_at).exists()
