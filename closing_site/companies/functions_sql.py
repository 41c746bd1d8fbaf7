"""The audit's chain, and whether something was written since a moment."""

from closing_site.companies.models import ABOUT_THE_CLOSE
from closing_site.law_functions import POWERFUL
from closing_site.laws.audit_sql import FIXED_FORMATS, LINK_DIGEST

_ABOUT_THE_CLOSE = ", ".join(f"'{kind}'" for kind in ABOUT_THE_CLOSE)

FUNCTIONS = [
    # Puts the batches that are visible and not in the chain yet into it, in order of their ids;
    # returns how many. One after the other for each company; writers of the audit never wait.
    f"""
    CREATE OR REPLACE FUNCTION chain_audit(of_company bigint)
    RETURNS bigint {POWERFUL} {FIXED_FORMATS} AS $law$
    DECLARE place bigint; head bytea; link record; linked bigint[] := '{{}}';
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('audit chain', of_company));
        SELECT l.position, l.digest INTO place, head FROM companies_auditlink AS l
        WHERE l.company_id = of_company ORDER BY l.position DESC LIMIT 1;
        place := coalesce(place, 0);
        head := coalesce(head, ''::bytea);
        FOR link IN
            SELECT b.* FROM companies_auditpending AS p
            JOIN companies_auditbatch AS b ON b.id = p.batch_id
            WHERE p.company_id = of_company ORDER BY b.id
        LOOP
            place := place + 1;
            SELECT {LINK_DIGEST.format(previous="head")} INTO head
            FROM companies_auditbatch AS b WHERE b.id = link.id;
            INSERT INTO companies_auditlink (company_id, position, batch_id, digest, linked_at)
            VALUES (of_company, place, link.id, head, clock_timestamp());
            linked := linked || link.id;
        END LOOP;
        DELETE FROM companies_auditpending
        WHERE company_id = of_company AND batch_id = ANY (linked);
        RETURN cardinality(linked);
    END $law$
    """,
    # This moment: what is visible, the own transaction, and the last batch of any.
    """
    CREATE OR REPLACE FUNCTION audit_mark() RETURNS text LANGUAGE sql VOLATILE
    AS $$ SELECT pg_current_snapshot() || '|' || coalesce(
            pg_current_xact_id_if_assigned()::text, '') || '|'
        || coalesce((SELECT max(id) FROM companies_auditbatch), 0) $$
    """,
    # Whether documents, master data or settings of the company were written since that moment: what
    # was not visible then, also what was written before and committed later. Of the own transaction
    # what came after. A moment of another server (a restored dump) counts as long ago, and what was
    # written there, by transactions that this server has not come to, as seen.
    f"""
    CREATE OR REPLACE FUNCTION audit_changed_since(of_company bigint, mark text)
    RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT mark = '' OR (
        SELECT pg_snapshot_xmax(was.shot) > pg_snapshot_xmax(pg_current_snapshot())
            OR EXISTS (
                SELECT FROM companies_auditbatch AS b
                WHERE b.company_id = of_company AND b.xact >= pg_snapshot_xmin(was.shot)
                    AND b.document_kind NOT IN ({_ABOUT_THE_CLOSE})
                    AND b.document_kind <> 'attachment'
                    AND (b.xact < pg_snapshot_xmax(pg_current_snapshot())
                        OR b.xact = pg_current_xact_id_if_assigned())
                    AND CASE WHEN b.xact::text = split_part(mark, '|', 2)
                        THEN b.id > split_part(mark, '|', 3)::bigint
                        ELSE NOT pg_visible_in_snapshot(b.xact, was.shot) END)
        FROM (SELECT nullif(split_part(mark, '|', 1), '')::pg_snapshot AS shot) AS was) $$
    """,
]
