"""The lock: every blocking check again, the seal, and only then the status (laws 8 to 11, 14)."""

from closing_site.acting import acting
from closing_site.companies.audit_chain import chain_audit
from closing_site.companies.models import User
from closing_site.database_objects.declarations import rules_digest
from closing_site.desk.attachments import take_attachments
from closing_site.desk.models import Approval
from closing_site.desk.stock import audit_mark
from closing_site.periods import sealing
from closing_site.periods.actions import take_order_of_months
from closing_site.periods.models import Period, PeriodStatus, Seal
from closing_site.periods.reasons import reason_given
from closing_site.program import program_version
from closing_site.wizard.approvals import (
    approve_held_back,
    close_digest,
    grant,
    require_second_person,
)
from closing_site.wizard.asked import LOCK, granted_lock
from closing_site.wizard.checking import check_again
from closing_site.wizard.duties import duties_of, is_single_person, require_not_prepared
from closing_site.wizard.early_close import end_of, require_may_lock
from closing_site.wizard.errors import AlreadyLocked, ApprovalStale, ApproverNeeded
from closing_site.wizard.late_documents import book_late_documents
from closing_site.wizard.sign_offs import (
    require_earlier_locked,
    require_no_signer,
    require_signed,
)
from closing_site.wizard.stock import keep_counted
from closing_site.wizard.totals import Totals, counted, totals_of
from reconciliation.balances import freeze_balances
from reconciliation.month_names import keep_names
from reports.pack import request_pack


def lock_period(
    period: Period,
    *,
    by: User,
    approver: User,
    approval: Approval | None = None,
    pressed_by: User | None = None,
    early_reason: str = "",
    is_rehearsal: bool = False,
) -> Seal:
    """Seal and lock a month whose five steps are signed off with the figures as they are now.

    Takes the period's row first and waits for everyone who writes in the month; what is sealed is
    read after that. Documents that came after the voucher run are booked first: a step that was
    signed without them is out of date.

    The seal names who prepared it (``by``) and who approved; the audit names who locks:
    ``pressed_by``, one of the two, else who prepared it. ``approval`` is the second person's, where
    it was given beforehand, and holds for what they saw; else this is their act. ``early_reason``:
    why a month that has not ended is locked. ``is_rehearsal``: the caller rolls back, so that the
    month need not have ended.

    Raises MonthNotBegun, MonthNotEnded, EarlyReasonNeeded, AlreadyLocked, EarlierPeriodOpen,
    SecondPersonNeeded, StepWaits, DocumentsCameLate, SignedThemselves, PreparedThemselves,
    ApprovalStale, ChecksBlock; then nothing is changed.
    """
    require_second_person(period, by, approver)
    with acting((pressed_by or by).username):
        take_order_of_months(period.company_id)
        period = (
            Period.objects.select_for_update(of=("self",))
            .select_related("company")
            .get(pk=period.pk)
        )
        if period.status == PeriodStatus.LOCKED:
            raise AlreadyLocked(period=period.code)
        require_earlier_locked(period)
        end = end_of(period) if is_rehearsal else require_may_lock(period, early_reason)
        # No document can come any more: what came after the voucher run is booked, then counted.
        late = book_late_documents(period, by=(pressed_by or by).username)
        mark = audit_mark()
        figures = counted(period)
        totals = totals_of(figures)
        require_signed(period, totals, late=late)
        is_single = is_single_person(period)
        if not is_single:
            require_no_signer(period, approver)
            require_not_prepared(period, approver, requester=by)
        if approval and approval.digest != close_digest(period, totals):
            raise ApprovalStale(period=period.code)
        approve_held_back(period, by=by, approver=approver)
        check_again(period)
        freeze_balances(period)
        keep_names(period)
        take_attachments(period)
        if approval is None:
            # Before the seal, which holds the month's approvals.
            grant(LOCK, period, close_digest(period, totals), by=by, approver=approver)
        sealing.hash_documents(period, sealing.VERSION)
        early = (end.days_left, reason_given(early_reason, is_needed=False))
        seal = _make_seal(
            period,
            totals,
            by=by,
            approver=approver,
            early=early if end.is_early else (None, ""),
            is_single=is_single,
        )
        keep_counted(period, figures, mark)
        period.status = PeriodStatus.LOCKED
        period.save(update_fields=["status"])
        request_pack(period)
        return seal


def lock_approved(period: Period, *, by: User) -> Seal:
    """Lock a month that a second person has approved: they themselves, or who prepared it.

    Raises ApproverNeeded, and what ``lock_period`` raises.
    """
    approval = granted_lock(period)
    if approval is None or approval.decided_by is None:
        if Period.objects.get(pk=period.pk).status == PeriodStatus.LOCKED:
            raise AlreadyLocked(period=period.code)
        raise ApproverNeeded()
    approver = approval.decided_by
    preparer = approval.requested_by if by == approver else by
    return lock_period(
        period,
        by=preparer,
        approver=approver,
        approval=approval,
        pressed_by=by,
        early_reason=approval.reason,
    )


def _make_seal(
    period: Period,
    totals: Totals,
    *,
    by: User,
    approver: User,
    early: tuple[int | None, str],
    is_single: bool,
) -> Seal:
    """``early``: days left and reason of a month that has not ended."""
    previous = Seal.objects.filter(company_id=period.company_id).order_by("-position").first()
    position = previous.position + 1 if previous else 1
    audit = chain_audit(period.company_id)
    seal = Seal(
        company=period.company,
        period=period,
        position=position,
        previous=previous,
        version=sealing.VERSION,
        totals=totals,
        documents=sealing.summary(sealing.VERSION),
        details={
            "sealed_by": by.username,
            "approved_by": approver.username,
            "program": {"version": program_version(), "rules": rules_digest()},
            "audit": audit._asdict(),
            **duties_of(period, is_single=is_single, approver=approver),
        },
        public_key=sealing.public_key(),
        sealed_by=by,
        approved_by=approver,
        early_days_left=early[0],
        early_reason=early[1],
        is_single_person=is_single,
    )
    seal.digest = sealing.digest_of(seal)
    seal.signature = sealing.sign(seal.digest)
    seal.save()
    sealing.write_chunks(seal)
    return seal
