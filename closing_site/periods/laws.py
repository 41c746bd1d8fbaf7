"""Laws 9 to 11 and 14: months lock in order, reopen in reverse order, and keep every seal."""

from closing_site.laws import Audited, Exempt, Guarded, Immutable, Law, Trigger, no_truncate

NEW_PERIOD = """
    DECLARE before record; first date;
    BEGIN
        SELECT first_day INTO first FROM companies_company WHERE id = NEW.company_id;
        SELECT * INTO before FROM periods_period
        WHERE company_id = NEW.company_id ORDER BY starts_on DESC LIMIT 1;
        IF NEW.status <> 'open' OR NEW.starts_on <> coalesce(before.ends_on + 1, first) THEN
            RAISE EXCEPTION 'Period % does not follow the one before it', NEW.code
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END"""

#: Who locks and who reopens come one by one: each reads the months around its own.
ONE_BY_ONE = "PERFORM pg_advisory_xact_lock(hashtextextended('closing locks', NEW.company_id));"

STATUS = f"""
    DECLARE other text; latest record;
    BEGIN
        {ONE_BY_ONE}
        IF ROW(NEW.company_id, NEW.code, NEW.starts_on, NEW.ends_on)
            IS DISTINCT FROM ROW(OLD.company_id, OLD.code, OLD.starts_on, OLD.ends_on) THEN
            RAISE EXCEPTION 'Period % keeps its days', OLD.code
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        IF NEW.status = OLD.status THEN
            RETURN NEW;
        END IF;
        SELECT s.*, r.id AS reopening INTO latest FROM periods_seal AS s
        LEFT JOIN periods_reopening AS r ON r.seal_id = s.id
        WHERE s.company_id = OLD.company_id AND s.period_id = OLD.id
        ORDER BY s.position DESC LIMIT 1;
        IF NEW.status = 'locked' THEN
            SELECT code INTO other FROM periods_period
            WHERE company_id = OLD.company_id AND starts_on < OLD.starts_on AND status = 'open'
            ORDER BY starts_on LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'Period % cannot be locked: % before it is open', OLD.code, other
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            IF latest.id IS NULL OR latest.reopening IS NOT NULL THEN
                RAISE EXCEPTION 'Period % cannot be locked without a seal', OLD.code
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
        ELSE
            SELECT code INTO other FROM periods_period
            WHERE company_id = OLD.company_id AND starts_on > OLD.starts_on AND status = 'locked'
            ORDER BY starts_on DESC LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'Period % cannot be reopened: % after it is locked', OLD.code, other
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            IF latest.reopening IS NULL THEN
                RAISE EXCEPTION 'Period % is reopened with a reason and a second person', OLD.code
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
        END IF;
        RETURN NEW;
    END"""

CHAIN = f"""
    DECLARE before record; state text;
    BEGIN
        {ONE_BY_ONE}
        SELECT status INTO state FROM periods_period WHERE id = NEW.period_id;
        SELECT * INTO before FROM periods_seal
        WHERE company_id = NEW.company_id ORDER BY position DESC LIMIT 1;
        IF state <> 'open' OR NEW.position <> coalesce(before.position, 0) + 1
            OR NEW.previous_id IS DISTINCT FROM before.id THEN
            RAISE EXCEPTION 'A seal is made while its period is open, and follows the last one'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END"""

#: What seals locks: a seal alone would be what the next one follows.
LOCKS = """
    DECLARE culprit text;
    BEGIN
        SELECT p.code INTO culprit FROM periods_period AS p
        WHERE p.id = NEW.period_id AND p.status <> 'locked'
            AND NOT EXISTS (SELECT FROM periods_reopening AS r WHERE r.seal_id = NEW.id);
        IF FOUND THEN
            RAISE EXCEPTION 'Period % is sealed and not locked: only its lock makes a seal', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

ENDED_LAW = "periods_seal_law_10_ended"
#: A month locks once it has ended where the company is; before, as the company's settings allow.
#: Asked when the transaction ends, so that a close can be rehearsed in an unfinished month.
ENDED = """
    DECLARE own record;
    BEGIN
        SELECT p.code, p.starts_on, p.ends_on, c.early_close,
            (now() AT TIME ZONE c.time_zone)::date AS today INTO own
        FROM periods_period AS p JOIN companies_company AS c ON c.id = p.company_id
        WHERE p.id = NEW.period_id;
        IF own.today < own.starts_on THEN
            RAISE EXCEPTION 'Period % has not begun: it cannot be locked', own.code
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        IF own.today <= own.ends_on AND (NOT own.early_close OR NEW.early_reason = '') THEN
            RAISE EXCEPTION 'Period % has not ended: the company allows early close, and a reason '
                'is given, or it is locked later', own.code
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        IF NEW.early_days_left IS DISTINCT FROM (CASE WHEN own.today <= own.ends_on
                THEN own.ends_on - own.today + 1 END)
            OR (NEW.early_reason <> '' AND own.today > own.ends_on) THEN
            RAISE EXCEPTION 'The seal of period % misstates its early close', own.code
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

