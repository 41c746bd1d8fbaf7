"""Laws 9, 10 and 14: months lock in order once they have ended, and reopen in reverse order."""

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
