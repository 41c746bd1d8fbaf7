"""What the checks say of one document: what is open, and what is history."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.desk.findings import ACKNOWLEDGED
from closing_site.desk.registry import READY, all_checks, message_of, ready_checks
from closing_site.desk.shown import group_of
from closing_site.pages.findings import FindingGroup, ShownFinding

#: Of a locked month all is history, and so is what has been cleared. That an order once was ready
#: to be confirmed tells nothing.
OF_DOCUMENT = f"""
    SELECT f.id, f.check_slug, f.severity, f.document_kind, f.document_number, f.amount, f.currency,
        f.parameters, p.code AS period, f.deferred_by, f.deferred_reason,
        f.resolved_at IS NOT NULL AS is_cleared,
        p.status = 'locked' OR f.resolved_at IS NOT NULL AS is_history,
        coalesce(u.username, '') AS acknowledged_by, coalesce(a.reason, '') AS reason
    FROM desk_finding AS f
    JOIN periods_period AS p ON p.id = f.period_id
    {ACKNOWLEDGED}
    LEFT JOIN companies_user AS u ON u.id = a.acknowledged_by_id
    WHERE f.company_id = %(company)s AND f.document_kind = %(kind)s AND f.document_id = %(id)s
        AND (f.resolved_at IS NULL OR NOT f.check_slug = ANY (%(ready)s))
    ORDER BY p.starts_on DESC, f.id
    LIMIT 200
"""
GRAVEST = ["block", "warn", "note", READY]


class FindingsOf(NamedTuple):
    """``open``: findings of open months that are not cleared, the answered ones among them;
    ``past``: those of locked months, and what is cleared."""

    open: list[FindingGroup]
    past: list[FindingGroup]


def findings_of(company: Company, kind: str, pk: int) -> FindingsOf:
    """By check; what blocks comes first."""
    parameters = {"company": company.pk, "kind": kind, "id": pk, "ready": ready_checks()}
    rows = sql.rows(OF_DOCUMENT, parameters)
    return FindingsOf(
        _groups(row for row in rows if not row["is_history"]),
        _groups(row for row in rows if row["is_history"]),
    )


def _groups(rows: Iterable[dict[str, Any]]) -> list[FindingGroup]:
    by_check: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_check.setdefault(row["check_slug"], []).append(row)
    groups = [_group(slug, found) for slug, found in by_check.items()]
    return sorted(groups, key=lambda group: GRAVEST.index(group.severity))


def _group(slug: str, rows: list[dict[str, Any]]) -> FindingGroup:
    return group_of(slug, rows[0]["severity"], list(_shown(rows)), len(rows))


def _shown(rows: Iterable[dict[str, Any]]) -> Iterable[ShownFinding]:
    for row in rows:
        check = all_checks().get(row["check_slug"])
        may_stand = check is None or check.can_be_acknowledged
        yield ShownFinding(
            severity=row["severity"],
            document_kind="",
            document_number=row["period"],
            message=message_of(row["check_slug"], json.loads(row["parameters"]), row["currency"]),
            amount=row["amount"],
            currency=row["currency"],
            acknowledged_by=row["deferred_by"] or (row["acknowledged_by"] if may_stand else ""),
            reason=row["deferred_reason"] or (row["reason"] if may_stand else ""),
            extra={"is_held": bool(row["deferred_reason"]), "is_cleared": row["is_cleared"]},
        )
