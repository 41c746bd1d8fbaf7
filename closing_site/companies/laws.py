"""The audit is append-only; who may do what, and the company's policies, leave a trace."""

from closing_site.laws import Audited, Immutable, Law, Trigger, no_truncate
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

#: Whoever is named acts themselves: staff ask, an administrator of the company who is another
#: person answers and ends; whoever asked may end as well. Laws 11 and 13.
SUPPORT_ASKED = """
    BEGIN
        IF EXISTS (
            SELECT FROM new_rows AS n WHERE n.decided_at IS NOT NULL OR n.ended_at IS NOT NULL
                OR n.asked_by_id::text <> coalesce(current_setting('closing.user_id', true), '')
                OR NOT EXISTS (SELECT FROM companies_user AS u
                    WHERE u.id = n.asked_by_id AND u.is_active AND u.is_staff)
        ) THEN
            RAISE EXCEPTION 'Support access is asked for by staff of the installation'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""
_ACTING_ADMINISTRATOR = """
    EXISTS (SELECT FROM companies_membership AS m JOIN companies_user AS u ON u.id = m.user_id
        WHERE m.company_id = n.company_id AND m.user_id = {person} AND m.is_active
            AND m.role = 'admin' AND u.is_active)"""
SUPPORT_ANSWERED = f"""
    BEGIN
        IF EXISTS (
            SELECT FROM new_rows AS n FULL JOIN old_rows AS o ON o.id = n.id
            WHERE ROW(n.company_id, n.asked_by_id, n.asked_at, n.reason, n.hours)
                    IS DISTINCT FROM ROW(o.company_id, o.asked_by_id, o.asked_at, o.reason, o.hours)
                OR (o.decided_at IS NOT NULL
                    AND ROW(n.decided_by_id, n.decided_at, n.granted_until)
                        IS DISTINCT FROM ROW(o.decided_by_id, o.decided_at, o.granted_until))
                OR (o.ended_at IS NOT NULL AND ROW(n.ended_by_id, n.ended_at)
                    IS DISTINCT FROM ROW(o.ended_by_id, o.ended_at))
                OR (o.decided_at IS NULL AND n.decided_at IS NOT NULL AND (
                    n.decided_by_id = n.asked_by_id
                    OR n.decided_by_id::text
                        <> coalesce(current_setting('closing.user_id', true), '')
                    OR NOT {_ACTING_ADMINISTRATOR.format(person="n.decided_by_id")}))
                OR (o.ended_at IS NULL AND n.ended_at IS NOT NULL AND (
                    n.ended_by_id::text <> coalesce(current_setting('closing.user_id', true), '')
                    OR (n.ended_by_id <> n.asked_by_id
                        AND NOT {_ACTING_ADMINISTRATOR.format(person="n.ended_by_id")})))
        ) THEN
            RAISE EXCEPTION 'Support access is answered and ended once, by an administrator'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""
SUPPORT_VISITED = """
    BEGIN
        IF EXISTS (
            SELECT FROM new_rows AS n
            JOIN companies_supportaccess AS s ON s.id = n.access_id
            WHERE coalesce(s.granted_until, '-infinity') <= clock_timestamp()
                OR s.ended_at IS NOT NULL
                OR s.asked_by_id::text <> coalesce(current_setting('closing.user_id', true), '')
        ) THEN
            RAISE EXCEPTION 'This support access does not hold'
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
    Law(
        "companies_supportaccess",
        tuple(
            Trigger(
                f"companies_supportaccess_law_11_{event.lower()}",
                "companies_supportaccess",
                event,
                body=body,
            )
            for event, body in (("INSERT", SUPPORT_ASKED), ("UPDATE", SUPPORT_ANSWERED))
        ),
    ),
    Law(
        "companies_supportaccess",
        (
            Trigger(
                "companies_supportaccess_law_13_delete",
                "companies_supportaccess",
                "DELETE",
                timing="BEFORE",
                function="law_2_row",
                arguments=("is a record: it stays",),
                each_row=True,
            ),
            no_truncate("companies_supportaccess"),
        ),
    ),
    Audited(
        "companies_supportaccess",
        kind="support_access",
        number="(SELECT username FROM companies_user WHERE id = r.asked_by_id)",
        columns=("reason", "hours", "granted_until", "ended_at"),
        inserted="support_asked",
        updated="CASE WHEN r.ended_at IS NOT NULL THEN 'support_ended'"
        " WHEN r.granted_until IS NULL THEN 'refused' ELSE 'granted' END",
        update_when="o.decided_at IS DISTINCT FROM r.decided_at"
        " OR o.ended_at IS DISTINCT FROM r.ended_at",
    ),
    Immutable("companies_supportvisit", law="law_13", says="is a record: it stays as it is"),
    Law(
        "companies_supportvisit",
        (
            Trigger(
                "companies_supportvisit_law_11_insert",
                "companies_supportvisit",
                "INSERT",
                body=SUPPORT_VISITED,
            ),
        ),
    ),
    Audited(
        "companies_supportvisit",
        kind="support_access",
        number="(SELECT u.username FROM companies_supportaccess AS s"
        " JOIN companies_user AS u ON u.id = s.asked_by_id WHERE s.id = r.access_id)",
        columns=("access_id", "entered_at"),
        inserted="support_entered",
        document="r.access_id",
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