#: Law 17: what only a person does, at a page or a terminal; not a token, not a schedule, nor what
#: does not say where it comes from.
BY_A_PERSON = """
    BEGIN
        IF coalesce(current_setting('closing.origin', true), '') NOT IN ('person', 'command') THEN
            RAISE EXCEPTION 'Only a person signs, approves, locks and reopens (% %)',
                TG_TABLE_NAME, coalesce(nullif(current_setting('closing.origin', true), ''), '-')
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

SIGNED_BY_WHO_ACTS = """
    DECLARE culprit text;
    BEGIN
        SELECT u.username INTO culprit FROM new_rows AS n
        JOIN companies_user AS u ON u.id = n.signed_by_id
        WHERE n.signed_by_id::text <> coalesce(current_setting('closing.user_id', true), '')
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Only % signs for %', culprit, culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

#: Law 11: who prepared a part of the month that nobody else reviewed does not approve its lock,
#: unless the company lets one person do both, which the row then says. Asked before the row is
#: there: what was prepared counts since the last seal.
NOT_PREPARED = """
    DECLARE is_single boolean; culprit record;
    BEGIN
        SELECT single_person_since IS NOT NULL INTO is_single
        FROM companies_company WHERE id = NEW.company_id;
        IF NEW.is_single_person AND NOT is_single THEN
            RAISE EXCEPTION 'The company needs two people'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        IF NEW.is_single_person THEN
            RETURN NEW;
        END IF;
        SELECT u.username, p.act INTO culprit
        FROM closing_preparations(NEW.period_id, NEW.approved_by_id) AS p
        JOIN companies_user AS u ON u.id = NEW.approved_by_id LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '% prepared part of the period (%) and does not approve it',
                culprit.username, culprit.act
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END"""

REVIEWED = """
    DECLARE reviewer text := coalesce(current_setting('closing.user_id', true), '');
    BEGIN
        PERFORM closing_require_open(ARRAY[NEW.period_id], TG_TABLE_NAME, TG_NAME);
        IF NEW.reviewed_by_id::text <> reviewer OR NOT EXISTS (
            SELECT FROM companies_membership AS m JOIN companies_user AS u ON u.id = m.user_id
            WHERE m.company_id = NEW.company_id AND m.user_id = NEW.reviewed_by_id AND u.is_active
                AND m.role IN ('finance', 'manager', 'admin')) THEN
            RAISE EXCEPTION 'What one prepared is reviewed by another preparer of the company'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

#: Law 11: whose word a step stands by does not approve the lock.
APPROVED_BY_ANOTHER = """
    DECLARE culprit text;
    BEGIN
        SELECT step INTO culprit FROM (
            SELECT DISTINCT ON (step) step, signed_by_id FROM periods_signoff
            WHERE period_id = NEW.period_id ORDER BY step, id DESC
        ) AS signed WHERE signed_by_id = NEW.approved_by_id AND NOT NEW.is_single_person LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Who signed % does not approve the lock', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END"""

CHUNKS = """
    DECLARE culprit text;
    BEGIN
        SELECT p.code INTO culprit FROM new_rows AS n
        JOIN periods_seal AS s ON s.id = n.seal_id JOIN periods_period AS p ON p.id = s.period_id
        WHERE p.status = 'locked' LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Period % is locked: its seal is complete', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NULL;
    END"""

