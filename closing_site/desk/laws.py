"""Findings of a locked month stand still; what was acknowledged or approved stays."""

from closing_site.laws import Audited, Exempt, Guarded, Immutable, Law, Trigger

#: A seal holds what was approved in its month: nothing but its reopening is approved after that.
APPROVED_IN_TIME = """
    BEGIN
        PERFORM closing_require_open(ARRAY(
            SELECT DISTINCT period_id FROM new_rows
            WHERE is_granted AND kind <> 'reopen' AND period_id IS NOT NULL),
            TG_TABLE_NAME, TG_NAME);
        RETURN NULL;
    END"""

#: What an attachment's hash is, is not the caller's to say.
HASHED = """
    BEGIN
        NEW.sha256 := encode(sha256(NEW.content), 'hex');
        RETURN NEW;
    END"""

#: The company's next lock seals it.
TO_SEAL = """
    BEGIN
        INSERT INTO desk_attachmentmonth (company_id, attachment_id)
        SELECT company_id, id FROM new_rows ORDER BY id;
        RETURN NULL;
    END"""

#: Law 11: a request is of who acts, and so is its decision: an active approver of the company, at a
#: page or a terminal. A deferral was asked for when it was made, and is approved with the month.
OF_WHO_ACTS = """
    DECLARE culprit record; who text := coalesce(current_setting('closing.user_id', true), '');
    BEGIN
        SELECT n.kind, n.decided_by_id INTO culprit FROM new_rows AS n
        JOIN companies_company AS c ON c.id = n.company_id
        WHERE (TG_OP = 'INSERT' AND (n.decided_by_id IS NULL OR n.kind IN ('lock', 'reopen'))
                AND n.requested_by_id::text <> who)
            OR (n.is_single_person AND c.single_person_since IS NULL)
            OR (n.decided_by_id IS NOT NULL AND (n.decided_by_id::text <> who
                OR coalesce(current_setting('closing.origin', true), '')
                    NOT IN ('person', 'command')
                OR NOT EXISTS (
                    SELECT FROM companies_membership AS m
                    JOIN companies_user AS u ON u.id = m.user_id
                    WHERE m.company_id = n.company_id AND m.user_id = n.decided_by_id
                        AND m.role IN ('manager', 'admin')
                        AND m.is_active AND u.is_active)))
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'A % is asked for and decided by who acts: a manager or an '
                'administrator decides', culprit.kind
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""
#: Letting a finding stand prepares the month in which it was found.
ACKNOWLEDGING_PREPARES = """
    BEGIN
        PERFORM closing_note_preparation(ARRAY(
            SELECT DISTINCT f.period_id FROM new_rows AS a
            JOIN desk_finding AS f ON f.company_id = a.company_id
                AND f.check_slug = a.check_slug AND f.document_kind = a.document_kind
                AND f.document_id = a.document_id AND f.digest = a.digest
            WHERE f.resolved_at IS NULL), 'acknowledgement', NULL);
        RETURN NULL;
    END"""

LAWS = [
    Guarded("desk_finding"),
    Immutable("desk_acknowledgement", law="law_16", says="is a record: it stays as it is"),
    Immutable(
        "desk_approval",
        when="OLD.decided_at IS NOT NULL",
        law="law_11",
        says="is decided: ask again instead",
    ),
    Exempt("desk_approval", "Reopening a locked period is approved while it is locked."),
    Law(
        "desk_approval",
        tuple(
            Trigger(
                f"desk_approval_law_08_{event.lower()}",
                "desk_approval",
                event,
                body=APPROVED_IN_TIME,
            )
            for event in ("INSERT", "UPDATE")
        ),
    ),
    Immutable(
        "desk_attachment",
        law="law_13",
        says="belongs to a document: attach another file instead",
    ),
    Law(
        "desk_attachment",
        (
            Trigger(
                "desk_attachment_law_13_hash",
                "desk_attachment",
                "INSERT",
                timing="BEFORE",
                body=HASHED,
                when="NEW.sha256 IS DISTINCT FROM encode(sha256(NEW.content), 'hex')",
                each_row=True,
            ),
            Trigger("desk_attachment_law_14_insert", "desk_attachment", "INSERT", body=TO_SEAL),
        ),
    ),
    Guarded("desk_attachmentmonth"),
    Audited(
        "desk_attachment",
        kind="attachment",
        number="left(r.document_kind || ':' || r.document_number || ' ' || r.name, 80)",
        columns=("document_kind", "document_number", "name", "content_type", "sha256"),
        inserted="attached",
    ),
    Law(
        "desk_approval",
        tuple(
            Trigger(
                f"desk_approval_law_11_by_{event.lower()}",
                "desk_approval",
                event,
                body=OF_WHO_ACTS,
            )
            for event in ("INSERT", "UPDATE")
        ),
    ),
    Law(
        "desk_acknowledgement",
        (
            Trigger(
                "desk_acknowledgement_law_11_insert",
                "desk_acknowledgement",
                "INSERT",
                body=ACKNOWLEDGING_PREPARES,
            ),
        ),
    ),
    Exempt("desk_run", "Progress, not a document; written over a connection of its own."),
    Exempt("desk_leftout", "What a run reported; its next run in the month reports again."),
    Exempt(
        "desk_stepstock", "Kept figures for pages; what a lock seals is counted from the books."
    ),
    Audited(
        "desk_acknowledgement",
        kind="finding",
        number="r.check_slug || ' ' || r.document_kind || ':' || r.document_number",
        columns=(
            *("reason", "check_slug", "document_kind", "document_number", "document_id"),
            *("digest", "acknowledged_by_id", "acknowledged_at"),
        ),
        inserted="acknowledged",
    ),
    Audited(
        "desk_approval",
        kind="approval",
        number="r.kind || ' ' || r.document_kind || ':' || r.document_number",
        columns=("requested_by_id", "decided_by_id", "is_granted", "digest"),
        inserted="CASE WHEN r.is_granted THEN 'granted' ELSE 'requested' END",
        updated="CASE WHEN r.is_granted THEN 'granted' ELSE 'refused' END",
        deleted="withdrawn",
    ),
]
