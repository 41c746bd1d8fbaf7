"""Walking a month through its steps without a browser, with the actions that the pages use."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final

from django.db import IntegrityError, transaction
from psycopg.errors import CheckViolation

from closing_site import sql
from closing_site.acting import acting
from closing_site.companies.models import User
from closing_site.desk.actions import acknowledge_warnings
from closing_site.desk.findings import counts
from closing_site.desk.progress import Progress, Unwatched
from closing_site.periods.lock_laws_sql import ENDED_LAW
from closing_site.periods.models import Period, PeriodStatus
from closing_site.refusals import Refusal, refusal_of
from closing_site.wizard.approvals import approve_held_back
from closing_site.wizard.asked import LOCK
from closing_site.wizard.checking import check_after_run, told, waiting
from closing_site.wizard.duties import is_single_person
from closing_site.wizard.early_close import end_of
from closing_site.wizard.errors import AlreadyLocked, ApproverNeeded, ChecksBlock, StepWaits
from closing_site.wizard.locking import lock_period
from closing_site.wizard.sign_offs import require_earlier_locked, sign_step
from closing_site.wizard.step import Step
from closing_site.wizard.steps import all_steps
from closing_site.wizard.stock import keep_step
from closing_site.wizard.totals import all_totals, totals_of
from orders.runs.confirm import confirm_run, defer_blocked
from orders.scope import unanswered_orders

#: What a commit would ask, but for one thing: whether the month has ended.
DEFERRED = """
    SELECT 'SET CONSTRAINTS ' || string_agg(DISTINCT quote_ident(conname), ', ') || ' IMMEDIATE'
    FROM pg_constraint WHERE condeferrable AND conname <> %(but)s
        AND connamespace = 'public'::regnamespace
