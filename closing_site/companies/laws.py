"""The audit is append-only; who may do what, and the company's policies, leave a trace."""

from closing_site.laws import Audited, Immutable, Law, Trigger
from closing_site.laws.audit_sql import write_entries

#: Of a person, what others should know has changed; a password is told of and never shown.
_PERSON = (
    *("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser"),
    "second_factor_since",
)
_BEFORE, _AFTER = (
    "jsonb_build_object(" + ", ".join(f"'{name}', {row}.{name}" for name in _PERSON) + ")"
    for row in ("o", "r")
)
#: A person belongs to no company: each in which they have a role hears of it.
_PERSON_ENTRIES = f"""
    SELECT m.company_id, clock_timestamp(),
        coalesce(nullif(current_setting('closing.actor', true), ''), session_user),
        CASE WHEN o.password <> r.password AND {_BEFORE} = {_AFTER} THEN 'password_set'
            ELSE 'changed' END,
        'person', r.id, r.username, {_BEFORE}, {_AFTER}
    FROM new_rows AS r JOIN old_rows AS o ON o.id = r.id
    JOIN companies_membership AS m ON m.user_id = r.id
    WHERE o.password <> r.password OR {_BEFORE} <> {_AFTER}
"""
PERSON_CHANGED = f"""
    DECLARE batch_number bigint;
    BEGIN
        {write_entries(_PERSON_ENTRIES, kind="'person'")}
        RETURN NULL;
    END"""

#: Law 11: approvers alone name deputies, each their own, and approvers alone are named.
OWN_DEPUTY = """
    DECLARE culprit text;
    BEGIN
        SELECT u.username INTO culprit FROM new_rows AS n
        JOIN companies_user AS u ON u.id IN (n.approver_id, n.deputy_id)
        WHERE n.approver_id::text <> coalesce(current_setting('closing.user_id', true), '')
            OR NOT u.is_active OR NOT EXISTS (
                SELECT FROM companies_membership AS m WHERE m.company_id = n.company_id
                    AND m.user_id = u.id AND m.is_active
                    AND m.role IN ('manager', 'admin'))
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'An approver names their own deputy, another approver (%)', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

_USERNAME = "(SELECT u.username FROM companies_user AS u WHERE u.id = {{row}}.{of})"

LAWS = [
    Immutable("companies_auditentry", law="law_13", says="is the audit: it only grows"),
    Immutable("companies_auditbatch", law="law_13", says="is the audit: it only grows"),
    Immutable("companies_auditlink", law="law_13", says="is the audit: it only grows"),
    Audited(
        "companies_company",
        kind="company",
        number="r.code",
        columns=(
            *("code", "name", "currency", "country", "language", "time_zone", "tax_id", "address"),
            *("bank", "requires_acceptance", "default_tax_rate", "zero_category", "severities"),
            *("name_zh", "first_day", "invoice_prefix", "credit_note_prefix", "early_close"),
            "holding_checks",
            "working_file_days",
            "second_factor_for_approvers",
            *("single_person_since", "single_person_reason"),
        ),
        inserted="created",
        updated="changed",
        company="r.id",
    ),
    Audited(
        "companies_membership",
        kind="membership",
        number="(SELECT username FROM companies_user WHERE id = r.user_id)",
        columns=("user_id", "role", "is_active"),
        inserted="added",
        updated="changed",
        deleted="removed",
    ),
    Audited(
        "companies_invitation",
        kind="invitation",
        number="r.person",
        columns=("person", "role", "expires_at"),
        lookups=(
            ("accepted_by", "accepted_by_id", _USERNAME.format(of="accepted_by_id")),
            ("withdrawn_by", "withdrawn_by_id", _USERNAME.format(of="withdrawn_by_id")),
        ),
        inserted="invited",
        updated="CASE WHEN r.accepted_at IS NOT NULL THEN 'accepted' ELSE 'withdrawn' END",
        deleted="deleted",
    ),
    Law(
        "companies_user",
        (
            Trigger(
                "companies_user_law_13_update",
                "companies_user",
                "UPDATE",
                body=PERSON_CHANGED,
                hashes=True,
            ),
        ),
    ),
    Immutable("companies_deputy", law="law_13", says="is a record: it stays as it is"),
    Law(
        "companies_deputy",
        (Trigger("companies_deputy_law_11_insert", "companies_deputy", "INSERT", body=OWN_DEPUTY),),
    ),
    Audited(
        "companies_deputy",
        kind="deputy",
        number="(SELECT username FROM companies_user WHERE id = r.approver_id)",
        columns=("approver_id", "deputy_id", "starts_on", "ends_on", "reason", "named_at"),
        inserted="deputy_named",
    ),
    Audited(
        "companies_exchangerate",
        kind="exchange_rate",
        number="r.currency || ' ' || r.valid_from",
        columns=("currency", "valid_from", "rate"),
        inserted="recorded",
        updated="changed",
        deleted="deleted",
    ),
]
