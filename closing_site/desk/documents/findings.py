"""What the checks say of one document, now and let stand."""

import json
from collections.abc import Iterable

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.desk.findings import ACKNOWLEDGED
from closing_site.desk.models import Severity
from closing_site.desk.registry import message_of
from closing_site.desk.shown import group_of
from closing_site.pages.findings import FindingGroup, ShownFinding

OF_DOCUMENT = f"""
    SELECT f.id, f.check_slug, f.severity, f.document_kind, f.document_number, f.amount, f.currency,
        f.parameters, p.code AS period, f.deferred_by, f.deferred_reason,
        coalesce(u.username, '') AS acknowledged_by, coalesce(a.reason, '') AS reason
    FROM desk_finding AS f
    JOIN periods_period AS p ON p.id = f.period_id
    {ACKNOWLEDGED}
    LEFT JOIN companies_user AS u ON u.id = a.acknowledged_by_id
    WHERE f.company_id = %(company)s AND f.document_kind = %(kind)s AND f.document_id = %(id)s
        AND f.resolved_at IS NULL
    ORDER BY p.starts_on DESC, f.id
    LIMIT 200
"""
GRAVEST = [severity.value for severity in Severity]


def findings_of(company: Company, kind: str, pk: int) -> list[FindingGroup]:
    """By check, what blocks first. Those of locked months are told too: they were let stand."""
    rows = sql.rows(OF_DOCUMENT, {"company": company.pk, "kind": kind, "id": pk})
    by_check: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        by_check.setdefault(row["check_slug"], []).append(row)
    groups = [_group(slug, found) for slug, found in by_check.items()]
    return sorted(groups, key=lambda group: GRAVEST.index(group.severity))


def _group(slug: str, rows: list[dict[str, object]]) -> FindingGroup:
    return group_of(slug, str(rows[0]["severity"]), list(_shown(rows)), len(rows))


def _shown(rows: Iterable[dict[str, object]]) -> Iterable[ShownFinding]:
    for row in rows:
        parameters = json.loads(str(row["parameters"]))
        yield ShownFinding(
            severity=str(row["severity"]),
            document_kind="",
            document_number=str(row["period"]),
            message=message_of(str(row["check_slug"]), parameters, str(row["currency"])),
            amount=row["amount"],  # type: ignore[arg-type]
            currency=str(row["currency"]),
            acknowledged_by=str(row["deferred_by"] or row["acknowledged_by"]),
            reason=str(row["deferred_reason"] or row["reason"]),
            extra={"is_held": bool(row["deferred_reason"])},
        )
