"""The lock: every blocking check again, the seal, and only then the status (laws 8 to 11, 14)."""

import hashlib

from django.utils import timezone

from closing_site import sql
from closing_site.acting import acting
from closing_site.companies.models import User
from closing_site.desk.findings import (
    Standing,
    period_parameters,
    run_checks,
    severity_of,
    standing,
)
from closing_site.desk.models import Approval, Severity
from closing_site.desk.registry import advice_of, message_of
from closing_site.periods import sealing
from closing_site.periods.actions import take_order_of_months
from closing_site.periods.errors import (
    EarlierPeriodOpen,
    NotLocked,
    ReasonNeeded,
    SecondPersonNeeded,
)
from closing_site.periods.models import Period, PeriodStatus, Reopening, Seal, SignOff
from closing_site.wizard.errors import AlreadyLocked, ChecksBlock, StepWaits
from closing_site.wizard.steps import all_steps
from closing_site.wizard.totals import Totals, all_totals
from reconciliation.balances import freeze_balances

#: One approval a document held back, all by the same two people.
APPROVE_HELD_BACK = """
    WITH waiting AS (
        SELECT h.id, h.reason, o.id AS order_id, o.number,
            md5(ROW(h.delivery_id, h.reason, h.net, h.tax)::text) AS digest
        FROM orders_heldback AS h
        JOIN orders_delivery AS d ON d.id = h.delivery_id
        JOIN orders_order AS o ON o.id = d.order_id
        WHERE h.company_id = %(company)s AND h.period_id = %(period)s AND h.approval_id IS NULL
    ), approved AS (
        INSERT INTO desk_approval (company_id, kind, period_id, document_kind, document_id,
            document_number, digest, reason, requested_by_id, requested_at, decided_by_id,
            decided_at, is_granted)
        SELECT %(company)s, 'hold_back', %(period)s, 'held_back', id, number, digest, reason,
            %(by)s, now(), %(approver)s, now(), true
        FROM waiting ORDER BY id RETURNING id, document_id
    )
    UPDATE orders_heldback AS h SET approval_id = a.id FROM approved AS a
    WHERE h.id = a.document_id
"""


def figures_digest(figures: Totals) -> str:
    return hashlib.sha256(sealing.canonical(figures)).hexdigest()


def require_second_person(by: User, approver: User) -> None:
    """Law 11. Raises SecondPersonNeeded."""
    if by.pk == approver.pk:
        raise SecondPersonNeeded(user=by.username)


def sign_off(period: Period, step: str, figures: Totals, *, by: User) -> SignOff:
    """A person's word that a step is done, with the figures they saw."""
    with acting(by.username):
        return SignOff.objects.create(
            company_id=period.company_id,
            period=period,
            step=step,
            signed_by=by,
            figures=figures,
            digest=figures_digest(figures),
        )


def approve_held_back(period: Period, *, by: User, approver: User) -> int:
    """Grant what the month's held-back deliveries wait for; returns how many.

    Raises SecondPersonNeeded, LawBroken.
    """
    require_second_person(by, approver)
    with acting(approver.username):
        people = {"by": by.pk, "approver": approver.pk}
        return sql.execute(APPROVE_HELD_BACK, {**period_parameters(period), **people})


def lock_period(period: Period, *, by: User, approver: User) -> Seal:
    """Seal and lock a month whose five steps are signed off with the figures as they are now.

    Takes the period's row first and waits for everyone who writes in the month; what is sealed is
    read after that. Raises AlreadyLocked, EarlierPeriodOpen, SecondPersonNeeded, StepWaits,
    ChecksBlock; then nothing is changed.
    """
    require_second_person(by, approver)
    with acting(by.username):
        take_order_of_months(period.company_id)
        period = (
            Period.objects.select_for_update(of=("self",))
            .select_related("company")
            .get(pk=period.pk)
        )
        if period.status == PeriodStatus.LOCKED:
            raise AlreadyLocked(period=period.code)
        require_earlier_locked(period)
        approve_held_back(period, by=by, approver=approver)
        totals = all_totals(period)
        _require_signed(period, totals)
        check_again(period)
        freeze_balances(period)
        sealing.hash_documents(period)
        seal = _make_seal(period, totals, by=by, approver=approver)
        _approve("lock", period, seal, by=by, approver=approver)
        period.status = PeriodStatus.LOCKED
        period.save(update_fields=["status"])
        return seal