LAWS = [
    Law(
        "periods_period",
        (
            Trigger(
                "periods_period_law_10_insert",
                "periods_period",
                "INSERT",
                timing="BEFORE",
                body=NEW_PERIOD,
                each_row=True,
            ),
            Trigger(
                "periods_period_law_10_update",
                "periods_period",
                "UPDATE",
                timing="BEFORE",
                body=STATUS,
                each_row=True,
            ),
            Trigger(
                "periods_period_law_10_delete",
                "periods_period",
                "DELETE",
                timing="BEFORE",
                function="law_2_row",
                arguments=("is a period: it stays",),
                each_row=True,
            ),
            no_truncate("periods_period"),
        ),
    ),
    Law(
        "periods_seal",
        (
            Trigger(
                "periods_seal_law_14_insert",
                "periods_seal",
                "INSERT",
                timing="BEFORE",
                body=CHAIN,
                each_row=True,
            ),
            Trigger(
                "periods_seal_law_11_insert",
                "periods_seal",
                "INSERT",
                timing="BEFORE",
                body=APPROVED_BY_ANOTHER,
                each_row=True,
            ),
            Trigger(
                "periods_seal_law_14_locks",
                "periods_seal",
                "INSERT",
                body=LOCKS,
                each_row=True,
                is_deferred=True,
            ),
            Trigger(
                ENDED_LAW,
                "periods_seal",
                "INSERT",
                body=ENDED,
                each_row=True,
                is_deferred=True,
            ),
        ),
    ),
    Law(
        "periods_sealedchunk",
        (
            Trigger(
                "periods_sealedchunk_law_14_insert", "periods_sealedchunk", "INSERT", body=CHUNKS
            ),
        ),
    ),
    Law(
        "periods_seal",
        (
            Trigger(
                "periods_seal_law_11_preparers",
                "periods_seal",
                "INSERT",
                timing="BEFORE",
                body=NOT_PREPARED,
                each_row=True,
            ),
            Trigger("periods_seal_law_17_insert", "periods_seal", "INSERT", body=BY_A_PERSON),
        ),
    ),
    Law(
        "periods_reopening",
        (
            Trigger(
                "periods_reopening_law_11_preparers",
                "periods_reopening",
                "INSERT",
                timing="BEFORE",
                body=NOT_PREPARED,
                each_row=True,
            ),
            Trigger(
                "periods_reopening_law_17_insert", "periods_reopening", "INSERT", body=BY_A_PERSON
            ),
        ),
    ),
    Law(
        "periods_signoff",
        (
            Trigger(
                "periods_signoff_law_11_insert",
                "periods_signoff",
                "INSERT",
                body=SIGNED_BY_WHO_ACTS,
            ),
            Trigger("periods_signoff_law_17_insert", "periods_signoff", "INSERT", body=BY_A_PERSON),
        ),
    ),
    Law(
        "periods_period",
        (
            Trigger(
                "periods_period_law_17_update",
                "periods_period",
                "UPDATE",
                body=BY_A_PERSON,
                when="OLD.status IS DISTINCT FROM NEW.status",
                each_row=True,
            ),
        ),
    ),
    Law(
        "periods_preparationreview",
        (
            Trigger(
                "periods_preparationreview_law_11_insert",
                "periods_preparationreview",
                "INSERT",
                body=REVIEWED,
                each_row=True,
            ),
        ),
    ),
    Immutable("periods_preparation", law="law_11", says="is a record: it stays as it is"),
    Immutable("periods_preparationreview", law="law_11", says="is a record: it stays as it is"),
    Exempt("periods_preparation", "Who prepared what; written by triggers, open months only."),
    Exempt("periods_preparationreview", "Its own trigger asks that the month is open."),
    Immutable("periods_seal", law="law_14", says="is a seal: it stays as it is"),
    Immutable("periods_sealedchunk", law="law_14", says="is part of a seal: it stays as it is"),
    Immutable("periods_reopening", law="law_10", says="is a record: it stays as it is"),
    Immutable("periods_signoff", law="law_11", says="is a sign-off: sign again instead"),
    Guarded("periods_periodcutoff"),
    Guarded("periods_periodname"),
    Guarded("periods_signoff"),
    Exempt("periods_seal", "Made by the lock itself; law 14 keeps it."),
    Exempt("periods_reopening", "Made by reopening; append-only."),
    Audited(
        "periods_period",
        kind="period",
        number="r.code",
        columns=("status",),
        inserted="opened",
        updated="CASE r.status WHEN 'locked' THEN 'locked' ELSE 'reopened' END",
    ),
    Audited(
        "periods_signoff",
        kind="period",
        number="(SELECT code FROM periods_period WHERE id = r.period_id)",
        columns=("step", "digest"),
        inserted="signed_off",
    ),
    Audited(
        "periods_preparationreview",
        kind="period",
        number="(SELECT code FROM periods_period WHERE id = r.period_id)",
        columns=("user_id", "reviewed_by_id", "last_id"),
        inserted="preparation_reviewed",
    ),
    Audited(
        "periods_reopening",
        kind="period",
        number="(SELECT code FROM periods_period WHERE id = r.period_id)",
        columns=(
            *("reason", "requested_by_id", "approved_by_id", "seal_id", "is_single_person"),
            *("period_id", "reopened_at"),
        ),
        inserted="reopening",
    ),
    Audited(
        "periods_periodcutoff",
        kind="cut_off",
        number="(SELECT code FROM periods_period WHERE id = r.period_id)",
        columns=("period_id", "cut_off_at"),
        inserted="recorded",
        updated="changed",
        deleted="deleted",
    ),
]
