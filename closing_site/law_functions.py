"""The PL/pgSQL that many laws share, and how a function of a law is made."""

from textwrap import dedent, indent

#: Every law's function: the owner's rights, and no way to put another table in the place of ours.
#: Temporary tables last: a search path that does not name them searches them first.
POWERFUL = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
HEAD = f"RETURNS trigger {POWERFUL}"
#: For laws that look up, by an index, what each row of a statement points at. A plan is kept for as
#: long as the connection lives: made when a table was small, it would read all of it for each row.
PROBING = "SET enable_seqscan = off"

#: Functions that many tables share. A period that is being locked makes its writers wait here.
SHARED_FUNCTIONS = {
    "law_no_truncate": """
        BEGIN
            RAISE EXCEPTION 'Table % is never emptied', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END""",
    "law_13_key": """
        BEGIN
            RAISE EXCEPTION 'A row of % keeps its key', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END""",
    "law_13_company": """
        BEGIN
            RAISE EXCEPTION 'A row of % keeps its company', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END""",
    "law_2_row": """
        DECLARE was jsonb := to_jsonb(OLD); locked text;
        BEGIN
            SELECT 'Period ' || code || ' is locked: ' INTO locked FROM periods_period
            WHERE id = (was ->> 'period_id')::bigint AND status = 'locked';
            RAISE EXCEPTION '% % %', coalesce(locked, '') || TG_TABLE_NAME,
                coalesce(was ->> 'number', was ->> 'code', was ->> 'reference', was ->> 'id'),
                TG_ARGV[0]
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END""",
    "law_2_pending": """
        DECLARE culprit bigint;
        BEGIN
            EXECUTE format('SELECT l.id FROM %I AS l WHERE l.id BETWEEN $1 AND $2 AND NOT EXISTS ('
                'SELECT FROM %I AS p WHERE p.id = l.%I AND p.company_id = l.company_id) LIMIT 1',
                NEW.lines, NEW.parent, NEW.key)
                INTO culprit USING NEW.first_id, NEW.last_id;
            IF culprit IS NOT NULL THEN
                RAISE EXCEPTION 'Row % of % belongs to no document of its company', culprit,
                    NEW.lines USING ERRCODE = 'check_violation', CONSTRAINT = NEW.law;
            END IF;
            DELETE FROM laws_pending WHERE id = NEW.id;
            RETURN NULL;
        END""",
    "law_8_insert": """
        BEGIN
            IF TG_ARGV[1] <> '' THEN
                PERFORM closing_note_preparation(
                    ARRAY(SELECT DISTINCT period_id FROM new_rows WHERE period_id IS NOT NULL),
                    TG_ARGV[1], (SELECT min(id) FROM (SELECT id FROM new_rows LIMIT 2) AS few
                        HAVING count(*) = 1));
            END IF;
            PERFORM closing_require_own(
                array_agg(company_id), array_agg(period_id), TG_TABLE_NAME, TG_NAME)
            FROM (SELECT DISTINCT company_id, period_id FROM new_rows
                WHERE period_id IS NOT NULL) AS own;
            IF TG_ARGV[0] = 'dated' THEN
                PERFORM closing_require_dated(day, period_id, TG_TABLE_NAME, TG_NAME) FROM (
                    SELECT r.period_id, r.posted_on AS day
                    FROM (SELECT period_id, min(posted_on) AS low, max(posted_on) AS high
                        FROM new_rows GROUP BY period_id) AS g
                    CROSS JOIN LATERAL (VALUES (g.period_id, g.low), (g.period_id, g.high))
                        AS r (period_id, posted_on)) AS dated;
            END IF;
            RETURN NULL;
        END""",
    "law_8_update": """
        BEGIN
            IF TG_ARGV[1] <> '' THEN
                PERFORM closing_note_preparation(ARRAY(
                    SELECT period_id FROM new_rows WHERE period_id IS NOT NULL
                    UNION SELECT period_id FROM old_rows WHERE period_id IS NOT NULL),
                    TG_ARGV[1], (SELECT min(id) FROM (SELECT id FROM new_rows LIMIT 2) AS few
                        HAVING count(*) = 1));
            END IF;
            PERFORM closing_require_own(
                array_agg(company_id), array_agg(period_id), TG_TABLE_NAME, TG_NAME)
            FROM (SELECT company_id, period_id FROM new_rows WHERE period_id IS NOT NULL
                UNION SELECT company_id, period_id FROM old_rows
                WHERE period_id IS NOT NULL) AS own;
            IF TG_ARGV[0] = 'dated' THEN
                PERFORM closing_require_dated(day, period_id, TG_TABLE_NAME, TG_NAME) FROM (
                    SELECT r.period_id, r.posted_on AS day
                    FROM (SELECT period_id, min(posted_on) AS low, max(posted_on) AS high
                        FROM new_rows GROUP BY period_id) AS g
                    CROSS JOIN LATERAL (VALUES (g.period_id, g.low), (g.period_id, g.high))
                        AS r (period_id, posted_on)) AS dated;
            END IF;
            RETURN NULL;
        END""",
    "law_8_delete": """
        BEGIN
            IF TG_ARGV[1] <> '' THEN
                PERFORM closing_note_removal(
                    ARRAY(SELECT DISTINCT period_id FROM old_rows WHERE period_id IS NOT NULL),
                    TG_ARGV[1], (SELECT min(id) FROM (SELECT id FROM old_rows LIMIT 2) AS few
                        HAVING count(*) = 1));
            END IF;
            PERFORM closing_require_open(
                ARRAY(SELECT DISTINCT period_id FROM old_rows WHERE period_id IS NOT NULL),
                TG_TABLE_NAME, TG_NAME);
            RETURN NULL;
        END""",
    "law_8_update_row": """
        BEGIN
            PERFORM closing_require_own(
                ARRAY[OLD.company_id, NEW.company_id], ARRAY[OLD.period_id, NEW.period_id],
                TG_TABLE_NAME, TG_NAME);
            IF NEW.posted_on IS DISTINCT FROM OLD.posted_on
                    OR NEW.period_id IS DISTINCT FROM OLD.period_id THEN
                PERFORM closing_require_dated(
                    NEW.posted_on, NEW.period_id, TG_TABLE_NAME, TG_NAME);
            END IF;
            RETURN NEW;
        END""",
}

