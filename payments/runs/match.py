"""The match-run: what was received is set against what is owed; the rest stays an advance."""

from collections.abc import Sequence

from closing_site import sql
from closing_site.acting import acting
from closing_site.desk.leaving_out import go_on_without, keep_left_out
from closing_site.desk.progress import Progress, Unwatched
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from payments.runs.allocating import hold_placing, write_allocations
from payments.runs.placing import place_payments

#: Credits with something left, and what ``keep_left_out`` needs of them.
UNAPPLIED = """
    SELECT id FROM customers_openitem
    WHERE company_id = %(company)s AND settled < amount AND posted_on <= %(ends_on)s
        AND kind IN ('payment', 'opening_advance') ORDER BY id
"""
REFUSED = """
    SELECT id::text AS unit, kind, CASE kind WHEN 'payment' THEN document_id ELSE id END AS id,
        number FROM customers_openitem
"""


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
        how_many, refused = go_on_without(
            lambda only: _match(period, payments, only, progress),
            lambda: [row["id"] for row in sql.rows(UNAPPLIED, period_parameters(period))],
        )
        keep_left_out(period, "match", refused, REFUSED)
        return how_many


def _match(
    period: Period,
    payments: Sequence[int] | None,
    only: Sequence[int] | None,
    progress: Progress,
) -> int:
    how_many = place_payments(period, payments, only)
    if how_many:
        write_allocations(period, how_many, progress)
    return how_many
