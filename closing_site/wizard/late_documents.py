"""Documents that came after a step was signed: booked by the lock, and named to who signed."""

from datetime import datetime
from typing import Final

from closing_site import sql
from closing_site.periods.models import Period
from closing_site.periods.parameters import period_parameters
from reconciliation.runs.vouchers import voucher_run

#: So many are named.
MOST: Final = 5

BOOKED = """
    SELECT document_number FROM reconciliation_voucher
    WHERE company_id = %(company)s AND period_id = %(period)s AND id > %(before)s
    ORDER BY id LIMIT %(most)s
"""
#: Of the audit's newest entries: a document that came since is among them, or there were many.
SINCE = """
    SELECT DISTINCT a.document_number
    FROM (
        SELECT * FROM companies_auditentry WHERE company_id = %(company)s
        ORDER BY id DESC LIMIT 1000
    ) AS a
    WHERE a.at > %(since)s AND (
        (a.document_kind = 'payment' AND EXISTS (SELECT FROM payments_payment AS p
            WHERE p.id = a.document_id AND p.period_id = %(period)s))
        OR (a.document_kind IN ('invoice', 'credit_note')
            AND EXISTS (SELECT FROM invoicing_invoice AS i
                WHERE i.id = a.document_id AND i.period_id = %(period)s)))
    ORDER BY 1 LIMIT %(most)s
"""


def book_late_documents(period: Period, *, by: str) -> list[str]:
    """Write the vouchers of documents that came after the voucher run; return the first numbers.

    The period's row is locked by the caller, so that none comes after this. Raises LawBroken where
    the period is locked.
    """
    before = sql.value("SELECT coalesce(max(id), 0) FROM reconciliation_voucher")
    if not voucher_run(period, by=by):
        return []
    return _numbers(BOOKED, period, before=before)


def documents_since(period: Period, moment: datetime) -> list[str]:
    """The first payments and invoices of the month that were written or changed since."""
    return _numbers(SINCE, period, since=moment)


def _numbers(query: str, period: Period, **parameters: object) -> list[str]:
    found = sql.rows(query, {**period_parameters(period), **parameters, "most": MOST + 1})
    numbers = [str(row["document_number"]) for row in found]
    return [*numbers[:MOST], "…"] if len(numbers) > MOST else numbers
