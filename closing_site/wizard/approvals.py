"""A second person's word: on what is held back, on the lock, on a reopening (law 11)."""

import hashlib

from django.utils import timezone

from closing_site import sql
from closing_site.acting import acting
from closing_site.companies.models import User
from closing_site.desk.errors import AlreadyAsked, AlreadyDecided
from closing_site.desk.models import Approval
from closing_site.periods import sealing
from closing_site.periods.actions import take_periods
from closing_site.periods.errors import SecondPersonNeeded
from closing_site.periods.models import Period, Seal
from closing_site.periods.parameters import period_parameters
from closing_site.periods.reasons import reason_given
from closing_site.wizard.asked import LOCK, waiting_for
from closing_site.wizard.duties import is_single_person, require_not_prepared
from closing_site.wizard.early_close import require_may_lock
from closing_site.wizard.errors import ApprovalStale
from closing_site.wizard.sign_offs import (
    require_earlier_locked,
    require_no_signer,
    require_signed,
)
from closing_site.wizard.totals import Totals, all_totals
from orders.laws.unbilled import approved_digest

#: An unknown amount of which the approver says nothing is accrued as zero, for the reason given.
ESTIMATE_ZERO = """
    UPDATE orders_unbilled SET estimate = 0
    WHERE company_id = %(company)s AND period_id = %(period)s AND approval_id IS NULL
        AND kind = 'amount_unknown' AND estimate IS NULL
"""
#: What the approver deferred themselves is approved by another.
DEFERRED_BY = """
    SELECT EXISTS (SELECT FROM orders_unbilled AS h
        JOIN orders_deferral AS f ON f.id = h.deferral_id
        WHERE h.company_id = %(company)s AND h.period_id = %(period)s AND h.approval_id IS NULL
            AND f.deferred_by_id = %(approver)s)
"""
#: One approval a deferred delivery and month, asked for by who deferred it.
APPROVE_HELD_BACK = f"""
    WITH waiting AS (
        SELECT h.id, h.reason, o.id AS order_id, o.number,
            coalesce(f.deferred_by_id, %(by)s) AS deferred_by_id, {approved_digest("h")} AS digest
        FROM orders_unbilled AS h
        LEFT JOIN orders_deferral AS f ON f.id = h.deferral_id
        JOIN orders_delivery AS d ON d.id = h.delivery_id
        JOIN orders_order AS o ON o.id = d.order_id
        WHERE h.company_id = %(company)s AND h.period_id = %(period)s AND h.approval_id IS NULL
    ), approved AS (
        INSERT INTO desk_approval (company_id, kind, period_id, document_kind, document_id,
            document_number, digest, reason, requested_by_id, requested_at, decided_by_id,
            decided_at, is_granted, is_single_person)
        SELECT %(company)s, 'hold_back', %(period)s, 'held_back', id, number, digest, reason,
            deferred_by_id, now(), %(approver)s, now(), true, deferred_by_id = %(approver)s
        FROM waiting ORDER BY id RETURNING id, document_id
    )
    UPDATE orders_unbilled AS h SET approval_id = a.id FROM approved AS a
    WHERE h.id = a.document_id
"""
#: Of two who ask at once the second learns that it is asked for.
ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended('closing requests', %(company)s))"

#: What an approver sees beside the totals: the unbilled list, and what may stand. An estimate is
#: the approver's own word, and no part of what was asked for.
SEEN = """
    SELECT (SELECT coalesce(md5(string_agg(
            ROW(delivery_id, kind, reason, net, tax)::text, ';' ORDER BY delivery_id)), '')
        FROM orders_unbilled
        WHERE company_id = %(company)s AND period_id = %(period)s) AS held_back,
    (SELECT coalesce(md5(string_agg(ROW(f.check_slug, f.document_kind, f.document_id, f.digest,
            a.reason, a.acknowledged_by_id)::text, ';' ORDER BY f.id)), '')
        FROM desk_finding AS f
        JOIN desk_acknowledgement AS a ON a.company_id = f.company_id
            AND a.check_slug = f.check_slug AND a.document_kind = f.document_kind
            AND a.document_id = f.document_id AND a.digest = f.digest
        WHERE f.company_id = %(company)s AND f.period_id = %(period)s
            AND f.resolved_at IS NULL) AS acknowledged
"""


def require_second_person(period: Period, by: User, approver: User) -> None:
    """Invariant 11, unless the company lets one person do both. Raises SecondPersonNeeded."""
    if by.pk == approver.pk and not is_single_person(period):
        raise SecondPersonNeeded(user=by.username)


def approve_held_back(period: Period, *, by: User, approver: User) -> int:
    """Approves the month's deferred deliveries that are not approved yet; returns how many.

    Raises SecondPersonNeeded, LawBroken.
    """
    require_second_person(period, by, approver)
    # Approving prepares nothing, though the rows that it approves are changed by it.
    with acting(approver.username, run="approval"):
        people = {"by": by.pk, "approver": approver.pk}
        parameters = {**period_parameters(period), **people}
        if sql.value(DEFERRED_BY, parameters) and not is_single_person(period):
            raise SecondPersonNeeded(user=approver.username)
        sql.execute(ESTIMATE_ZERO, parameters)
        return sql.execute(APPROVE_HELD_BACK, parameters)


