"""What the database itself refuses to the role that serves, and to the one that only reads."""

from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg import errors

from closing_site import grants
from closing_site.grants import READ_ONLY, READER, grant_roles


def as_app(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE companies_usersession",
        "ALTER TABLE companies_usersession DISABLE TRIGGER ALL",
        "ALTER TABLE procrastinate_jobs DISABLE TRIGGER USER",
        "SET session_replication_role = 'replica'",
        "DROP TABLE companies_usersession",
        "ALTER TABLE companies_usersession ADD COLUMN extra integer",
        "CREATE TABLE public.extra (n integer)",
        "CREATE FUNCTION public.extra() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE closing_reader",
    ],
)
def test_the_app_role_may_not(sql: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        as_app(sql)


@pytest.mark.django_db
def test_the_app_role_writes_no_table_that_it_only_reads() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, privilege FROM pg_class,"
            " unnest('{INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) AS privilege"
            " WHERE relname = ANY (%s) AND has_table_privilege(oid, privilege)",
            [[*READ_ONLY]],
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_the_app_role_reads_and_writes_all_other_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, privilege FROM pg_class,"
            " unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) AS privilege"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND relname <> ALL (%s) AND NOT has_table_privilege(oid, privilege)",
            [[*READ_ONLY]],
        )
        assert cursor.fetchall() == [("customers_openitem", "UPDATE")]


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["settled", "base_settled", "document_id", "company_id"])
def test_the_app_role_does_not_say_what_is_settled(column: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_app(f"UPDATE customers_openitem SET {column} = 0")


@pytest.mark.django_db(transaction=True)
def test_a_table_of_a_later_migration_is_granted_as_well(owner_cursor: psycopg.Cursor[Any]) -> None:
    owner_cursor.execute("CREATE TABLE later (id bigserial, note text)")
    as_app("INSERT INTO later (note) VALUES ('first')")
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_app("TRUNCATE later")


@pytest.mark.django_db
def test_the_reader_reads_views_and_nothing_else(owner_cursor: psycopg.Cursor[Any]) -> None:
    owner_cursor.execute("CREATE VIEW v_sessions AS SELECT session_key FROM companies_usersession")
    owner_cursor.execute("CREATE VIEW other AS SELECT session_key FROM companies_usersession")
    grant_roles(owner_cursor, _app())
    owner_cursor.execute(f"SET LOCAL ROLE {READER}")
    owner_cursor.execute("SELECT * FROM v_sessions")
    for sql in (
        "SELECT * FROM other",
        "SELECT * FROM companies_usersession",
        "DELETE FROM v_sessions",
        "CREATE TABLE public.mine (n integer)",
    ):
        with pytest.raises(errors.InsufficientPrivilege), owner_cursor.connection.transaction():
            owner_cursor.execute(sql)
    owner_cursor.execute("RESET ROLE")


@pytest.mark.django_db
def test_no_one_writes_through_a_view(owner_cursor: psycopg.Cursor[Any]) -> None:
    owner_cursor.execute("CREATE VIEW v_sessions AS SELECT session_key FROM companies_usersession")
    grant_roles(owner_cursor, _app())
    owner_cursor.execute(
        "SELECT has_table_privilege(%s, 'v_sessions', 'DELETE'),"
        " has_table_privilege(%s, 'v_sessions', 'SELECT')",
        [_app(), _app()],
    )
    assert owner_cursor.fetchone() == (False, True)


@pytest.mark.django_db
def test_a_function_with_the_owners_rights_is_for_the_app_role_alone(
    owner_cursor: psycopg.Cursor[Any],
) -> None:
    owner_cursor.execute(
        "CREATE FUNCTION powerful() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
    )
    grant_roles(owner_cursor, _app())
    owner_cursor.execute(
        "SELECT has_function_privilege(%s, 'powerful()', 'EXECUTE'),"
        " has_function_privilege(%s, 'powerful()', 'EXECUTE')",
        [_app(), READER],
    )
    assert owner_cursor.fetchone() == (True, False)


@pytest.mark.django_db
def test_granting_again_changes_nothing(owner_cursor: psycopg.Cursor[Any]) -> None:
    rights = "SELECT relname, relacl FROM pg_class ORDER BY oid"
    before = owner_cursor.execute(rights).fetchall()
    assert grant_roles(owner_cursor, _app()) == []
    assert owner_cursor.execute(rights).fetchall() == before


@pytest.mark.django_db
def test_an_owner_who_may_not_create_roles_is_told_the_statements(
    superuser_cursor: psycopg.Cursor[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "READER", "closing_reader_to_be")
    superuser_cursor.execute(
        "SELECT tableowner FROM pg_tables WHERE tablename = 'companies_usersession'"
    )
    (owner,) = superuser_cursor.fetchone() or ("",)
    superuser_cursor.execute("CREATE ROLE plain_owner")
    superuser_cursor.execute(f"GRANT {owner} TO plain_owner")
    superuser_cursor.execute("SET LOCAL ROLE plain_owner")
    told = grant_roles(superuser_cursor, _app())
    assert told[0] == 'CREATE ROLE "closing_reader_to_be" NOLOGIN;'
    assert told[1] == 'GRANT USAGE ON SCHEMA public TO "closing_reader_to_be";'


def _app() -> str:
    return str(connection.settings_dict["USER"])