"""

#: So often a close signs again what documents of other writers have left behind.
MOST_SIGNED_AGAIN: Final = 3

Watch = Callable[[Period, str, str], AbstractContextManager[Progress]]


@dataclass(frozen=True)
class Orders:
    """What a close is told beforehand, so that it need not ask."""

    by: User
    approver: User | None = None
    through: str = ""
    defer_reason: str = ""
    acknowledge_reason: str = ""
    early_reason: str = ""
    is_rehearsal: bool = False


@dataclass
class Closing:
    """What a close did. ``stopped_at`` names the step it could not pass, with the reasons.

    ``status`` and ``seal`` are the period's at its end; a rehearsal tells what they would be.
    ``days_left``: days of the month that are not over, today included.
    """

    period: Period
    status: str = PeriodStatus.OPEN
    steps: list[dict[str, Any]] = field(default_factory=list)
    stopped_at: str | None = None
    reasons: list[str] = field(default_factory=list)
    totals: dict[str, Any] = field(default_factory=dict)
    seal: str = ""
    days_left: int = 0

    def stop(self, at: str, reasons: list[str]) -> None:
        self.stopped_at, self.reasons = at, reasons

    def as_json(self) -> dict[str, Any]:
        return {
            "company": self.period.company.code,
            "period": self.period.code,
            "status": self.status,
            "steps": self.steps,
            "stopped_at": self.stopped_at,
            "reasons": self.reasons,
            "totals": self.totals,
            "seal": self.seal,
            "days_left": self.days_left,
        }


def unwatched(period: Period, kind: str, by: str) -> AbstractContextManager[Progress]:
    return nullcontext(Unwatched())


def close(period: Period, orders: Orders, *, watch: Watch = unwatched) -> Closing:
    """Walk the steps; lock at the end. Each step that is passed is committed and signed off.

    Where documents of others come meanwhile, it is walked and signed again, three times at most.
    Never raises a Refusal: what refuses stops the close and is its reason.
    """
    closing = Closing(period, days_left=end_of(period).days_left)
    at = all_steps()[0].slug
    try:
        if period.status == PeriodStatus.LOCKED:
            raise AlreadyLocked(period=period.code)
        require_earlier_locked(period)
        for rounds in count():
            closing.steps.clear()
            for step in all_steps():
                at = step.slug
                if not _pass_step(closing, step, orders, watch) or step.slug == orders.through:
                    break
            else:
                # Where a step's slug would stand, when the lock itself refuses.
                at = LOCK
                if not _locks(closing, orders, is_last=rounds == MOST_SIGNED_AGAIN):
                    continue
            break
    except Refusal as refusal:
        closing.stop(at, [refusal.message])
    except IntegrityError as error:
        # Someone was faster: a law refused, and the step's transaction is rolled back.
        if not isinstance(error.__cause__, CheckViolation):
            raise
        closing.stop(at, [refusal_of(error).message])
    period.refresh_from_db()
    closing.status = period.status
    if period.status == PeriodStatus.LOCKED:
        seal = period.seals.latest("position")
        closing.seal, closing.totals = seal.digest, totals_of(seal.totals)
    else:
        closing.totals = all_totals(period)
    return closing


def _locks(closing: Closing, orders: Orders, *, is_last: bool) -> bool:
    """False where documents came since the steps were signed, and they are walked again.

    Raises ApproverNeeded, and what ``lock_period`` raises.
    """
    is_alone = orders.approver == orders.by and not is_single_person(closing.period)
    if orders.approver is None or is_alone:
        raise ApproverNeeded()
    try:
        lock_period(
            closing.period,
            by=orders.by,
            approver=orders.approver,
            early_reason=orders.early_reason,
            is_rehearsal=orders.is_rehearsal,
        )
    except (StepWaits, ChecksBlock):
        if is_last:
            raise
        return False
    return True


def rehearse(period: Period, orders: Orders) -> Closing:
    """The whole close as it would be, rolled back to the last row: of a month that has not ended as
    it would be if it had.

    No one watches its runs: their progress, written over another connection, would stay.
    """
    with transaction.atomic():
        closing = close(period, replace(orders, is_rehearsal=True))
        sql.execute(sql.value(DEFERRED, {"but": ENDED_LAW}))
        transaction.set_rollback(True)
    period.refresh_from_db()
    return closing


def _pass_step(closing: Closing, step: Step, orders: Orders, watch: Watch) -> bool:
    period, begun = closing.period, time.monotonic()
    by = orders.by.username
    for run in step.runs:
        with watch(period, run.kind, by) as progress:
            run.run(period, by=by, progress=progress)
    if not step.includes_checks:
        check_after_run(period, step, by=by)
    if step.slug == "confirm" and orders.defer_reason:
        _defer_blocked(period, orders)
    if orders.acknowledge_reason:
        _acknowledge(period, step, orders)
    if found := waiting(period, step):
        figures = step.signed(keep_step(period, step, is_checked=True))
        closing.stop(step.slug, [told(finding) for finding in found])
    else:
        figures = sign_step(period, step, by=orders.by, is_checked=True).figures
    closing.steps.append(
        {
            "step": step.slug,
            "state": "blocked" if found else "signed_off",
            "seconds": round(time.monotonic() - begun, 2),
            "findings": counts(period, step.slug),
            "figures": figures,
        }
    )
    return not found


def _acknowledge(period: Period, step: Step, orders: Orders) -> None:
    """What the answers free is confirmed at once."""
    by = orders.by
    held = unanswered_orders(period) if step.slug == "confirm" else []
    acknowledge_warnings(period=period, step=step.slug, reason=orders.acknowledge_reason, by=by)
    if held:
        # Part of the close, a run over others' data: nobody chose these orders one by one.
        with acting(by.username, run="confirm"):
            confirm_run(period, by=by.username, orders=held)


def _defer_blocked(period: Period, orders: Orders) -> None:
    defer_blocked(period, reason=orders.defer_reason, by=orders.by.username)
    if orders.approver and (orders.approver != orders.by or is_single_person(period)):
        approve_held_back(period, by=orders.by, approver=orders.approver)
