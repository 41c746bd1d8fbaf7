"""Findings as pages show them: a few of each check, or one check page by page."""

import json
from collections.abc import Sequence
from typing import Any

from closing_site import sql
from closing_site.desk.findings import ACKNOWLEDGED, ANSWERED, PREVIOUS
from closing_site.desk.models import Severity
from closing_site.desk.registry import (
    READY,
    advice_of,
    all_checks,
    message_of,
    monthly_checks,
    severity_text,
    shown_severity,
    title_of,
)
from closing_site.desk.stock import Tally
from closing_site.pages.findings import FindingGroup, ShownFinding
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters

#: Of each check on a step's page; the rest is shown on a page of its own.
FEW = 8
PAGE = 50

_FOUND = f"""
    SELECT f.id, f.check_slug, f.severity, f.document_kind, f.document_id, f.document_number,
        f.amount, f.currency, f.parameters, a.reason AS acknowledged_because,
        coalesce(u.username, '') AS acknowledged_by, f.deferred_by, f.deferred_reason,
        previous.period AS previous_period, previous.reason AS previous_reason,
        previous.username AS previous_by
    FROM desk_finding AS f
    {ACKNOWLEDGED}
    {PREVIOUS}
    LEFT JOIN companies_user AS u ON u.id = a.acknowledged_by_id
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
"""
FEW_OF_EACH = f"""
    SELECT few.* FROM unnest(%(slugs)s::text[]) AS wanted (slug)
    CROSS JOIN LATERAL ({_FOUND} AND f.check_slug = wanted.slug
        AND {ANSWERED} = %(answered)s ORDER BY f.document_kind, f.document_id LIMIT %(most)s) AS few
"""
ONE_CHECK = f"""
    {_FOUND} AND f.check_slug = %(slug)s AND f.document_id > %(after)s
    ORDER BY f.document_id LIMIT %(most)s
"""
BY_KEY = f"{_FOUND} AND f.step = %(step)s AND f.id = ANY (%(ids)s) ORDER BY f.check_slug, f.id"

#: What a word on all warnings of a step, or on all that one check found, would answer.
_ANSWERABLE = f"""AND f.step = %(step)s AND NOT {ANSWERED}
    AND CASE WHEN %(check)s <> '' THEN f.check_slug = %(check)s ELSE f.severity = 'warn' END"""
ANSWERABLE = f"{_FOUND} {_ANSWERABLE} ORDER BY f.check_slug, f.document_id LIMIT %(most)s"
SUMS = f"""
    SELECT f.currency, count(*) AS count, sum(f.amount) AS amount FROM desk_finding AS f
    {ACKNOWLEDGED}
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
        {_ANSWERABLE}
    GROUP BY f.currency ORDER BY f.currency
"""


def _parameters(period: Period, **more: Any) -> dict[str, Any]:
    final = [check.slug for check in all_checks().values() if not check.can_be_acknowledged]
    return {**period_parameters(period), "final": final, "monthly": monthly_checks(), **more}


def shown(row: dict[str, Any]) -> ShownFinding:
    """A finding in words. ``extra``: whether it may be acknowledged, and how it was answered."""
    check = all_checks().get(row["check_slug"])
    may_stand = check is None or check.can_be_acknowledged
    is_held = row["document_kind"] == "order" and bool(row["deferred_reason"])
    is_acknowledged = may_stand and bool(row["acknowledged_because"])
    by = row["deferred_by"] if is_held else row["acknowledged_by"] if is_acknowledged else ""
    reason = row["deferred_reason"] if is_held else row["acknowledged_because"] or ""
    severity = shown_severity(row["check_slug"], row["severity"])
    return ShownFinding(
        severity=severity,
        document_kind=row["document_kind"],
        document_number=row["document_number"],
        message=message_of(row["check_slug"], json.loads(row["parameters"]), row["currency"]),
        key=row["id"],
        amount=row["amount"],
        currency=row["currency"],
        acknowledged_by=by,
        reason=reason,
        extra={
            "may_stand": may_stand,
            "is_held": is_held,
            "document_id": row["document_id"],
            "check": row["check_slug"],
            "severity_text": severity_text(severity),
            "advice": advice_of(row["check_slug"]),
            "previous": _previous(row),
        },
    )


