"""What a seal holds of this app: what was approved in the month, what its checks had found, and the
files attached to documents since the seal before."""

from closing_site.periods.sealing import SealedKind

SEALED = [
    SealedKind(
        kind="approval",
        table="desk_approval",
        since=2,
        key="a.id",
        number="a.kind || ' ' || a.document_number",
        is_final=True,
        content="""ROW(a.company_id, a.kind, a.document_kind, a.document_id, a.document_number,
            a.digest, a.reason, a.decision_reason, a.requested_by_id, a.requested_at,
            a.decided_by_id, a.decided_at, a.is_single_person)::text""",
        # A reopening is asked for and approved after the lock.
        source="""
        FROM desk_approval AS a
        WHERE a.company_id = %(company)s AND a.period_id = %(period)s AND a.is_granted
            AND a.kind <> 'reopen'
        """,
    ),
    SealedKind(
        kind="attachment",
        table="desk_attachment",
        since=2,
        key="a.id",
        number="a.document_kind || ':' || a.document_number || ' ' || a.name",
        is_final=True,
        content="""ROW(a.company_id, a.document_kind, a.document_id, a.document_number, a.name,
            a.content_type, a.sha256, a.added_by_id, a.added_at)::text""",
        source="""
        FROM desk_attachmentmonth AS m JOIN desk_attachment AS a ON a.id = m.attachment_id
        WHERE m.company_id = %(company)s AND m.period_id = %(period)s
        """,
    ),
    SealedKind(
        kind="finding",
        table="desk_finding",
        since=2,
        key="f.id",
        number="f.check_slug || ' ' || f.document_kind || ':' || f.document_number",
        content="""ROW(f.company_id, f.step, f.check_slug, f.severity, f.document_kind,
            f.document_id, f.document_number, f.amount, f.currency, f.parameters, f.digest,
            f.found_at, f.deferred_by, f.deferred_reason)::text""",
        source="""
        FROM desk_finding AS f
        WHERE f.company_id = %(company)s AND f.period_id = %(period)s AND f.resolved_at IS NULL
        """,
    ),
]
