"""What the program's own role might send to the database past the program."""

from collections.abc import Iterator
from typing import Final

from tests.torture.attack import Tried


def statements(tried: Tried) -> Iterator[str]:
    """What the program's own role sends to the database past the program."""
    from django.db import Error, connection, transaction

    from closing_site import sql

    tables = [
        table
        for (table,) in sql.rows(
            "SELECT relname::text FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
    ]
    attempts = [statement.format(table=table) for table in tables for statement in OF_EACH_TABLE]
    for attempt in [*attempts, *PAST_THE_PROGRAM]:
        tried["statements"] += 1
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(attempt)
                transaction.set_rollback(True)
        except Error:
            continue
        yield f"the database took: {attempt}"


OF_EACH_TABLE: Final = (
    "TRUNCATE {table}",
    "DROP TABLE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} ADD COLUMN more int",
    "CREATE TRIGGER mine BEFORE INSERT ON {table} FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE RULE mine AS ON DELETE TO {table} DO INSTEAD NOTHING",
    "COPY {table} TO PROGRAM 'cat'",
    "COPY {table} TO '/tmp/taken'",
    "GRANT ALL ON {table} TO PUBLIC",
)
_SEALED: Final = "(SELECT id FROM periods_period WHERE status = 'locked' ORDER BY id LIMIT 1)"
PAST_THE_PROGRAM: Final = (
    "SET session_replication_role = 'replica'",
    "SET ROLE closing_owner",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER CREATEDB",
    "CREATE ROLE mine SUPERUSER",
    "CREATE EXTENSION dblink",
    "CREATE FUNCTION mine() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'SELECT'",
    "CREATE SCHEMA mine",
    "DO $$ BEGIN EXECUTE 'SET ROLE closing_owner'; END $$",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "ALTER SYSTEM SET fsync = off",
    "SELECT pg_reload_conf()",
    "UPDATE pg_class SET relname = relname",
    "UPDATE companies_auditentry SET actor = 'nobody'",
    "DELETE FROM companies_auditentry",
    "DELETE FROM periods_seal",
    "UPDATE periods_seal SET totals = '{}'",
    "DELETE FROM desk_approval WHERE state = 'approved'",
    "UPDATE desk_approval SET decided_by_id = requested_by_id",
    f"UPDATE invoicing_invoice SET gross = gross + 1 WHERE period_id = {_SEALED}",
    f"DELETE FROM invoicing_invoiceline WHERE period_id = {_SEALED}",
    f"UPDATE payments_payment SET amount = amount + 1 WHERE period_id = {_SEALED}",
    f"DELETE FROM payments_allocation WHERE period_id = {_SEALED}",
    f"UPDATE reconciliation_voucherline SET debit = debit + 1 WHERE period_id = {_SEALED}",
    f"UPDATE reconciliation_customerbalance SET closing = 0 WHERE period_id = {_SEALED}",
    f"UPDATE periods_period SET status = 'open' WHERE id = {_SEALED}",
    "UPDATE customers_openitem SET settled = 0",
    "UPDATE reports_closepack SET content = 'x'",
)
