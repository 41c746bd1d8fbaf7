"""Law 13: the audit against the hashes of its batches, the batches against their chain, and the
chain against the seals that hold a position of it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from closing_site import sql
from closing_site.companies.audit_chain import chain_audit
from closing_site.companies.models import Company
from closing_site.laws.audit_sql import ENTRIES_DIGEST, LINK_DIGEST
from closing_site.periods import sealing
from closing_site.periods.models import Period
from closing_site.wizard.integrity.problem import Problem

LAW = 13


class Links(NamedTuple):
    """Positions in the chain after ``first``, up to ``last``; None: to its end."""

    first: int = 0
    last: int | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        return {"first": self.first, "last": self.last}


BATCHES = """
    SELECT b.* FROM companies_auditbatch AS b
    WHERE b.company_id = %(company)s AND (%(whole)s OR EXISTS (
        SELECT FROM companies_auditlink AS l WHERE l.company_id = b.company_id
            AND l.batch_id = b.id AND l.position > %(first)s
            AND (%(last)s::bigint IS NULL OR l.position <= %(last)s)))
"""
#: Each entry is in one batch, and each batch holds the entries it was written with.
ENTRIES = f"""
    WITH batch AS ({BATCHES}), found AS (
        SELECT e.batch AS number, count(*) AS rows, {ENTRIES_DIGEST} AS digest,
            min(e.document_number) AS document, min(e.id) AS first_id
        FROM companies_auditentry AS e
        WHERE e.company_id = %(company)s AND (%(whole)s OR (
            e.id BETWEEN (SELECT min(first_id) FROM batch) AND (SELECT max(last_id) FROM batch)
            AND e.batch IN (SELECT number FROM batch)))
        GROUP BY e.batch
    )
    SELECT coalesce(found.first_id, batch.first_id) AS key, found.document,
        CASE WHEN batch.id IS NULL THEN 'entries of no batch: inserted by hand'
            WHEN found.number IS NULL THEN 'its entries were deleted'
            WHEN found.rows < batch.rows THEN 'an entry was deleted'
            WHEN found.rows > batch.rows THEN 'an entry was inserted'
            ELSE 'an entry was changed' END AS problem
    FROM found FULL JOIN batch ON batch.number = found.number
    WHERE ROW(found.rows, found.digest) IS DISTINCT FROM ROW(batch.rows, batch.digest)
    ORDER BY 1
"""
#: A link is the hash over its batch and the link before; places follow each other without a gap.
CHAIN = f"""
    SELECT link.id AS key, link.position, CASE
        WHEN link.position <> link.place THEN 'a link before it is missing'
        WHEN b.id IS NULL THEN 'its batch was deleted'
        ELSE 'it is not the hash over its batch and the link before' END AS problem
    FROM (
        SELECT l.*, coalesce(lag(l.position) OVER whole, %(first)s) + 1 AS place,
            coalesce(lag(l.digest) OVER whole, (SELECT p.digest FROM companies_auditlink AS p
                WHERE p.company_id = %(company)s AND p.position = %(first)s),
                ''::bytea) AS previous
        FROM companies_auditlink AS l
        WHERE l.company_id = %(company)s AND l.position > %(first)s
            AND (%(last)s::bigint IS NULL OR l.position <= %(last)s)
        WINDOW whole AS (ORDER BY l.position)
    ) AS link
    LEFT JOIN companies_auditbatch AS b
        ON b.id = link.batch_id AND b.company_id = %(company)s
    WHERE link.position <> link.place OR b.id IS NULL
        OR link.digest <> {LINK_DIGEST.format(previous="link.previous")}
    ORDER BY link.position
"""
#: Everything was put into the chain just now: what no link names was taken out of it.
UNLINKED = """
    SELECT b.id AS key, b.number FROM companies_auditbatch AS b
    WHERE b.company_id = %(company)s
        AND NOT EXISTS (SELECT FROM companies_auditlink AS l
            WHERE l.company_id = b.company_id AND l.batch_id = b.id)
        AND NOT EXISTS (SELECT FROM companies_auditpending AS p WHERE p.batch_id = b.id)
"""
LINK_AT = """
    SELECT encode(digest, 'hex') FROM companies_auditlink
    WHERE company_id = %(company)s AND position = %(position)s
"""


def broken_audit(company: Company, period: Period | None) -> Iterator[Problem]:
    """Everything, or what was linked between the month's seal and the one before."""
    chain_audit(company.pk)
    anchors = _anchors(company)
    links = _links_of(period, anchors) if period else Links()
    parameters = {"company": company.pk, "whole": period is None, **links.parameters}
    sql.execute(sealing.FIXED_FORMATS)
    for row in sql.rows(ENTRIES, parameters):
        yield Problem(
            LAW, "companies_auditentry", row["key"], row["document"] or "", row["problem"]
        )
    for row in sql.rows(CHAIN, parameters):
        yield Problem(LAW, "companies_auditlink", row["key"], str(row["position"]), row["problem"])
    if period is None:
        for row in sql.rows(UNLINKED, parameters):
            yield Problem(
                LAW, "companies_auditbatch", row["key"], str(row["number"]), "it is in no link"
            )
    for anchor in anchors:
        if period is None or anchor.period_id == period.pk:
            yield from broken_anchor(
                company, anchor.position, anchor.digest, f"the seal of {anchor.code}"
            )


def broken_anchor(company: Company, position: int, digest: str, kept_in: str) -> Iterator[Problem]:
    """The link at this position is the one that was kept, in a seal or in a checkpoint."""
    at = {"company": company.pk, "position": position}
    if position and sql.value(LINK_AT, at) != digest:
        problem = f"it is not the one that {kept_in} holds"
        yield Problem(LAW, "companies_auditlink", None, str(position), problem)


class _Anchor(NamedTuple):
    seal_position: int
    period_id: int
    code: str
    position: int
    digest: str


def _anchors(company: Company) -> list[_Anchor]:
    """What the seals hold of the chain; those of version 1 hold nothing."""
    return [
        _Anchor(seal.position, seal.period_id, seal.period.code, kept["position"], kept["digest"])
        for seal in sealing.seals_of(company.pk)
        if (kept := seal.details.get("audit"))
    ]


def _links_of(period: Period, anchors: list[_Anchor]) -> Links:
    """From the seal before the month's last one to that one; of an open month, since the last."""
    own = [anchor for anchor in anchors if anchor.period_id == period.pk]
    if not own:
        return Links(first=anchors[-1].position if anchors else 0)
    last = own[-1]
    before = [anchor for anchor in anchors if anchor.seal_position < last.seal_position]
    return Links(before[-1].position if before else 0, last.position)
