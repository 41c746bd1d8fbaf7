"""The match-run: what was received is set against what is owed; the rest stays an advance."""

from collections.abc import Sequence

from closing_site.acting import acting
from closing_site.desk.progress import Progress, Unwatched
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period
from payments.runs.allocating import hold_placing, write_allocations
from payments.runs.placing import place_payments


def match_run(
    period: Period,
    *,
    by: str,
    progress: Progress | None = None,
    payments: Sequence[int] | None = None,
) -> int:
    """Place what the rules place, dated the later of received and issued, in this month.

    Returns how many allocations were made. ``payments`` narrows it to some. Locks: period, then
    placing, then items. Raises LawBroken where the period is locked.
    """
    progress = progress or Unwatched()
    with acting(by):
        take_periods(period)
        hold_placing(period.company_id)
        how_many = place_payments(period, payments)
        if how_many:
            write_allocations(period, how_many, progress)
        return how_many
