"""Law 13: rows against what the audit last said of them.

Whoever changes a row with the triggers switched off leaves no entry: the row and its last entry
differ. Of documents by the thousand the seals hold more; this is for what no seal holds: settings,
memberships, rates, accounts, master data, sign-offs, acknowledgements, approvals, attachments.
"""

import re
from collections.abc import Iterator

from closing_site import sql
from closing_site.companies.models import Company
from closing_site.database_objects.declarations import declared_laws
from closing_site.laws import Audited
from closing_site.periods import sealing
from closing_site.wizard.integrity.problem import Problem

LAW = 13

#: Tables whose rows the audit shows whole, each by its own id.
TABLES = (
    *("companies_company", "companies_membership", "companies_exchangerate"),
    *("companies_codechange", "companies_deputy", "customers_salesrep"),
    *("customers_customer", "orders_product", "orders_taxrate", "reconciliation_account"),
    *("periods_period", "periods_signoff", "periods_reopening", "periods_periodcutoff"),
    *("desk_acknowledgement", "desk_approval", "desk_attachment"),
)

#: The last entry about the row ``r``.
LAST = """
    SELECT e.after FROM companies_auditentry AS e
    WHERE e.company_id = {company} AND e.document_kind = '{kind}' AND e.document_id = r.id
        AND e.action = ANY (%(actions)s)
    ORDER BY e.id DESC LIMIT 1
"""
DIFFERENT = """
    SELECT r.id AS key, {number} AS number, CASE
        WHEN last.after IS NULL THEN 'the audit does not know it'
        ELSE 'it is not as the audit last had it' END AS problem
    FROM {table} AS r LEFT JOIN LATERAL ({last}) AS last ON true
    WHERE {company} = %(company)s AND (
        (last.after IS NULL AND NOT %(by_file)s)
        OR EXISTS (
            SELECT FROM jsonb_each(last.after) AS was JOIN jsonb_each({shown}) AS now USING (key)
            WHERE was.value <> now.value))
    ORDER BY r.id
"""
GONE = """
    SELECT last.document_id AS key, last.document_number AS number,
        'it was deleted without an entry in the audit' AS problem
    FROM (
        SELECT DISTINCT ON (e.document_id) e.document_id, e.document_number, e.after
        FROM companies_auditentry AS e
        WHERE e.company_id = %(company)s AND e.document_kind = '{kind}'
            AND e.action = ANY (%(actions)s)
        ORDER BY e.document_id, e.id DESC
    ) AS last
    WHERE last.after IS NOT NULL
        AND NOT EXISTS (SELECT FROM {table} AS r WHERE r.id = last.document_id)
    ORDER BY 1
"""
ACTIONS = re.compile(r"(?:THEN|ELSE) '(\w+)'")


def trails() -> Iterator[Audited]:
    """What the audit says of each of these tables."""
    for law in declared_laws():
        if isinstance(law, Audited) and law.table in TABLES:
            yield law


def broken_trail(company: Company) -> Iterator[Problem]:
    sql.execute(sealing.FIXED_FORMATS)
    for law in trails():
        parts = {
            "table": law.table,
            "kind": law.kind,
            "company": law.company,
            "number": law.number,
            "shown": law.shown,
        }
        parts["last"] = LAST.format(**parts)
        parameters = {
            "company": company.pk,
            "actions": sorted(actions_of(law)),
            "by_file": bool(law.imported),
        }
        for query in (DIFFERENT, GONE):
            for row in sql.rows(query.format(**parts), parameters):
                yield Problem(LAW, law.table, row["key"], row["number"] or "", row["problem"])


def actions_of(law: Audited) -> set[str]:
    """What it may say of a row, its end included."""
    found: set[str] = set()
    for action in filter(None, (law.inserted, law.updated, law.deleted)):
        found |= set(ACTIONS.findall(action)) if action.startswith("CASE") else {action}
    return found
