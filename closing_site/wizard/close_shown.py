"""What every page of a month's close shows: its month, its steps, and who may do what."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from closing_site.companies.access import CompanyRequest
from closing_site.companies.members import APPROVERS, PREPARERS
from closing_site.desk.models import Approval
from closing_site.desk.runs import latest_runs
from closing_site.pages.formats import day_text
from closing_site.periods.days_left import days_left_text
from closing_site.periods.models import Period, PeriodStatus
from closing_site.periods.querysets import earliest_open, month_before
from closing_site.wizard.approvals import close_digest
from closing_site.wizard.asked import LOCK, Asked, asked_of, holds
from closing_site.wizard.duties import is_single_person, require_not_prepared
from closing_site.wizard.early_close import EndOfMonth, end_of
from closing_site.wizard.errors import MonthNotBegun, MonthNotEnded, PreparedThemselves
from closing_site.wizard.overview import StepStands, month_figures, steps_of
from closing_site.wizard.step_state import StepState


@dataclass
class Close:
    """A month's close as one person sees it. Each part is asked for once, where it is shown."""

    request: CompanyRequest
    period: Period

    @property
    def is_locked(self) -> bool:
        return self.period.status == PeriodStatus.LOCKED

    @property
    def may_prepare(self) -> bool:
        return self.request.membership.role in PREPARERS and not self.is_locked

    @property
    def may_approve(self) -> bool:
        return self.request.membership.role in APPROVERS

    @cached_property
    def steps(self) -> list[StepStands]:
        return steps_of(self.period, latest_runs(self.period))

    def step(self, slug: str) -> StepStands:
        found = next((step for step in self.steps if step.step.slug == slug), None)
        if found is None:
            raise Http404
        return found

    @cached_property
    def before(self) -> Period | None:
        return month_before(self.period)

    @cached_property
    def totals(self) -> dict[str, Any]:
        return month_figures(self.period, self.steps)

    @cached_property
    def totals_before(self) -> dict[str, Any]:
        return month_figures(self.before)

    @property
    def earlier_open(self) -> Period | None:
        """The month that has to be locked first: the earliest that is open."""
        is_open = self.before and self.before.status == PeriodStatus.OPEN
        return earliest_open(self.period.company_id) if is_open and not self.is_locked else None

    @property
    def is_running(self) -> bool:
        return any(step.run and step.run.goes_on for step in self.steps)

    @property
    def may_be_old(self) -> bool:
        """Something was written since the figures were counted, or they never were."""
        return not self.is_locked and any(step.may_be_old.figures for step in self.steps)

    @property
    def is_uncounted(self) -> bool:
        return all(step.stock is None for step in self.steps)

    @property
    def are_all_signed(self) -> bool:
        return all(step.state is StepState.SIGNED for step in self.steps)

    @property
    def has_signed(self) -> bool:
        """Whether a step stands by this person's word, who then cannot approve (law 11)."""
        return any(
            step.sign_off and step.sign_off.signed_by == self.request.user for step in self.steps
        )

    @cached_property
    def refusal_to_approve(self) -> str:
        """Why this person cannot approve the lock, as one who prepared; empty where they can."""
        if is_single_person(self.period):
            return ""
        try:
            require_not_prepared(self.period, self.request.user)
        except PreparedThemselves as refusal:
            return refusal.message
        return ""

    @cached_property
    def asked(self) -> Asked:
        """For the lock, and the last word on it."""
        return Asked() if self.is_locked else asked_of(LOCK, self.period)

    @property
    def requested(self) -> Approval | None:
        return self.asked.waits

    @property
    def decided(self) -> Approval | None:
        return self.asked.decided

    @cached_property
    def granted(self) -> Approval | None:
        return self.decided if self.decided and holds(self.decided, self.period) else None

    @cached_property
    def refused(self) -> Approval | None:
        """The last request, where it was sent back and none has been made since."""
        is_refused = self.decided and self.decided.is_granted is False and not self.requested
        return self.decided if is_refused else None

    @cached_property
    def is_left_behind(self) -> bool:
        """What was asked for, or approved, is no longer what the month's figures are."""
        asked = self.requested or self.granted
        if asked is None:
            return False
        return not self.are_all_signed or asked.digest != close_digest(self.period, self.totals)

    @cached_property
    def end(self) -> EndOfMonth:
        """How far the month is from its end, today."""
        return end_of(self.period)

    @property
    def end_text(self) -> str:
        """Why it cannot be locked yet, or that it would be early; empty once it has ended."""
        if self.is_locked or not self.end.is_early:
            return ""
        told = {
            "period": self.period.code,
            "day": day_text(self.period.ends_on),
            "left": days_left_text(self.end.days_left),
        }
        if not self.end.has_begun:
            return MonthNotBegun(
                period=self.period.code, day=day_text(self.period.starts_on)
            ).message
        if not self.end.is_allowed:
            return MonthNotEnded(**told).message
        return gettext("%(period)s ends on %(day)s: %(left)s. It would be locked early.") % told

    @property
    def lock_state(self) -> tuple[str, Any, str]:
        """Slug, words and tone of the badge."""
        if self.is_locked:
            return "locked", _("locked"), "good"
        if self.is_left_behind:
            return "stale", _("out of date"), "wait"
        if self.requested:
            return "requested", _("waits for approval"), "wait"
        if self.granted:
            return "approved", _("approved"), "good"
        return "open", _("not yet"), "quiet"


def close_of(request: CompanyRequest, code: str) -> Close:
    """404 for a month that is not there."""
    periods = Period.objects.select_related("company")
    return Close(request, get_object_or_404(periods, company=request.company, code=code))
