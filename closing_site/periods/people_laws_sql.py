"""Laws 11 and 17: who acts is a person, and who prepared does not approve."""

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
            WHERE m.company_id = NEW.company_id AND m.user_id = NEW.reviewed_by_id
                AND m.is_active AND u.is_active AND m.role IN ('finance', 'manager', 'admin')) THEN
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
