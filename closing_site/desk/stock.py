"""What a step's page shows without counting: its figures and its findings, counted beforehand."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from closing_site import sql
from closing_site.desk.findings import ACKNOWLEDGED, ANSWERED
from closing_site.desk.models import StepStock
from closing_site.desk.registry import all_checks, ready_checks
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
#: A document that several checks found something in is one that waits.
WAITING = f"""
    SELECT step, count(DISTINCT document) AS waits,
        count(DISTINCT document) FILTER (WHERE severity = 'block' AND NOT is_ready) AS block,
        count(DISTINCT document) FILTER (WHERE is_ready) AS ready,
        count(DISTINCT document) FILTER (WHERE severity = 'warn') AS warn
    FROM (
        SELECT f.step, f.severity, f.check_slug = ANY (%(ready)s) AS is_ready,
            ROW(f.document_kind, f.document_id) AS document
        FROM desk_finding AS f
        {ACKNOWLEDGED}
        WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
            AND f.severity IN ('block', 'warn') AND NOT {ANSWERED}
    ) AS standing GROUP BY step
"""
KEEP = """
    INSERT INTO desk_stepstock AS kept (company_id, period_id, step, figures, tally, waiting,
        counted_mark, checked_mark, counted_at, checked_at)
    SELECT %(company)s, %(period)s, s.step, s.figures, s.tally, s.waiting, %(mark)s,
        CASE WHEN s.step = ANY (%(checked)s)
            THEN coalesce(nullif(%(checked_mark)s, ''), audit_mark()) ELSE '' END,
        now(), CASE WHEN s.step = ANY (%(checked)s) THEN now() END
    FROM jsonb_to_recordset(%(steps)s::jsonb) AS s
        (step text, figures jsonb, tally jsonb, waiting jsonb)
    ON CONFLICT (company_id, period_id, step) DO UPDATE SET figures = excluded.figures,
        tally = excluded.tally, waiting = excluded.waiting, counted_at = excluded.counted_at,
        counted_mark = excluded.counted_mark,
        checked_mark = coalesce(nullif(excluded.checked_mark, ''), kept.checked_mark),
        checked_at = coalesce(excluded.checked_at, kept.checked_at)
"""
KEEP_TALLY = """
    UPDATE desk_stepstock SET tally = %(tally)s::jsonb, waiting = %(waiting)s::jsonb
    WHERE company_id = %(company)s AND period_id = %(period)s AND step = %(step)s
"""
#: What people do about a month gives its checks nothing to find; a company's settings may.
CHANGED_SINCE = "SELECT audit_changed_since(%(company)s, %(mark)s)"
#: With whether the figures, and what the checks have found, may be old.
KEPT = """
    SELECT kept.*, audit_changed_since(company_id, counted_mark) AS figures_may_be_old,
        checked_at IS NOT NULL
            AND audit_changed_since(company_id, checked_mark) AS findings_may_be_old
    FROM desk_stepstock AS kept WHERE company_id = %(company)s AND period_id = %(period)s
"""

Tally = dict[str, dict[str, Any]]


class MayBeOld(NamedTuple):
    """Something was written since a step's figures were counted, or since its checks were asked."""

    figures: bool = False
    findings: bool = False


class Kept(NamedTuple):
    stock: StepStock
    may_be_old: MayBeOld


def tallies(period: Period) -> dict[str, Tally]:
    """Step → check → its severity, and how many findings stand and are answered."""
    found: dict[str, Tally] = {}
    for row in sql.rows(TALLY, _of_findings(period)):
        counted = {name: row[name] for name in ("severity", "standing", "answered")}
        found.setdefault(row["step"], {})[row["check_slug"]] = counted
    return found


def waiting_documents(period: Period) -> dict[str, dict[str, int]]:
    """Step → how many documents wait for someone, in all and by severity."""
    return {row.pop("step"): row for row in sql.rows(WAITING, _of_findings(period))}


def _of_findings(period: Period) -> dict[str, Any]:
    final = [check.slug for check in all_checks().values() if not check.can_be_acknowledged]
    return {**period_parameters(period), "final": final, "ready": ready_checks()}


def keep_stock(
    period: Period,
    figures: Mapping[str, Mapping[str, Any]],
    *,
    mark: str,
    checked: Collection[str] = (),
    checked_mark: str = "",
) -> None:
    """Keep these steps' figures and what their checks have found by now.

    ``mark``: the moment before the figures were counted (``audit_mark``). ``checked`` names the
    steps whose checks were run, ``checked_mark`` the moment before that; empty: just now.
    """
    counted, waiting = tallies(period), waiting_documents(period)
    steps = [
        {
            "step": step,
            "figures": dict(told),
            "tally": counted.get(step, {}),
            "waiting": waiting.get(step, {}),
        }
        for step, told in figures.items()
    ]
    kept = {"steps": json.dumps(steps), "mark": mark}
    asked = {"checked": list(checked), "checked_mark": checked_mark}
    sql.execute(KEEP, {**period_parameters(period), **kept, **asked})


def audit_mark() -> str:
    """This moment, as what the audit's transactions can be compared with."""
    return str(sql.value("SELECT audit_mark()"))


def recount_findings(period: Period, step: str) -> None:
    """After something was answered: the figures are as they were."""
    counted = {
        "step": step,
        "tally": json.dumps(tallies(period).get(step, {})),
        "waiting": json.dumps(waiting_documents(period).get(step, {})),
    }
    sql.execute(KEEP_TALLY, {**period_parameters(period), **counted})


def changed_since(company_id: int, mark: str) -> bool:
    """Whether documents or master data of this company have changed since then. What was written
    before and committed since has; of the own transaction, only what came after."""
    return bool(sql.value(CHANGED_SINCE, {"company": company_id, "mark": mark}))


def kept_of(period: Period) -> dict[str, Kept]:
    """Step → what is kept of it, and whether that may be old. One statement."""
    found: Iterable[Any] = StepStock.objects.raw(KEPT, period_parameters(period))
    return {
        stock.step: Kept(stock, MayBeOld(stock.figures_may_be_old, stock.findings_may_be_old))
        for stock in found
    }
