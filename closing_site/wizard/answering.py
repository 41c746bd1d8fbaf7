"""What people answer to findings of a step: one, several, or all that a check found."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from closing_site import sql
from closing_site.acting import acting
from closing_site.companies.models import User
from closing_site.desk.actions import acknowledge_check, acknowledge_findings, acknowledge_warnings
from closing_site.desk.findings import run_checks
from closing_site.desk.models import Finding
from closing_site.desk.shown import chosen
from closing_site.desk.stock import recount_findings
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from closing_site.wizard.errors import DeferredAlready, NothingOfMonthToDefer
from closing_site.wizard.stock import keep_month
from orders.checks import AFTER_CONFIRMING
from orders.runs.confirm import defer_blocked, defer_orders
from orders.scope import make_scope

#: Orders that a check of this step blocks, and no one has deferred.
ORDERS = """
    SELECT DISTINCT document_id FROM desk_finding
    WHERE company_id = %(company)s AND period_id = %(period)s AND step = %(step)s
        AND document_kind = 'order' AND resolved_at IS NULL AND deferred_reason = ''
        AND CASE WHEN %(ids)s::bigint[] IS NOT NULL THEN id = ANY (%(ids)s)
            WHEN %(check)s <> '' THEN check_slug = %(check)s
            ELSE severity = 'block' AND check_slug <> 'delivered-not-confirmed' END
"""


class Answer(Enum):
    """Its value is what the button posts; then its title, and what it did."""

    LET_STAND = "let-stand", _("Let these findings stand"), _("Findings acknowledged: %(count)s.")
    LET_ALL_STAND = (
        "let-all-stand",
        _("Let all that this check found stand"),
        _("Findings acknowledged: %(count)s."),
    )
    LET_WARNINGS_STAND = (
        "let-warnings-stand",
        _("Let every warning of this step stand"),
        _("Findings acknowledged: %(count)s."),
    )
    DEFER = "defer", _("Defer these orders"), _("Deliveries deferred: %(count)s.")
    DEFER_ALL = (
        "defer-all",
        _("Defer every order that is blocked"),
        _("Deliveries deferred: %(count)s."),
    )

    def __init__(self, slug: str, title: str, done: str) -> None:
        self.slug, self._title, self._done = slug, title, done

    @classmethod
    def of(cls, slug: str) -> "Answer | None":
        return next((answer for answer in cls if answer.slug == slug), None)

    @property
    def title(self) -> str:
        return gettext(self._title)

    def told(self, count: int) -> str:
        return gettext(self._done) % {"count": f"{count:,}"}

    @property
    def is_for_all(self) -> bool:
        return self in (Answer.LET_ALL_STAND, Answer.LET_WARNINGS_STAND, Answer.DEFER_ALL)

    @property
    def defers(self) -> bool:
        return self in (Answer.DEFER, Answer.DEFER_ALL)


def answer_findings(
    period: Period,
    step: str,
    how: Answer,
    *,
    check: str = "",
    ids: Sequence[int] = (),
    reason: str,
    by: User,
) -> int:
    """Returns how many findings were acknowledged, or deliveries deferred.

    Raises ReasonNeeded, CannotBeAcknowledged, AcknowledgedAlready, DeferredAlready,
    NothingOfMonthToDefer, and LawBroken where the month is locked.
    """
    if how.defers:
        return _defer(period, step, None if how.is_for_all else ids, check, reason, by)
    with acting(by.username):
        answered = _acknowledge(period, step, how, check=check, ids=ids, reason=reason, by=by)
        if step == "confirm":
            _ask_freed(period)
        return answered


def _ask_freed(period: Period) -> None:
    """An order that a warning held is ready now, and says so."""
    take_periods(period)
    make_scope(period)
    run_checks(period, AFTER_CONFIRMING)
    recount_findings(period, "confirm")


def _acknowledge(
    period: Period,
    step: str,
    how: Answer,
    *,
    check: str,
    ids: Sequence[int],
    reason: str,
    by: User,
) -> int:
    if how is Answer.LET_ALL_STAND:
        return acknowledge_check(period=period, check_slug=check, reason=reason, by=by)
    if how is Answer.LET_WARNINGS_STAND:
        return acknowledge_warnings(period=period, step=step, reason=reason, by=by)
    found = [
        (f"{finding.document_kind}:{finding.document_number}", finding.extra["check"])
        for finding in chosen(period, step, ids)
    ]
    return acknowledge_findings(period=period, found=found, reason=reason, by=by)


def _defer(
    period: Period, step: str, ids: Sequence[int] | None, check: str, reason: str, by: User
) -> int:
    with acting(by.username):
        orders = blocked_orders(period, step, ids, check)
        # All that is blocked ends by itself; what a person chose ends when a person releases it.
        defer = defer_blocked if ids is None else defer_orders
        deferred = defer(period, reason=reason, by=by.username, orders=orders)
        if not deferred:
            _say_who_held(period, ids)
            raise NothingOfMonthToDefer()
        keep_month(period)
        return deferred


def blocked_orders(
    period: Period, step: str, ids: Sequence[int] | None, check: str = ""
) -> list[int]:
    """Of these findings, of one check's, or of all that block in the step."""
    named: dict[str, Any] = {
        "step": step,
        "check": check,
        "ids": None if ids is None else list(ids),
    }
    return [row["document_id"] for row in sql.rows(ORDERS, {**period_parameters(period), **named})]


def _say_who_held(period: Period, ids: Sequence[int] | None) -> None:
    """Someone was faster, or it is an old page. Raises DeferredAlready."""
    found = Finding.objects.filter(company_id=period.company_id, period=period, pk__in=ids or [])
    if held := found.exclude(deferred_reason="").first():
        raise DeferredAlready(
            number=held.document_number, user=held.deferred_by, reason=held.deferred_reason
        )
