"""Closing a month as the demo company's people do: look at it, answer for it, then walk it."""

from closing_site.companies.models import User
from closing_site.demo.errors import DemoNotMade
from closing_site.demo.reasons import HELD_BACK, reason_for
from closing_site.desk.actions import acknowledge_finding
from closing_site.desk.findings import standing
from closing_site.desk.models import Severity
from closing_site.periods.models import Period
from closing_site.wizard.approvals import approve_held_back
from closing_site.wizard.checking import ask_checks
from closing_site.wizard.closing import Orders, close
from closing_site.wizard.step import Step
from closing_site.wizard.steps import all_steps
from orders.runs.confirm import defer_blocked


def close_month(period: Period, *, finance: User, manager: User) -> None:
    """Finance works through the steps and signs them, the manager approves. Raises DemoNotMade."""
    for step in all_steps():
        _work_through(period, step, finance, manager)
    closing = close(period, Orders(by=finance, approver=manager))
    if closing.stopped_at:
        raise DemoNotMade(reasons=" ".join(closing.reasons))


def _work_through(period: Period, step: Step, finance: User, manager: User) -> None:
    for run in step.runs:
        run.run(period, by=finance.username)
    if not step.includes_checks:
        ask_checks(period, step)
    if step.slug == "confirm" and period.code in HELD_BACK:
        defer_blocked(period, reason=HELD_BACK[period.code], by=finance.username)
        approve_held_back(period, by=finance, approver=manager)
    for finding in standing(period, Severity.WARN, step=step.slug):
        acknowledge_finding(
            period=period,
            document=finding.document,
            check_slug=finding.check_slug,
            reason=reason_for(finding.check_slug, finding.document),
            by=finance,
        )
    if step.slug == "confirm":
        # What the answers freed.
        for run in step.runs:
            run.run(period, by=finance.username)
