"""Running checks: what they find is kept, what they find no more is resolved."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from closing_site import sql
from closing_site.desk.models import Severity
from closing_site.desk.registry import Check, all_checks
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters

BEGIN = """
    DROP TABLE IF EXISTS pg_temp.found_now;
    CREATE TEMP TABLE found_now (
        check_slug text, step text, severity text, document_kind text, document_id bigint,
        document_number text, amount numeric, currency text, parameters jsonb, digest text
    ) ON COMMIT DROP
"""
FIND = """
    INSERT INTO found_now
    SELECT %(slug)s, %(step)s, %(severity)s, document_kind, document_id, document_number, amount,
        coalesce(currency, ''), parameters, md5(parameters::text || %(asked_in)s)
    FROM ({query}) AS found
"""
KEEP = """
    INSERT INTO desk_finding AS kept (company_id, period_id, step, check_slug, severity,
        document_kind, document_id, document_number, amount, currency, parameters, digest, found_at,
        deferred_by, deferred_reason)
    SELECT %(company)s, %(period)s, step, check_slug, severity, document_kind, document_id,
        document_number, amount, currency, parameters, digest, now(), '', ''
    FROM found_now ORDER BY check_slug, document_id
    ON CONFLICT (company_id, period_id, check_slug, document_kind, document_id) DO UPDATE
    SET severity = excluded.severity, document_number = excluded.document_number,
        amount = excluded.amount, currency = excluded.currency, parameters = excluded.parameters,
        digest = excluded.digest, resolved_at = NULL, deferred_by = '', deferred_reason = ''
    WHERE kept.resolved_at IS NOT NULL OR kept.digest <> excluded.digest
        OR kept.severity <> excluded.severity
"""
RESOLVE = """
    UPDATE desk_finding AS kept SET resolved_at = now()
    WHERE kept.company_id = %(company)s AND kept.period_id = %(period)s
        AND kept.check_slug = ANY (%(slugs)s) AND kept.resolved_at IS NULL
        AND (%(orders)s::bigint[] IS NULL
            OR (kept.document_kind = 'order' AND kept.document_id = ANY (%(orders)s)))
        AND NOT EXISTS (SELECT FROM found_now AS f WHERE f.check_slug = kept.check_slug
            AND f.document_kind = kept.document_kind AND f.document_id = kept.document_id)
"""
#: The acknowledgement (a) of a finding (f), where there is one of just this.
ACKNOWLEDGED = """
    LEFT JOIN desk_acknowledgement AS a ON a.company_id = f.company_id
        AND a.check_slug = f.check_slug AND a.document_kind = f.document_kind
        AND a.document_id = f.document_id AND a.digest = f.digest"""
#: Of a finding (f) of what continues from month to month: the answer to the same in the latest
#: month before. %(monthly)s: the checks that ask again in each month.
PREVIOUS = """
    LEFT JOIN LATERAL (
        SELECT p.code AS period, b.reason, u.username
        FROM desk_finding AS e
        JOIN periods_period AS p ON p.id = e.period_id
        JOIN desk_acknowledgement AS b ON b.company_id = e.company_id
            AND b.check_slug = e.check_slug AND b.document_kind = e.document_kind
            AND b.document_id = e.document_id AND b.digest = e.digest
        JOIN companies_user AS u ON u.id = b.acknowledged_by_id
        WHERE e.company_id = f.company_id AND e.document_kind = f.document_kind
            AND e.document_id = f.document_id AND e.check_slug = f.check_slug
            AND e.period_id <> f.period_id AND e.parameters = f.parameters
        ORDER BY p.starts_on DESC LIMIT 1
    ) AS previous ON f.check_slug = ANY (%(monthly)s)"""
#: A finding (f) that a reason (a) lets stand, or whose order is held back. What blocks by nature
#: (the checks named in ``final``) no reason lets stand.
ANSWERED = """(
    (a.id IS NOT NULL AND NOT f.check_slug = ANY (%(final)s))
    OR (f.deferred_reason <> '' AND f.document_kind = 'order'))"""
#: Unresolved findings that no acknowledgement covers, of documents that are not held back.
STANDING = f"""
    SELECT f.id, f.step, f.check_slug, f.severity, f.document_kind, f.document_number,
        f.parameters, f.currency FROM desk_finding AS f
    {ACKNOWLEDGED}
    WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
        AND NOT {ANSWERED}
        AND f.severity = ANY (%(severities)s)
        AND (%(step)s = '' OR f.step = %(step)s)
    ORDER BY f.severity, f.check_slug, f.document_number
"""
COUNTS = """
    SELECT severity, count(*) AS how_many FROM desk_finding
    WHERE company_id = %(company)s AND period_id = %(period)s AND step = %(step)s
        AND resolved_at IS NULL
    GROUP BY severity
"""


@dataclass(frozen=True)
class Standing:
    """A finding that waits for someone."""

    step: str
    check_slug: str
    severity: str
    document: str
    parameters: dict[str, object]
    currency: str = ""


def severity_of(check: Check, period: Period) -> str:
    """The company may have made a check stricter or milder; what blocks by nature blocks."""
    if not check.can_be_acknowledged:
        return Severity.BLOCK
    return str(period.company.severities.get(check.slug, check.severity))


def run_checks(
    period: Period, checks: Iterable[Check], orders: Sequence[int] | None = None
) -> None:
    """Ask these checks of an open month. The company may have made one stricter or milder.

    Where only some ``orders`` were looked at, what the others had stands as it was.
    """
    checks = list(checks)
    for is_last in (False, True):
        if asked := [check for check in checks if check.is_last == is_last]:
            _ask(period, asked, orders)


def _ask(period: Period, checks: Sequence[Check], orders: Sequence[int] | None) -> None:
    parameters = period_parameters(period)
    sql.execute(BEGIN)
    for check in checks:
        severity = severity_of(check, period)
        # An answer holds for what was seen, in later months too; to what continues, for the month.
        asked_in = period.code if check.is_monthly else ""
        named = {
            "slug": check.slug,
            "step": check.step,
            "severity": severity,
            "asked_in": asked_in,
        }
        sql.execute(FIND.format(query=check.query), {**parameters, **named})
    sql.execute(KEEP, parameters)
    looked_at = {"slugs": [c.slug for c in checks], "orders": orders and list(orders)}
    sql.execute(RESOLVE, {**parameters, **looked_at})


def standing(period: Period, *severities: Severity, step: str = "") -> list[Standing]:
    """Findings of these severities that are neither resolved nor acknowledged.

    What blocks comes first; then as the checks are listed, so that a cause precedes its effects.
    """
    place = {slug: number for number, slug in enumerate(all_checks())}
    parameters = {
        **period_parameters(period),
        "step": step,
        "severities": list(severities),
        "final": [c.slug for c in all_checks().values() if not c.can_be_acknowledged],
    }
    return [
        Standing(
            row["step"],
            row["check_slug"],
            row["severity"],
            f"{row['document_kind']}:{row['document_number']}",
            json.loads(row["parameters"]),
            row["currency"],
        )
        for row in sorted(
            sql.rows(STANDING, parameters),
            key=lambda row: (row["severity"], place.get(row["check_slug"], len(place))),
        )
    ]


def counts(period: Period, step: str) -> dict[str, int]:
    """Unresolved findings of a step by severity, acknowledged ones included."""
    found = dict.fromkeys(Severity.values, 0)
    for row in sql.rows(COUNTS, {**period_parameters(period), "step": step}):
        found[row["severity"]] = row["how_many"]
    return found
