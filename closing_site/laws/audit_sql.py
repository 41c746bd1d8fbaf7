"""The SQL that writes audit entries and hashes them, shared by the triggers and by who verifies.

A statement's entries are one batch with one hash, written in the same statement; batches are put
into the company's chain later (``companies.functions_sql``), so that writers never wait for each
other.
"""

#: What is hashed of an entry ``e``, in this order; times and dates as FIXED_FORMATS writes them.
ENTRY = """ROW(e.id, e.company_id, e.at, e.actor, e.action, e.document_kind, e.document_id,
    e.document_number, e.before, e.after)::text"""
#: The hash over entries ``e``.
ENTRIES_DIGEST = f"sha256(string_agg(sha256(convert_to({ENTRY}, 'UTF8')), ''::bytea ORDER BY e.id))"
#: What is hashed of a batch ``b``.
BATCH = """ROW(b.id, b.company_id, b.number, b.xact, b.actor, b.user_id, b.origin,
    b.document_kind, b.first_id, b.last_id, b.rows, b.digest)::text"""
#: The digest of a batch's link, from that of the link before (bytea, empty for the first).
LINK_DIGEST = f"sha256({{previous}} || sha256(convert_to({BATCH}, 'UTF8')))"
#: Of a function that hashes: the same row is written the same way in every session.
FIXED_FORMATS = "SET \"TimeZone\" = 'UTC' SET \"DateStyle\" = 'ISO, YMD'"


def write_entries(select: str, *, kind: str) -> str:
    """The statement that writes a batch. ``select`` yields company, at, actor, action, kind, id,
    number, before and after of each entry; ``kind``: SQL, the document kind of all of them."""
    return f"""
                batch_number := nextval('companies_auditbatch_id_seq');
                WITH e AS (
                    INSERT INTO companies_auditentry (company_id, at, actor, action, document_kind,
                        document_id, document_number, before, after, batch)
                    SELECT entry.*, batch_number FROM ({select}) AS entry
                    RETURNING *
                ), written AS (
                    INSERT INTO companies_auditbatch (company_id, number, xact, actor, user_id,
                        origin, document_kind, first_id, last_id, rows, digest)
                    SELECT e.company_id, batch_number, pg_current_xact_id(), min(e.actor),
                        nullif(current_setting('closing.user_id', true), '')::bigint,
                        coalesce(current_setting('closing.origin', true), ''), {kind},
                        min(e.id), max(e.id), count(*), {ENTRIES_DIGEST}
                    FROM e GROUP BY e.company_id
                    RETURNING id, company_id
                )
                INSERT INTO companies_auditpending (company_id, batch_id)
                SELECT company_id, id FROM written;"""
