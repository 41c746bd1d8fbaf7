"""Counting a month for its pages: whoever changes it counts, whoever looks does not."""

from closing_site.desk.stock import keep_stock
from closing_site.periods.models import Period
from closing_site.wizard.step import Figures, Step
from closing_site.wizard.steps import all_steps
from closing_site.wizard.totals import Totals, all_totals


def keep_step(period: Period, step: Step, figures: Figures, *, is_checked: bool = False) -> None:
    keep_stock(period, {step.slug: figures}, checked=[step.slug] if is_checked else [])


def keep_month(
    period: Period, *, totals: Totals | None = None, checked: Step | None = None
) -> None:
    """All five steps: what one does shows in the figures of those after it."""
    totals = all_totals(period) if totals is None else totals
    figures = {step.slug: {name: totals[name] for name in step.names} for step in all_steps()}
    keep_stock(period, figures, checked=[checked.slug] if checked else [])
