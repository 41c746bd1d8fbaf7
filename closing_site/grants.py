"""What each database role may do. Granted after every migration, by the owner.

The role that serves reads and writes rows, and nothing more: no DDL, no TRUNCATE, no switching off
of triggers, no write to the audit, which a trigger of the owner's keeps. ``closing_reader`` reads
the views ``v_…`` and nothing else.
"""

from psycopg import Cursor, errors, sql

READER = "closing_reader"

#: Tables that the serving role only reads.
READ_ONLY = (
    *("companies_auditentry", "companies_auditbatch", "companies_auditpending"),
    *("companies_auditlink", "laws_pending", "installed_object", "django_migrations"),
    *("periods_preparation", "orders_formertaxrate"),
)

#: Tables of which the serving role changes some columns only: what is settled of an open item is
#: kept by the triggers of what is set against it (law 5).
SOME_COLUMNS = {
    "customers_openitem": (
        *("customer_id", "period_id", "side", "kind", "number", "currency", "amount"),
        *("base_amount", "issued_on", "due_on", "posted_on"),
    )
}

#: One grant at a time: two at once would fail with "tuple concurrently updated".
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('closing grants', 0))"

# Views count as tables in GRANT, and writing through a simple one is writing as its owner.
VIEWS = """
    SELECT relname FROM pg_catalog.pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
      AND relowner = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
    ORDER BY relname
"""
EXISTING_TABLES = """
    SELECT relname FROM pg_catalog.pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%s)
"""
# PostgreSQL lets everyone run a new function; these run with the owner's rights.
CLOSE_POWERFUL_FUNCTIONS = """
    DO $$
    DECLARE powerful regprocedure;
    BEGIN
        FOR powerful IN
            SELECT oid FROM pg_catalog.pg_proc
            WHERE pronamespace = 'public'::regnamespace AND prosecdef
              AND proowner = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
        LOOP
            EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', powerful);
        END LOOP;
    END $$
"""

# A trigger asks no one's right to its function when it fires. Who makes a trigger needs it, and
# could so have the owner write the audit, or what is settled, from a table of their own.
LAWS = """
    SELECT proname FROM pg_catalog.pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prosecdef
      AND prorettype = 'trigger'::regtype
      AND proowner = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
    ORDER BY proname
"""

APP_STATEMENTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
    # SELECT: its backups read how far they have counted.
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
    " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {app}",
)


def grant_roles(cursor: Cursor[tuple[object, ...]], app: str) -> list[str]:
    """Grant everything, as the owner, in the cursor's open transaction; again without effect.

    Returns the statements for ``closing_reader`` that an administrator has to run, where the owner
    may not create roles. Does nothing where one role both owns and serves.
    """
    cursor.execute(LOCK)
    cursor.execute("SELECT current_user = %s", [app])
    if cursor.fetchone() == (True,):
        return []
    _grant_to_app(cursor, sql.Identifier(app))
    return _grant_to_reader(cursor)


def _grant_to_app(cursor: Cursor[tuple[object, ...]], app: sql.Identifier) -> None:
    for statement in APP_STATEMENTS:
        cursor.execute(sql.SQL(statement).format(app=app))
    for name in [*_names(cursor, VIEWS), *_names(cursor, EXISTING_TABLES, [[*READ_ONLY]])]:
        cursor.execute(
            sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(name), app)
        )
    for name, columns in SOME_COLUMNS.items():
        table = sql.Identifier(name)
        if _names(cursor, EXISTING_TABLES, [[name]]):
            cursor.execute(sql.SQL("REVOKE UPDATE ON {} FROM {}").format(table, app))
            cursor.execute(
                sql.SQL("GRANT UPDATE ({}) ON {} TO {}").format(
                    sql.SQL(", ").join(map(sql.Identifier, columns)), table, app
                )
            )
    cursor.execute(CLOSE_POWERFUL_FUNCTIONS)
    for name in _names(cursor, LAWS):
        cursor.execute(
            sql.SQL("REVOKE EXECUTE ON FUNCTION {}() FROM {}").format(sql.Identifier(name), app)
        )


def _grant_to_reader(cursor: Cursor[tuple[object, ...]]) -> list[str]:
    reader = sql.Identifier(READER)
    create = sql.SQL("CREATE ROLE {} NOLOGIN").format(reader)
    views = [name for name in _names(cursor, VIEWS) if name.startswith("v_")]
    grants = [sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(reader)]
    grants += [
        sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(name), reader) for name in views
    ]
    cursor.execute("SELECT FROM pg_catalog.pg_roles WHERE rolname = %s", [READER])
    if cursor.fetchone() is None and not _create_reader(cursor, create):
        return [f"{statement.as_string(cursor)};" for statement in (create, *grants)]
    for statement in grants:
        cursor.execute(statement)
    return []


def _create_reader(cursor: Cursor[tuple[object, ...]], create: sql.Composed) -> bool:
    """False where the owner may not."""
    try:
        with cursor.connection.transaction():
            cursor.execute(create)
            cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(READER)))
    except errors.InsufficientPrivilege:
        return False
    except (errors.DuplicateObject, errors.UniqueViolation):
        pass  # Roles belong to the server: another database's grants made it in this moment.
    return True


def _names(
    cursor: Cursor[tuple[object, ...]], query: str, values: list[object] | None = None
) -> list[str]:
    cursor.execute(query, values)
    return [str(name) for (name,) in cursor.fetchall()]