#: Not triggers: called by them, and by actions that take their period first.
HELPERS = (
    # Who acts in this transaction: their name, the user of that name, where the act comes from,
    # and the kind of a run over others' data, which prepares nothing.
    """
    CREATE OR REPLACE FUNCTION audit_actor(username text, origin text, run text)
    RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $law$
    BEGIN
        PERFORM set_config('closing.actor', audit_actor.username, true),
            set_config('closing.user_id', coalesce((SELECT u.id::text FROM companies_user AS u
                WHERE u.username = audit_actor.username), ''), true),
            set_config('closing.origin', audit_actor.origin, true),
            set_config('closing.run', audit_actor.run, true);
    END $law$
    """,
    # One row for each user, act and document of a month, until its seal or a review covers it.
    # No unique key: no one waits for anyone.
    f"""
    CREATE OR REPLACE FUNCTION closing_note_preparation(
        periods bigint[], act_done text, document bigint)
    RETURNS void {POWERFUL} AS $law$
    DECLARE
        who bigint := nullif(current_setting('closing.user_id', true), '')::bigint;
        source text := coalesce(current_setting('closing.origin', true), '');
    BEGIN
        IF source = 'system' OR coalesce(current_setting('closing.run', true), '') <> ''
            OR cardinality(periods) = 0 THEN
            RETURN;
        END IF;
        INSERT INTO periods_preparation (company_id, period_id, user_id, actor, origin, act,
            document_id, at)
        SELECT p.company_id, p.id, who,
            coalesce(nullif(current_setting('closing.actor', true), ''), session_user),
            source, act_done, document, clock_timestamp()
        FROM periods_period AS p
        WHERE p.id = ANY (periods) AND p.status = 'open' AND NOT EXISTS (
            SELECT FROM periods_preparation AS before
            WHERE before.company_id = p.company_id AND before.period_id = p.id
                AND before.act = act_done AND before.user_id IS NOT DISTINCT FROM who
                AND before.document_id IS NOT DISTINCT FROM document
                AND before.at > coalesce((SELECT max(s.sealed_at) FROM periods_seal AS s
                    WHERE s.company_id = p.company_id AND s.period_id = p.id), '-infinity')
                AND before.id > coalesce((SELECT max(r.last_id) FROM periods_preparationreview AS r
                    WHERE r.company_id = p.company_id AND r.period_id = p.id
                        AND r.user_id = who), 0));
    END $law$
    """,
    # Removing what one has prepared oneself reverses it; what another prepared is changed by it.
    f"""
    CREATE OR REPLACE FUNCTION closing_note_removal(
        periods bigint[], act_done text, document bigint)
    RETURNS void {POWERFUL} AS $law$
    BEGIN
        PERFORM FROM periods_preparation
        WHERE period_id = ANY (periods) AND act = act_done AND document_id = document
            AND user_id = nullif(current_setting('closing.user_id', true), '')::bigint;
        IF NOT FOUND THEN
            PERFORM closing_note_preparation(periods, act_done, NULL);
        END IF;
    END $law$
    """,
    f"""
    CREATE OR REPLACE FUNCTION closing_require_open(periods bigint[], what text, law text)
    RETURNS void {POWERFUL} AS $law$
    DECLARE culprit record;
    BEGIN
        -- FOR SHARE, in one order: a plain read lets an uncommitted row slip into a month that is
        -- being locked.
        FOR culprit IN SELECT code, status FROM periods_period WHERE id = ANY (periods)
            ORDER BY id FOR SHARE
        LOOP
            IF culprit.status = 'locked' THEN
                RAISE EXCEPTION 'Period % is locked: nothing in it changes%', culprit.code,
                    coalesce(' (' || nullif(what, '') || ')', '')
                    USING ERRCODE = 'check_violation', CONSTRAINT = law,
                    HINT = 'Post it in the first open month, or reopen the period.';
            END IF;
        END LOOP;
    END $law$
    """,
    # In the place of a foreign key to the period, which would ask for each row what is asked here
    # once: months never go (law 10), so that a row's month is there if it was when it came.
    f"""
    CREATE OR REPLACE FUNCTION closing_require_own(
        companies bigint[], periods bigint[], what text, law text)
    RETURNS void {POWERFUL} AS $law$
    BEGIN
        PERFORM closing_require_open(array_remove(periods, NULL), what, law);
        IF EXISTS (
            SELECT FROM unnest(companies, periods) AS own (company_id, period_id)
            LEFT JOIN periods_period AS p
                ON p.id = own.period_id AND p.company_id = own.company_id
            WHERE own.period_id IS NOT NULL AND p.id IS NULL
        ) THEN
            RAISE EXCEPTION 'A period is one of the company''s own (%)', what
                USING ERRCODE = 'check_violation', CONSTRAINT = law;
        END IF;
    END $law$
    """,
    f"""
    CREATE OR REPLACE FUNCTION closing_require_dated(day date, period bigint, what text, law text)
    RETURNS void {POWERFUL} AS $law$
    DECLARE own record; other text;
    BEGIN
        SELECT * INTO own FROM periods_period WHERE id = period;
        IF NOT FOUND OR day BETWEEN own.starts_on AND own.ends_on THEN
            RETURN;
        END IF;
        SELECT code || ' (' || status || ')' INTO other FROM periods_period
        WHERE company_id = own.company_id AND day BETWEEN starts_on AND ends_on;
        RAISE EXCEPTION '% is a day of period %, not of % (%)',
            day, coalesce(other, 'none'), own.code, what
            USING ERRCODE = 'check_violation', CONSTRAINT = law;
    END $law$
    """,
    # ANALYZE is the owner's; a run needs it between a big insert and the joins that follow. What is
    # joined and sought has an index; a tenth of the usual sample tells how many values it holds.
    f"""
    CREATE OR REPLACE FUNCTION closing_analyze(tables regclass[])
    RETURNS void {POWERFUL} SET default_statistics_target = 10 AS $law$
    DECLARE one record;
    BEGIN
        FOR one IN
            SELECT i.indrelid::regclass AS name,
                string_agg(DISTINCT quote_ident(a.attname), ', ') AS columns
            FROM pg_index AS i
            JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
            WHERE i.indrelid = ANY (tables)
            GROUP BY i.indrelid
        LOOP
            -- Whoever analyses it now will tell the planner as well.
            EXECUTE format('ANALYZE (SKIP_LOCKED) %s (%s)', one.name, one.columns);
        END LOOP;
        PERFORM brin_summarize_new_values(c.oid) FROM pg_index AS i
        JOIN pg_class AS c ON c.oid = i.indexrelid
        JOIN pg_am AS m ON m.oid = c.relam AND m.amname = 'brin'
        WHERE i.indrelid = ANY (tables);
    END $law$
    """,
    # A restored or copied database has rows and knows nothing of them; after a failover autovacuum
    # has forgotten what was written before it. Returns how many tables were analysed.
    f"""
    CREATE OR REPLACE FUNCTION closing_analyze_unknown(fewest integer)
    RETURNS integer {POWERFUL} AS $law$
    DECLARE unknown regclass[];
    BEGIN
        SELECT array_agg(c.oid::regclass) INTO unknown FROM pg_class AS c
        CROSS JOIN LATERAL (
            SELECT pg_relation_size(c.oid) / current_setting('block_size')::integer AS pages
        ) AS now
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
            AND pg_has_role(c.relowner, 'USAGE') AND now.pages > fewest
            AND (now.pages > 1.2 * c.relpages OR c.reltuples <> 0 AND NOT EXISTS (
                SELECT FROM pg_stats WHERE schemaname = 'public' AND tablename = c.relname));
        IF unknown IS NOT NULL THEN
            PERFORM closing_analyze(unknown);
        END IF;
        RETURN coalesce(cardinality(unknown), 0);
    END $law$
    """,
)


def function_sql(name: str, body: str, settings: str = "") -> str:
    """``settings``: SET clauses of the function, beside its search path."""
    text = indent(dedent(body).strip(), "")
    head = f"{HEAD} {settings}".strip()
    return f"CREATE OR REPLACE FUNCTION {name}() {head} AS $law$\n{text};\n$law$"
