"""What a step's page shows without counting: its figures and its findings, counted beforehand."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from closing_site import sql
from closing_site.desk.findings import ACKNOWLEDGED, ANSWERED
from closing_site.desk.registry import all_checks
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters

#: Check → how many of its findings stand, and how many are answered.
TALLY = f"""
    SELECT f.step, f.check_slug, f.severity, count(*) FILTER (WHERE NOT {ANSWERED}) AS standing,
        count(*) FILTER (WHERE {ANSWERED}) AS answered
    FROM desk_finding AS f
    {ACKNOWLEDGED}
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
    GROUP BY f.step, f.check_slug, f.severity
    ORDER BY f.severity, f.check_slug
"""
KEEP = """
    INSERT INTO desk_stepstock AS kept (company_id, period_id, step, figures, tally,
        audit_position, counted_at, checked_at)
    SELECT %(company)s, %(period)s, s.step, s.figures, s.tally,
        CASE WHEN s.step = ANY (%(checked)s)
            THEN coalesce((SELECT max(id) FROM companies_auditentry), 0) ELSE 0 END,
        now(), CASE WHEN s.step = ANY (%(checked)s) THEN now() END
    FROM jsonb_to_recordset(%(steps)s::jsonb) AS s (step text, figures jsonb, tally jsonb)
    ON CONFLICT (company_id, period_id, step) DO UPDATE SET figures = excluded.figures,
        tally = excluded.tally, counted_at = excluded.counted_at,
        audit_position = greatest(excluded.audit_position, kept.audit_position),
        checked_at = coalesce(excluded.checked_at, kept.checked_at)
"""
KEEP_TALLY = """
    UPDATE desk_stepstock AS kept SET tally = coalesce(s.tally, '{}'::jsonb)
    FROM (SELECT %(tallies)s::jsonb AS tallies) AS t
    CROSS JOIN LATERAL (SELECT t.tallies -> %(step)s AS tally) AS s
    WHERE kept.company_id = %(company)s AND kept.period_id = %(period)s
        AND kept.step = %(step)s
"""
#: Of the newest thousand entries: a page may not read more to learn that it is old. What people do
#: about a month gives its checks nothing to find; a company's settings may.
CHANGED_SINCE = """
    SELECT EXISTS (SELECT FROM (
        SELECT company_id, document_kind FROM companies_auditentry WHERE id > %(position)s
        ORDER BY id DESC LIMIT 1000) AS newest
    WHERE company_id = %(company)s
        AND document_kind NOT IN ('finding', 'approval', 'period', 'cut_off', 'membership'))
"""

Tally = dict[str, dict[str, Any]]


def tallies(period: Period) -> dict[str, Tally]:
    """Step → check → its severity, and how many findings stand and are answered."""
    final = [check.slug for check in all_checks().values() if not check.can_be_acknowledged]
    found: dict[str, Tally] = {}
    for row in sql.rows(TALLY, {**period_parameters(period), "final": final}):
        counted = {name: row[name] for name in ("severity", "standing", "answered")}
        found.setdefault(row["step"], {})[row["check_slug"]] = counted
    return found


def keep_stock(
    period: Period, figures: Mapping[str, Mapping[str, Any]], *, checked: Collection[str] = ()
) -> None:
    """Keep these steps' figures and what their checks have found by now.

    ``checked`` names the steps whose checks were asked just now.
    """
    counted = tallies(period)
    steps = [
        {"step": step, "figures": dict(told), "tally": counted.get(step, {})}
        for step, told in figures.items()
    ]
    kept = {"steps": json.dumps(steps), "checked": list(checked)}
    sql.execute(KEEP, {**period_parameters(period), **kept})


def recount_findings(period: Period, step: str) -> None:
    """After something was answered: the figures are as they were."""
    counted = {"tallies": json.dumps(tallies(period)), "step": step}
    sql.execute(KEEP_TALLY, {**period_parameters(period), **counted})


def changed_since(company_id: int, audit_position: int) -> bool:
    """Whether documents or master data of this company have changed since then."""
    return bool(sql.value(CHANGED_SINCE, {"company": company_id, "position": audit_position}))