def reopen_period(period: Period, *, reason: str, by: User, approver: User) -> Reopening:
    """Make the last locked month open again; its seal stays (law 10).

    Raises ReasonNeeded, SecondPersonNeeded, NotLocked, and LawBroken where a later month is locked.
    """
    require_second_person(by, approver)
    if not reason.strip():
        raise ReasonNeeded()
    with acting(by.username):
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
            seal=period.seals.latest("position"),
            reason=reason.strip(),
            requested_by=by,
            approved_by=approver,
        )
        _approve("reopen", period, reopening.seal, by=by, approver=approver)
        period.status = PeriodStatus.OPEN
        period.save(update_fields=["status"])
        return reopening


def check_again(period: Period) -> None:
    """Every blocking check, over the month as it is now. Raises ChecksBlock."""
    for step in all_steps():
        if step.prepare:
            step.prepare(period)
        blocking = [c for c in step.checks if severity_of(c, period) == Severity.BLOCK]
        run_checks(period, blocking)
    if found := standing(period, Severity.BLOCK):
        raise ChecksBlock(count=len(found), first=told(found[0]))


def told(finding: Standing) -> str:
    """One finding, its document first: what is wrong, and what to do about it."""
    message = message_of(finding.check_slug, finding.parameters)
    return f"{finding.document}: {message} {advice_of(finding.check_slug)}".strip()


def require_earlier_locked(period: Period) -> None:
    earlier = (
        Period.objects.filter(
            company_id=period.company_id, status=PeriodStatus.OPEN, starts_on__lt=period.starts_on
        )
        .order_by("starts_on")
        .first()
    )
    if earlier:
        raise EarlierPeriodOpen(earlier=earlier.code, period=period.code)


def _require_signed(period: Period, totals: Totals) -> None:
    """Each step's last sign-off names the figures as they are; else it is stale."""
    for step in all_steps():
        last = period.sign_offs.filter(step=step.slug).order_by("-id").first()
        figures = {name: totals[name] for name in last.figures if name in totals} if last else {}
        if last is None or figures_digest(figures) != last.digest:
            changed = [
                f"{name} {value} → {totals.get(name)}"
                for name, value in (last.figures if last else {}).items()
                if value != totals.get(name)
            ]
            raise StepWaits(step=step.slug, what=", ".join(changed) or "–")


def _approve(kind: str, period: Period, seal: Seal, *, by: User, approver: User) -> None:
    """The second person's own act, bound to the seal they saw."""
    with acting(approver.username):
        Approval.objects.create(
            company_id=period.company_id,
            kind=kind,
            period=period,
            document_kind="period",
            document_id=period.pk,
            document_number=period.code,
            digest=seal.digest,
            requested_by=by,
            decided_by=approver,
            decided_at=timezone.now(),
            is_granted=True,
        )


def _make_seal(period: Period, totals: Totals, *, by: User, approver: User) -> Seal:
    previous = Seal.objects.filter(company_id=period.company_id).order_by("-position").first()
    position = previous.position + 1 if previous else 1
    documents = sealing.summary()
    digest = sealing.seal_digest(
        company=period.company.code,
        period=period.code,
        position=position,
        previous=previous.digest if previous else "",
        version=sealing.VERSION,
        totals=totals,
        documents=documents,
    )
    seal = Seal.objects.create(
        company_id=period.company_id,
        period=period,
        position=position,
        previous=previous,
        version=sealing.VERSION,
        totals=totals,
        documents=documents,
        digest=digest,
        signature=sealing.sign(digest),
        public_key=sealing.public_key(),
        sealed_by=by,
        approved_by=approver,
    )
    sealing.write_chunks(seal)
    return seal
