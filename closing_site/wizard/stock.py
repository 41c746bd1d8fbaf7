"""Counting a month for its pages: whoever changes it counts, whoever looks does not."""

from collections.abc import Collection

from closing_site.acting import acting
from closing_site.companies.models import User
from closing_site.desk.stock import audit_mark, keep_stock
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period
from closing_site.wizard.step import Figures, Step
from closing_site.wizard.steps import all_steps
from closing_site.wizard.totals import Totals, counted


def keep_step(period: Period, step: Step, *, is_checked: bool) -> Figures:
    """Count one step, and keep it. ``is_checked``: its checks were asked just now."""
    mark, checked = audit_mark(), [step.slug] if is_checked else []
    figures = step.figures(period)
    keep_stock(period, {step.slug: figures}, mark=mark, checked=checked)
    return figures


def keep_month(period: Period, *, checked: Step | None = None, checked_mark: str = "") -> None:
    """All five steps: what one does shows in the figures of those after it.

    ``checked``: the step whose checks were run, ``checked_mark`` the moment before that.
    """
    mark = audit_mark()
    steps = [checked.slug] if checked else []
    keep_counted(period, counted(period), mark, checked=steps, checked_mark=checked_mark)


def keep_counted(
    period: Period,
    found: Totals,
    mark: str,
    *,
    checked: Collection[str] = (),
    checked_mark: str = "",
) -> None:
    """What was counted just now, with the moment before it."""
    figures = {step.slug: {name: found[name] for name in step.kept} for step in all_steps()}
    keep_stock(period, figures, mark=mark, checked=checked, checked_mark=checked_mark)


def count_month(period: Period, *, by: User) -> None:
    """Count an open month anew, for its pages; no check is asked. Raises LawBroken where the month
    is locked."""
    with acting(by.username):
        take_periods(period)
        keep_month(period)
