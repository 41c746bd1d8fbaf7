"""How a month's close stands: each step's state, from what is kept beside the period."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from closing_site.companies.language import reads_chinese
from closing_site.companies.models import Role
from closing_site.desk.models import Run, Severity, StepStock
from closing_site.periods.models import Period, PeriodStatus, SignOff
from closing_site.wizard.models import ProcedureStep
from closing_site.wizard.running import step_of_run
from closing_site.wizard.sign_offs import Changed, changes, latest_sign_offs
from closing_site.wizard.step import Step
from closing_site.wizard.steps import all_steps


class StepState(Enum):
    """Its value is the badge's slug, its label what is read."""

    NOT_BEGUN = "not_begun", _("not begun"), "quiet"
    RUNNING = "running", _("running"), "info"
    BLOCKED = "block", _("blocked"), "bad"
    READY = "ready", _("ready to sign"), "info"
    SIGNED = "signed", _("signed off"), "good"
    STALE = "stale", _("stale"), "wait"

    def __init__(self, slug: str, label: Any, tone: str) -> None:
        self.slug, self.label, self.tone = slug, label, tone


@dataclass(frozen=True)
class StepStands:
    """One step of one month. ``changed``: what the signed figures have become."""

    step: Step
    period: Period
    procedure: ProcedureStep | None
    stock: StepStock | None
    sign_off: SignOff | None
    run: Run | None = None
    changed: list[Changed] = field(default_factory=list)

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
        if self.period.status == PeriodStatus.LOCKED and self.sign_off:
            figures: Mapping[str, Any] = self.sign_off.figures
            return figures
        return self.stock.figures if self.stock else {}

    @property
    def tally(self) -> dict[str, Any]:
        return self.stock.tally if self.stock else {}

    @cached_property
    def standing(self) -> dict[str, int]:
        """Severity → how many findings stand."""
        found = dict.fromkeys(Severity.values, 0)
        for counted in self.tally.values():
            found[counted["severity"]] += counted["standing"]
        return found

    @property
    def blocks(self) -> int:
        return self.standing[Severity.BLOCK]

    @property
    def warns(self) -> int:
        return self.standing[Severity.WARN]

    @property
    def answered(self) -> int:
        return sum(counted["answered"] for counted in self.tally.values())

    @property
    def waits(self) -> int:
        """Findings that keep it from being signed."""
        return self.blocks + self.warns

    @property
    def state(self) -> StepState:
        if self.period.status == PeriodStatus.LOCKED:
            return StepState.SIGNED
        if self.run and self.run.goes_on:
            return StepState.RUNNING
        if self.sign_off and not self.waits:
            return StepState.STALE if self.changed else StepState.SIGNED
        if self.stock is None or self.stock.checked_at is None:
            return StepState.NOT_BEGUN
        return StepState.BLOCKED if self.waits else StepState.READY

    @property
    def told_changes(self) -> list[str]:
        return [changed.told(self.period.company.currency) for changed in self.changed]


def steps_of(period: Period, runs: list[Run] | None = None) -> list[StepStands]:
    """In the order they are walked. Three statements, whatever the month holds."""
    stock = {
        kept.step: kept
        for kept in StepStock.objects.filter(company_id=period.company_id, period=period)
    }
    procedure = {
        written.step: written
        for written in ProcedureStep.objects.filter(company_id=period.company_id)
    }
    signed = latest_sign_offs(period)
    going = {step_of_run(run.kind): run for run in runs or []}
    return [
        StepStands(
            step=step,
            period=period,
            procedure=procedure.get(step.slug),
            stock=stock.get(step.slug),
            sign_off=signed.get(step.slug),
            run=going.get(step.slug),
            changed=_changed(period, signed.get(step.slug), stock.get(step.slug)),
        )
        for step in all_steps()
    ]


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