def _previous(row: dict[str, Any]) -> dict[str, str] | None:
    """The answer to the same in an earlier month, where it is asked again."""
    if row["previous_reason"] is None or row["acknowledged_because"]:
        return None
    return {
        "period": row["previous_period"],
        "by": row["previous_by"],
        "reason": row["previous_reason"],
    }


def groups(period: Period, tally: Tally, *, answered: bool) -> list[FindingGroup]:
    """What stands of each check, or what is answered, as the checks are listed: what blocks comes
    first, what is ready last.

    A few of each: how many there are in all was counted beforehand.
    """
    which = "answered" if answered else "standing"
    slugs = [slug for slug, counted in tally.items() if counted[which]]
    if not slugs:
        return []
    rows = sql.rows(FEW_OF_EACH, _parameters(period, slugs=slugs, answered=answered, most=FEW))
    place = {slug: number for number, slug in enumerate(all_checks())}
    gravest = list(Severity)
    order = sorted(
        slugs,
        key=lambda s: (
            shown_severity(s, "") == READY,
            gravest.index(tally[s]["severity"]),
            place.get(s, len(place)),
        ),
    )
    return [
        group_of(
            slug,
            tally[slug]["severity"],
            [shown(row) for row in rows if row["check_slug"] == slug],
            tally[slug][which],
        )
        for slug in order
    ]


def group_of(
    slug: str, severity: str, findings: Sequence[ShownFinding], count: int, more_url: str = ""
) -> FindingGroup:
    marked = shown_severity(slug, severity)
    return FindingGroup(
        slug=slug,
        title=title_of(slug),
        severity=marked,
        severity_text=severity_text(marked),
        advice=advice_of(slug),
        findings=findings,
        count=count,
        more_url=more_url,
        is_monthly=slug in monthly_checks(),
    )


def page_of(period: Period, slug: str, after: int) -> tuple[list[ShownFinding], int]:
    """One check's findings after this document, and where the next page begins (0: none)."""
    rows = sql.rows(ONE_CHECK, _parameters(period, slug=slug, after=after, most=PAGE + 1))
    following = rows[PAGE - 1]["document_id"] if len(rows) > PAGE else 0
    return [shown(row) for row in rows[:PAGE]], following


def chosen(period: Period, step: str, ids: Sequence[int]) -> list[ShownFinding]:
    """These findings of the step, those of them that are still there."""
    return [shown(row) for row in sql.rows(BY_KEY, _parameters(period, step=step, ids=list(ids)))]


def answerable(
    period: Period, step: str, check: str, most: int
) -> tuple[list[ShownFinding], list[dict[str, Any]]]:
    """The first warnings that stand in a step, or what one check found; and by currency how many
    there are of them all, with the sum of their amounts."""
    parameters = _parameters(period, step=step, check=check, most=most)
    found = [shown(row) for row in sql.rows(ANSWERABLE, parameters)]
    return found, sql.rows(SUMS, parameters)


def standing_of_orders(period: Period, orders: str, **parameters: Any) -> list[ShownFinding]:
    """What stands of the orders whose ids this query yields: a page of it, what blocks first."""
    statement = (
        f"{_FOUND} AND NOT {ANSWERED} AND f.document_kind = 'order'"
        f" AND f.document_id IN ({orders}) ORDER BY f.severity = 'block' DESC,"
        " f.severity = 'warn' DESC, f.document_id LIMIT %(most)s"
    )
    found = sql.rows(statement, _parameters(period, most=PAGE, **parameters))
    return [shown(row) for row in found]
