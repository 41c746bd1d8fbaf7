"""The names that a voucher bears (ACCOUNTING 15.5), each an SQL subquery about the row ``{v}`` of
reconciliation_voucher.

``prepared_by`` (制单) signed the step that writes the vouchers; ``reviewed_by`` (审核) approved
the lock, which nobody does who signed; ``posted_by`` (记账) locked the month; ``cashier`` (出纳)
recorded the money of a receipt or payment. A name that nobody stands for yet is null.
"""

from typing import Final

_LAST_SIGNED = """(
    SELECT u.username FROM periods_signoff AS s JOIN companies_user AS u ON u.id = s.signed_by_id
    WHERE s.company_id = {v}.company_id AND s.period_id = {v}.period_id AND s.step = 'reconcile'
        AND s.signed_at > coalesce((SELECT max(r.reopened_at) FROM periods_reopening AS r
            WHERE r.company_id = {v}.company_id AND r.period_id = {v}.period_id), '-infinity')
    ORDER BY s.id DESC LIMIT 1)"""
_APPROVED = """(
    SELECT u.username FROM periods_seal AS s
    JOIN periods_period AS p ON p.id = s.period_id AND p.status = 'locked'
    JOIN companies_user AS u ON u.id = s.approved_by_id
    WHERE s.company_id = {v}.company_id AND s.period_id = {v}.period_id
    ORDER BY s.position DESC LIMIT 1)"""
_LOCKED = """(
    SELECT a.actor FROM companies_auditentry AS a
    JOIN periods_period AS p ON p.id = a.document_id AND p.status = 'locked'
    WHERE a.company_id = {v}.company_id AND a.document_kind = 'period'
        AND a.document_id = {v}.period_id AND a.action = 'locked'
    ORDER BY a.id DESC LIMIT 1)"""
_RECEIVED = """(CASE WHEN {v}.document_kind = 'payment' AND {v}.kind <> 'transfer' THEN (
    SELECT a.actor FROM companies_auditentry AS a
    WHERE a.company_id = {v}.company_id AND a.document_kind = 'payment'
        AND a.document_id = {v}.document_id
    ORDER BY a.id LIMIT 1) END)"""

PEOPLE: Final = {
    "prepared_by": _LAST_SIGNED,
    "reviewed_by": _APPROVED,
    "posted_by": _LOCKED,
    "cashier": _RECEIVED,
}


def people_of(row: str) -> dict[str, str]:
    return {name: query.format(v=row) for name, query in PEOPLE.items()}
