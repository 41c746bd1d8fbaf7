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
from closing_site.desk.models import Finding
from closing_site.desk.shown import chosen
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from closing_site.wizard.errors import HeldBackAlready, NothingToHoldBack
from closing_site.wizard.stock import keep_month
from orders.runs.confirm import hold_back

#: Orders that a check of this step blocks, and no one has held back.
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
    HOLD_BACK = "hold-back", _("Hold these orders back"), _("Deliveries held back: %(count)s.")
    HOLD_ALL_BACK = (
        "hold-all-back",
        _("Hold back every order that is blocked"),
        _("Deliveries held back: %(count)s."),
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
        return self in (Answer.LET_ALL_STAND, Answer.LET_WARNINGS_STAND, Answer.HOLD_ALL_BACK)

    @property
    def holds_back(self) -> bool:
        return self in (Answer.HOLD_BACK, Answer.HOLD_ALL_BACK)


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
    """Returns how many findings were acknowledged, or deliveries held back.

    Raises ReasonNeeded, CannotBeAcknowledged, AcknowledgedAlready, HeldBackAlready,
    NothingToHoldBack, and LawBroken where the month is locked.
    """
    if how.holds_back:
        return _hold_back(period, step, None if how.is_for_all else ids, check, reason, by)
    if how is Answer.LET_ALL_STAND:
        return acknowledge_check(period=period, check_slug=check, reason=reason, by=by)
    if how is Answer.LET_WARNINGS_STAND:
        return acknowledge_warnings(period=period, step=step, reason=reason, by=by)
    found = [
        (f"{finding.document_kind}:{finding.document_number}", finding.extra["check"])
        for finding in chosen(period, step, ids)
    ]
    return acknowledge_findings(period=period, found=found, reason=reason, by=by)


def _hold_back(
    period: Period, step: str, ids: Sequence[int] | None, check: str, reason: str, by: User
) -> int:
    with acting(by.username):
        orders = blocked_orders(period, step, ids, check)
        held = hold_back(period, reason=reason, by=by.username, orders=orders)
        if not held:
            _say_who_held(period, ids)
            raise NothingToHoldBack()
        keep_month(period)
        return held


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
    """Someone was faster, or it is an old page. Raises HeldBackAlready."""
    found = Finding.objects.filter(company_id=period.company_id, period=period, pk__in=ids or [])
    if held := found.exclude(deferred_reason="").first():
        raise HeldBackAlready(
            number=held.document_number, user=held.deferred_by, reason=held.deferred_reason
        )