def close_digest(period: Period, totals: Totals) -> str:
    """Of all that an approver of the lock sees: totals, what is held back, what may stand."""
    (seen,) = sql.rows(SEEN, period_parameters(period))
    return hashlib.sha256(sealing.canonical({"totals": totals, **seen})).hexdigest()


def request_lock(period: Period, *, note: str, by: User) -> Approval:
    """Ask for the lock of a month whose five steps are signed with the figures as they are.

    A request that the figures have left behind is withdrawn for the new one. ``note``: for who
    approves; of a month that has not ended the reason why it is locked early.

    Raises MonthNotBegun, MonthNotEnded, EarlyReasonNeeded, EarlierPeriodOpen, StepWaits,
    AlreadyAsked, and LawBroken where the month is locked.
    """
    with acting(by.username):
        take_periods(period)
        require_earlier_locked(period)
        require_may_lock(period, note)
        totals = all_totals(period)
        require_signed(period, totals)
        return ask(LOCK, period, close_digest(period, totals), reason=note, by=by)


def latest_seal(period: Period) -> Seal:
    return period.seals.latest("position")


def grant(kind: str, period: Period, digest: str, *, by: User, approver: User) -> Approval:
    """The second person's own act on what the first asks for in the same moment."""
    with acting(by.username):
        asked = Approval.objects.create(
            company_id=period.company_id,
            kind=kind,
            period=period,
            document_kind="period",
            document_id=period.pk,
            document_number=period.code,
            digest=digest,
            requested_by=by,
        )
    with acting(approver.username):
        _decide(asked, approver, is_granted=True)
        return asked


def _decide(approval: Approval, by: User, *, is_granted: bool, reason: str = "") -> None:
    approval.decided_by, approval.decided_at = by, timezone.now()
    approval.is_granted, approval.decision_reason = is_granted, reason
    approval.is_single_person = approval.requested_by_id == by.pk
    approval.save(
        update_fields=[
            *("decided_by", "decided_at", "is_granted", "decision_reason", "is_single_person")
        ]
    )


def decide(approval: Approval, *, is_granted: bool, reason: str, seen: str, by: User) -> Approval:
    """A second person's yes or no to what they saw (``seen``: its digest). A no says why.

    What a yes sets free is done by the caller, in the same transaction. Raises AlreadyDecided,
    SecondPersonNeeded, SignedThemselves, PreparedThemselves, ReasonNeeded, ApprovalStale.
    """
    reason = reason_given(reason, is_needed=not is_granted)
    with acting(by.username):
        approval = _held(approval)
        # Asked for apart: what was joined beforehand would not know of who decided meanwhile.
        if approval.decided_by:
            raise AlreadyDecided(user=approval.decided_by.username)
        require_second_person(approval.period, approval.requested_by, by)
        if is_granted:
            _require_seen(approval, seen, by)
        _decide(approval, by, is_granted=is_granted, reason=reason)
        return approval


def _held(approval: Approval) -> Approval:
    """As it is now, until the transaction ends. Raises ApprovalStale where it was taken back."""
    held = Approval.objects.select_for_update(of=("self",))
    found = held.select_related("requested_by", "period__company").filter(pk=approval.pk).first()
    if found is None:
        raise ApprovalStale(period=approval.document_number)
    return found


def withdraw(approval: Approval, *, by: User) -> None:
    """Whoever asked (``by``) asks no more. Raises AlreadyDecided; not where it is gone already."""
    with acting(by.username):
        own = Approval.objects.filter(pk=approval.pk, requested_by=by)
        own.filter(decided_at=None).delete()
        decided = own.select_related("decided_by").first()
        if decided and decided.decided_by:
            raise AlreadyDecided(user=decided.decided_by.username)


def _require_seen(approval: Approval, seen: str, by: User) -> None:
    """What is granted is what was asked for, what was seen, and what is so now."""
    period = approval.period
    if approval.kind == LOCK:
        require_may_lock(period, approval.reason)
        totals = all_totals(period)
        require_signed(period, totals)
        if not is_single_person(period):
            require_no_signer(period, by)
            require_not_prepared(period, by, requester=approval.requested_by)
        now = close_digest(period, totals)
    else:
        now = latest_seal(period).digest
    if not approval.digest == seen == now:
        raise ApprovalStale(period=period.code)


def ask(kind: str, period: Period, digest: str, *, reason: str, by: User) -> Approval:
    """A request that the figures have left behind gives way to the new one. Raises AlreadyAsked."""
    sql.execute(ONE_BY_ONE, {"company": period.company_id})
    asked = waiting_for(kind, period)
    if asked and asked.digest == digest:
        raise AlreadyAsked(user=asked.requested_by.username)
    if asked:
        asked.delete()
    return Approval.objects.create(
        company_id=period.company_id,
        kind=kind,
        period=period,
        document_kind="period",
        document_id=period.pk,
        document_number=period.code,
        digest=digest,
        reason=reason_given(reason, is_needed=False),
        requested_by=by,
    )
