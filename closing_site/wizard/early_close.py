"""Locking a month before it has ended: never before it begins, else only by the company's rule.

ACCOUNTING 15.6. Only the lock and the request for it are refused; runs, sign-offs and rehearsals of
an unfinished month work as always. The database holds every seal to the same rule.
"""

from typing import NamedTuple

from closing_site import sql
from closing_site.pages.formats import day_text
from closing_site.periods.days_left import days_left_text
from closing_site.periods.models import Period
from closing_site.periods.reasons import reason_given
from closing_site.wizard.errors import EarlyReasonNeeded, MonthNotBegun, MonthNotEnded

#: The company's own day, by the database's clock: the one that its seals are held against.
DAYS_LEFT = """
    SELECT greatest(p.ends_on - c.today + 1, 0) AS days_left, c.today >= p.starts_on AS has_begun,
        c.early_close AS is_allowed
    FROM periods_period AS p JOIN (
        SELECT id, early_close, (now() AT TIME ZONE time_zone)::date AS today FROM companies_company
    ) AS c ON c.id = p.company_id
    WHERE p.id = %(period)s
"""


class EndOfMonth(NamedTuple):
    """How far a month is from its end, today.

    ``days_left``: its days that are not over, today included; 0 once it has ended. ``is_allowed``:
    whether the company lets it be locked earlier.
    """

    days_left: int
    has_begun: bool
    is_allowed: bool

    @property
    def is_early(self) -> bool:
        return self.days_left > 0

    @property
    def can_lock(self) -> bool:
        return not self.is_early or (self.has_begun and self.is_allowed)


def end_of(period: Period) -> EndOfMonth:
    (found,) = sql.rows(DAYS_LEFT, {"period": period.pk})
    return EndOfMonth(**found)


def require_may_lock(period: Period, reason: str) -> EndOfMonth:
    """Require a month that has ended, or one that the company lets be locked early, with a reason.

    Raises MonthNotBegun, MonthNotEnded, EarlyReasonNeeded, ReasonTooLong.
    """
    end = end_of(period)
    if not end.is_early:
        return end
    if not end.has_begun:
        raise MonthNotBegun(period=period.code, day=day_text(period.starts_on))
    told = {
        "period": period.code,
        "day": day_text(period.ends_on),
        "left": days_left_text(end.days_left),
    }
    if not end.is_allowed:
        raise MonthNotEnded(**told)
    if not reason_given(reason, is_needed=False):
        raise EarlyReasonNeeded(**told)
    return end
