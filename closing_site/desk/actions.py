"""Acknowledging what may stand, with a reason."""

from collections.abc import Sequence

from closing_site import sql
from closing_site.acting import acting
from closing_site.companies.models import User
from closing_site.desk.errors import (
    AcknowledgedAlready,
    CannotBeAcknowledged,
    NotADocument,
    NothingFound,
    UnknownCheck,
)
from closing_site.desk.findings import PREVIOUS
from closing_site.desk.registry import Check, all_checks, monthly_checks
from closing_site.desk.stock import recount_findings
from closing_site.periods.actions import take_periods
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from closing_site.periods.reasons import reason_given

ACKNOWLEDGE = """
    INSERT INTO desk_acknowledgement (company_id, check_slug, document_kind, document_id,
        document_number, digest, reason, acknowledged_by_id, acknowledged_at)
    SELECT company_id, check_slug, document_kind, document_id, document_number, digest,
        %(reason)s, %(by)s, now()
    FROM desk_finding AS f
    WHERE company_id = %(company)s AND period_id = %(period)s AND resolved_at IS NULL
        AND {which}
    ON CONFLICT DO NOTHING
"""

#: The answers of an earlier month given again.
KEEP_ANSWERS = f"""
    INSERT INTO desk_acknowledgement (company_id, check_slug, document_kind, document_id,
        document_number, digest, reason, acknowledged_by_id, acknowledged_at)
    SELECT f.company_id, f.check_slug, f.document_kind, f.document_id, f.document_number, f.digest,
        previous.reason, %(by)s, now()
    FROM desk_finding AS f
    {PREVIOUS}
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
        AND f.check_slug = %(slug)s AND previous.reason IS NOT NULL
        AND (%(ids)s::bigint[] IS NULL OR f.id = ANY (%(ids)s))
    ON CONFLICT DO NOTHING
"""

KEPT = """
    SELECT u.username AS user, a.reason FROM desk_finding AS f
    JOIN desk_acknowledgement AS a ON a.company_id = f.company_id
        AND a.check_slug = f.check_slug AND a.document_kind = f.document_kind
        AND a.document_id = f.document_id AND a.digest = f.digest
    JOIN companies_user AS u ON u.id = a.acknowledged_by_id
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
        AND f.check_slug = %(slug)s AND f.document_kind = %(kind)s
        AND f.document_number = %(number)s
"""


def acknowledge_finding(
    *, period: Period, document: str, check_slug: str, reason: str, by: User
) -> None:
    """Let one finding stand; see ``acknowledge_findings``."""
    acknowledge_findings(period=period, found=[(document, check_slug)], reason=reason, by=by)


def acknowledge_findings(
    *, period: Period, found: Sequence[tuple[str, str]], reason: str, by: User
) -> int:
    """Let these findings stand, all of them or none; returns how many. Each is a document, written
    kind:number, and the check that found it.

    Raises ReasonNeeded, NotADocument, UnknownCheck, CannotBeAcknowledged, NothingFound,
    AcknowledgedAlready, and what the database says where the month is locked.
    """
    checks = [_check(document, check_slug) for document, check_slug in found]
    with acting(by.username):
        take_periods(period)
        for document, check_slug in found:
            _acknowledge_one(period, document, check_slug, reason, by)
        # A month's findings are counted anew once, however many are answered.
        for step in dict.fromkeys(check.step for check in checks):
            recount_findings(period, step)
        return len(found)


def _check(document: str, check_slug: str) -> Check:
    kind, colon, number = document.partition(":")
    if not (colon and kind and number):
        raise NotADocument(document=document)
    check = all_checks().get(check_slug)
    if check is None:
        raise UnknownCheck(check=check_slug)
    if not check.can_be_acknowledged:
        raise CannotBeAcknowledged(check=check_slug, document=document)
    return check


def _acknowledge_one(period: Period, document: str, check_slug: str, reason: str, by: User) -> None:
    kind, _colon, number = document.partition(":")
    which = "check_slug = %(slug)s AND document_kind = %(kind)s AND document_number = %(number)s"
    named = {"slug": check_slug, "kind": kind, "number": number}
    parameters = {**period_parameters(period), **named}
    exists = sql.value(
        "SELECT count(*) FROM desk_finding AS f WHERE company_id = %(company)s"
        f" AND period_id = %(period)s AND resolved_at IS NULL AND {which}",
        parameters,
    )
    if not exists:
        raise NothingFound(check=check_slug, document=document, period=period.code)
    if not _acknowledge(parameters, which, reason, by):
        (kept,) = sql.rows(KEPT, parameters)
        raise AcknowledgedAlready(document=document, user=kept["user"], reason=kept["reason"])


def acknowledge_warnings(*, period: Period, step: str, reason: str, by: User) -> int:
    """Let every warning of a step stand for one reason; returns how many. Raises ReasonNeeded."""
    with acting(by.username):
        take_periods(period)
        parameters = {**period_parameters(period), "step": step}
        which = "severity = 'warn' AND step = %(step)s"
        return _acknowledge_all(period, step, parameters, which, reason, by)


def acknowledge_check(*, period: Period, check_slug: str, reason: str, by: User) -> int:
    """Let all that one check found stand for one reason; returns how many.

    Raises ReasonNeeded, UnknownCheck, CannotBeAcknowledged.
    """
    check = all_checks().get(check_slug)
    if check is None:
        raise UnknownCheck(check=check_slug)
    if not check.can_be_acknowledged:
        raise CannotBeAcknowledged(check=check_slug, document=check_slug)
    with acting(by.username):
        take_periods(period)
        parameters = {**period_parameters(period), "slug": check_slug}
        which = "check_slug = %(slug)s"
        return _acknowledge_all(period, check.step, parameters, which, reason, by)


def keep_answers(
    *, period: Period, check_slug: str, ids: Sequence[int] | None = None, by: User
) -> int:
    """Acknowledge what one check finds again this month with the reasons given before; returns how
    many. ``ids``: of these findings only.

    Raises UnknownCheck, CannotBeAcknowledged, and LawBroken where the month is locked.
    """
    check = all_checks().get(check_slug)
    if check is None:
        raise UnknownCheck(check=check_slug)
    if not check.can_be_acknowledged:
        raise CannotBeAcknowledged(check=check_slug, document=check_slug)
    with acting(by.username):
        take_periods(period)
        kept = sql.execute(
            KEEP_ANSWERS,
            {
                **period_parameters(period),
                "slug": check_slug,
                "monthly": monthly_checks(),
                "ids": None if ids is None else list(ids),
                "by": by.pk,
            },
        )
        recount_findings(period, check.step)
        return kept


def _acknowledge_all(
    period: Period, step: str, parameters: dict[str, object], which: str, reason: str, by: User
) -> int:
    how_many = _acknowledge(parameters, which, reason, by)
    recount_findings(period, step)
    return how_many


def _acknowledge(parameters: dict[str, object], which: str, reason: str, by: User) -> int:
    said = reason_given(reason)
    return sql.execute(ACKNOWLEDGE.format(which=which), {**parameters, "reason": said, "by": by.pk})
