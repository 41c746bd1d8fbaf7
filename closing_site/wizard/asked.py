"""What was asked for of a month, and what was decided: the lock, a reopening."""

from closing_site.desk.models import Approval
from closing_site.periods.models import Period

LOCK, REOPEN = "lock", "reopen"


def waiting_for(kind: str, period: Period) -> Approval | None:
    """The request that is not decided yet."""
    return (
        Approval.objects.filter(
            company_id=period.company_id, kind=kind, period=period, decided_at=None
        )
        .select_related("requested_by")
        .order_by("-id")
        .first()
    )


def granted_lock(period: Period) -> Approval | None:
    """The last word on the lock, where it is a yes that holds."""
    last = last_decided(LOCK, period)
    return last if last and holds(last, period) else None


def holds(approval: Approval, period: Period) -> bool:
    """Whether it is a yes that was asked for since the month is open."""
    if not approval.is_granted:
        return False
    return not period.reopenings.filter(reopened_at__gt=approval.requested_at).exists()


def last_decided(kind: str, period: Period) -> Approval | None:
    return (
        Approval.objects.filter(
            company_id=period.company_id, kind=kind, period=period, decided_at__isnull=False
        )
        .select_related("requested_by", "decided_by")
        .order_by("-decided_at")
        .first()
    )
