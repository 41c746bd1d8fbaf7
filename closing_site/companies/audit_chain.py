"""The chain over the audit: a link's digest is over its batch of entries and all links before."""

from typing import NamedTuple

from closing_site import sql

HEAD = """
    SELECT position, encode(digest, 'hex') AS digest FROM companies_auditlink
    WHERE company_id = %(company)s ORDER BY position DESC LIMIT 1
"""
WITH_PENDING = "SELECT DISTINCT company_id FROM companies_auditpending"


class Head(NamedTuple):
    """The chain's last link. Position 0 and no digest: nothing is linked."""

    position: int
    digest: str


def chain_audit(company_id: int) -> Head:
    """Puts what the audit has into the chain; returns the chain's head.

    Waits for who chains the same company's audit.
    """
    sql.value("SELECT chain_audit(%(company)s)", {"company": company_id})
    found = sql.rows(HEAD, {"company": company_id})
    return Head(found[0]["position"], found[0]["digest"]) if found else Head(0, "")


def companies_to_chain() -> list[int]:
    return [row["company_id"] for row in sql.rows(WITH_PENDING)]
