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
from payments.runs.cross_currency import place_across_currencies
from payments.runs.placing import (
    count_placed,
    find_payments,
    find_targets,
    place_exact,
    place_named,
)
from payments.runs.refunds import Refunds

#: Receipts and refunds with something left, and what ``keep_left_out`` needs of them.
UNAPPLIED = """
    SELECT id FROM customers_openitem
    WHERE company_id = %(company)s AND settled < amount AND posted_on <= %(ends_on)s
        AND kind IN ('payment', 'opening_advance', 'refund') ORDER BY id
"""
REFUSED = """
    SELECT id::text AS unit, CASE kind WHEN 'refund' THEN 'payment' ELSE kind END AS kind,
        CASE kind WHEN 'opening_advance' THEN id ELSE document_id END AS id, number
    FROM customers_openitem
"""


def match_run(
    period: Period,
    *,
    by: str,
    progress: Progress | None = None,
    payments: Sequence[int] | None = None,
) -> int:
    """Allocate what the rules allocate, dated the later of received and issued, in this month.

    Refunds of earlier months come first; those of the month after what payments name, and before
    what fits by its amount alone. Returns how many allocations were made. ``payments`` narrows it
    to some. Locks: period, then placing, then items. Raises LawBroken where the period is locked.
    """
    progress = progress or Unwatched()
    some = None if payments is None else list(payments)
    with acting(by, run="match"):
        take_periods(period)
        hold_placing(period.company_id)
        how_many, refused = go_on_without(
            lambda only: _match(period, some, only, progress),
            lambda: [row["id"] for row in sql.rows(UNAPPLIED, period_parameters(period))],
        )
        keep_left_out(period, "match", refused, REFUSED)
        return how_many


def _match(
    period: Period,
    payments: list[int] | None,
    only: Sequence[int] | None,
    progress: Progress,
) -> int:
    refunds = Refunds(period, payments, only)
    total = refunds.settle(of_earlier=True)
    turn = _place(period, payments, only)
    if refunds.are_there(of_earlier=False):
        total += _write(period, progress)
        total += refunds.settle(of_earlier=False)
        # What refunds freed may be what other payments name.
        turn = _place(period, payments, only)
    place_exact(turn)
    return total + _write(period, progress)


def _place(period: Period, payments: list[int] | None, only: Sequence[int] | None) -> int:
    find_payments(period, payments, only=only)
    find_targets(period)
    return place_across_currencies(place_named())


def _write(period: Period, progress: Progress) -> int:
    how_many = count_placed()
    if how_many:
        write_allocations(period, how_many, progress)
    return how_many
