"""How a month's close stands: each step's state, from what is kept beside the period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from closing_site.companies.language import reads_chinese
from closing_site.companies.models import Role
from closing_site.desk.models import Run, Severity, StepStock
from closing_site.desk.stock import Kept, MayBeOld, kept_of
from closing_site.pages.formats import number_text
from closing_site.periods.models import Period, PeriodStatus, SignOff
from closing_site.wizard.models import ProcedureStep
from closing_site.wizard.running import step_of_run
from closing_site.wizard.sign_offs import Changed, changes, latest_sign_offs
from closing_site.wizard.step import Step
from closing_site.wizard.step_state import StepState
from closing_site.wizard.steps import all_steps


@dataclass(frozen=True)
class StepStands:
    """One step of one month. ``changed``: what the signed figures have become; ``may_be_old``: what
    was written since it was counted may have changed it."""

    step: Step
    period: Period
    procedure: ProcedureStep | None
    stock: StepStock | None
    sign_off: SignOff | None
    run: Run | None = None
    changed: list[Changed] = field(default_factory=list)
    may_be_old: MayBeOld = MayBeOld()

    @property
    def title(self) -> str:
        return gettext(self.step.title)

    @property
    def purpose(self) -> str:
        return gettext(self.step.purpose)

    @property
    def instruction(self) -> str:
        if self.procedure is None:
            return ""
        return self.procedure.instruction_zh if reads_chinese() else self.procedure.instruction

    @property
    def owner(self) -> str:
        return str(Role(self.procedure.owner_role).label) if self.procedure else ""

    @property
    def due_on(self) -> date | None:
        if self.procedure is None:
            return None
        return self.period.ends_on + timedelta(days=self.procedure.due_day)

    @property
    def is_late(self) -> bool:
        is_done = self.state is StepState.SIGNED
        return bool(self.due_on and self.due_on < timezone.localdate() and not is_done)

    @property
    def figures(self) -> Mapping[str, Any]:
        """As they are kept; of a locked month as they were signed."""
        kept = self.stock.figures if self.stock else {}
        if self.period.status == PeriodStatus.LOCKED and self.sign_off:
            return {**kept, **self.sign_off.figures}
        return kept

    @property
    def tally(self) -> dict[str, Any]:
        return self.stock.tally if self.stock else {}

    @property
    def is_checked(self) -> bool:
        return self.stock is not None and self.stock.checked_at is not None

    @property
    def blocks(self) -> int:
        """Documents in which something stands that blocks."""
        return self._documents(Severity.BLOCK)

    @property
    def warns(self) -> int:
        """Documents in which a warning stands."""
        return self._documents(Severity.WARN)

    @property
    def ready(self) -> int:
        """Documents that pass every check and wait for the step's run."""
        return self._documents("ready")

    @property
    def answered(self) -> int:
        return sum(counted["answered"] for counted in self.tally.values())

    @property
    def waits(self) -> int:
        """Documents that keep it from being signed."""
        return self._documents("waits")

    @property
    def count(self) -> int:
        """How many documents the step's state is about."""
        if self.state is StepState.BLOCKED:
            return self.blocks
        if self.state is StepState.TO_ANSWER:
            return self.warns
        return self.ready if self.state is StepState.TO_RUN else self.waits

    def _documents(self, which: str) -> int:
        return int(self.stock.waiting.get(which, 0)) if self.stock else 0

    @property
    def state(self) -> StepState:
        if self.period.status == PeriodStatus.LOCKED:
            return StepState.SIGNED
        if self.run and self.run.goes_on:
            return StepState.RUNNING
        if self.sign_off and not self.waits:
            return self._state_signed
        if not self.is_checked:
            return StepState.NOT_BEGUN
        if self.blocks:
            return StepState.BLOCKED
        if self.warns:
            return StepState.TO_ANSWER
        return StepState.TO_RUN if self.waits else StepState.READY

    @property
    def _state_signed(self) -> StepState:
        if self.changed:
            return StepState.STALE
        return StepState.MAY_BE_OLD if self.may_be_old.figures else StepState.SIGNED

    @property
    def told_waits(self) -> str:
        """What keeps it from being signed, in the reader's language."""
        blocked = ngettext(
            "%(count)s document is blocked.", "%(count)s documents are blocked.", self.blocks
        )
        warned = ngettext(
            "%(count)s document has a warning.", "%(count)s documents have a warning.", self.warns
        )
        ready = ngettext(
            "%(count)s document is ready for the run.",
            "%(count)s documents are ready for the run.",
            self.ready,
        )
        said = ((blocked, self.blocks), (warned, self.warns), (ready, self.ready))
        return " ".join(text % {"count": number_text(count)} for text, count in said if count)

    @property
    def told_changes(self) -> list[str]:
        return [changed.told(self.period.company.currency) for changed in self.changed]


def steps_of(period: Period, runs: list[Run] | None = None) -> list[StepStands]:
    """In the order they are walked. Three statements, whatever the month holds."""
    kept = kept_of(period)
    stock = {slug: one.stock for slug, one in kept.items()}
    procedure = {
        written.step: written
        for written in ProcedureStep.objects.filter(company_id=period.company_id)
    }
    signed = latest_sign_offs(period)
    going = {step_of_run(run.kind): run for run in sorted(runs or [], key=lambda run: run.pk)}
    return [
        StepStands(
            step=step,
            period=period,
            procedure=procedure.get(step.slug),
            stock=stock.get(step.slug),
            sign_off=signed.get(step.slug),
            run=going.get(step.slug),
            changed=_changed(period, signed.get(step.slug), stock.get(step.slug)),
            may_be_old=_may_be_old(period, kept.get(step.slug)),
        )
        for step in all_steps()
    ]


def _may_be_old(period: Period, kept: Kept | None) -> MayBeOld:
    """What is locked is as it was sealed; what was never counted is not known."""
    if period.status == PeriodStatus.LOCKED:
        return MayBeOld()
    return kept.may_be_old if kept else MayBeOld(figures=True)


def _changed(period: Period, signed: SignOff | None, stock: StepStock | None) -> list[Changed]:
    if period.status == PeriodStatus.LOCKED or signed is None or stock is None:
        return []
    return changes(signed.figures, stock.figures)


def month_figures(period: Period | None, steps: list[StepStands] | None = None) -> dict[str, Any]:
    """A month's totals without counting: its seal's where it is locked, else those kept."""
    if period is None:
        return {}
    if period.status == PeriodStatus.LOCKED:
        totals: dict[str, Any] = period.seals.latest("position").totals
        return totals
    if steps is not None:
        return dict(next((s.figures for s in steps if s.step.slug == "report"), {}))
    kept = StepStock.objects.filter(
        company_id=period.company_id, period=period, step="report"
    ).first()
    return dict(kept.figures) if kept else {}
