"""The repeatable step that installs functions, triggers and views."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import psycopg
import pytest
from django.db import OperationalError, connection, connections
from django.test import Client

from closing_site.acting import acting
from closing_site.companies.actions import create_company
from closing_site.database_objects import declarations, install, version
from closing_site.database_objects.declarations import (
    DatabaseObject,
    declared_objects,
    rules_digest,
)
from closing_site.environment import ConfigurationError
from closing_site.refusals import RulesDiffer
from tests.databases import Databases

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

INVARIANT_3 = "invoicing_invoice_law_3_insert()"


@pytest.fixture(autouse=True)
def _close_owner() -> Iterator[None]:
    yield
    connections["owner"].close()


def names(kind: str) -> list[str]:
    return [each.name for each in declared_objects() if each.kind == kind]


def edited(name: str, old: str, new: str) -> list[DatabaseObject]:
    (found,) = (each for each in declared_objects() if each.name == name)
    assert old in found.statements[0]
    changed = replace(found, statements=(found.statements[0].replace(old, new, 1),))
    return [changed if each is found else each for each in declared_objects()]


def body_of(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name.split("(")[0]])
        ((found,),) = cursor.fetchall()
        return str(found)


def recorded() -> dict[tuple[str, str], tuple[str, int]]:
    """Kind and name → digest and position, which changes when it is installed again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, name, digest, xmin::text::bigint FROM installed_object")
        return {(kind, name): (digest, xmin) for kind, name, digest, xmin in cursor.fetchall()}


def test_all_that_is_declared_is_recorded_and_a_second_start_does_nothing() -> None:
    before = recorded()
    assert {(each.kind, each.name): each.digest for each in declared_objects()} == {
        key: digest for key, (digest, _) in before.items() if key[0] not in ("rules", "grant")
    }
    install.prepare()
    assert recorded() == before


def test_an_edited_body_is_another_template_and_reaches_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, digest = recorded(), rules_digest()
    objects = edited(INVARIANT_3, "BEGIN", "BEGIN -- edited")
    with monkeypatch.context() as patch:
        patch.setattr(declarations, "declared_objects", lambda: tuple(objects))
        rules_digest.cache_clear()
        other = rules_digest()
    rules_digest.cache_clear()
    assert other != digest
    install.install(objects, other)
    assert "-- edited" in body_of(INVARIANT_3)
    changed = {key for key, value in recorded().items() if value != before.get(key)}
    assert changed == {("function", INVARIANT_3), ("rules", "")}


def test_what_is_declared_no_more_goes_and_what_was_never_recorded_too(
    databases: Databases,
) -> None:
    with databases.connect_owner(autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION orders_order_law_99_insert() RETURNS trigger LANGUAGE plpgsql"
            " SECURITY DEFINER AS 'BEGIN RETURN NULL; END'"
        )
        owner.execute(
            "CREATE TRIGGER orders_order_law_99_insert AFTER INSERT ON orders_order"
            " EXECUTE FUNCTION orders_order_law_99_insert()"
        )
    extra = DatabaseObject(
        "function",
        "one_more(a integer)",
        (
            "CREATE OR REPLACE FUNCTION one_more(a integer) RETURNS integer LANGUAGE sql"
            " AS 'SELECT a + 1'",
        ),
    )
    install.install([*declared_objects(), extra], "x")
    assert body_of("one_more") == "SELECT a + 1"
    install.install(declared_objects(), rules_digest())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE proname IN ('one_more','orders_order_law_99_insert')"
        )
        assert cursor.fetchall() == []


def test_a_changed_result_replaces_the_function_under_the_views_that_read_it() -> None:
    objects = edited("currency_digits(code text)", "RETURNS integer", "RETURNS smallint")
    install.install(objects, "x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_typeof(currency_digits('USD'))::text")
        assert cursor.fetchall() == [("smallint",)]
        for view in names("view"):
            cursor.execute(f"SELECT * FROM {view} LIMIT 0")


def test_an_interrupted_installation_is_announced_and_completed() -> None:
    broken = DatabaseObject(
        "view", "v_broken", ("CREATE VIEW v_broken AS SELECT * FROM no_such_table",)
    )
    objects = edited(INVARIANT_3, "BEGIN", "BEGIN -- edited")
    with pytest.raises(Exception, match="no_such_table"):
        install.install([*objects, broken], "x")
    assert not version.is_current()
    install.prepare()
    assert version.is_current()
    assert "-- edited" not in body_of(INVARIANT_3)
    with connection.cursor() as cursor:
        for view in names("view"):
            cursor.execute(f"SELECT * FROM {view} LIMIT 0")


def test_a_long_report_and_a_writer_go_on_while_triggers_are_replaced(
    databases: Databases,
) -> None:
    objects = [
        replace(each, statements=(*each.statements, f"SELECT '{each.name}'"))
        if each.kind == "trigger" and not each.statements[0].startswith("DROP")
        else each
        for each in declared_objects()
    ]
    with databases.connect_owner(autocommit=False) as report:
        report.execute("SELECT count(*) FROM orders_order, invoicing_invoice, payments_payment")
        install.install(objects, "x")
        report.execute("SELECT count(*) FROM orders_order")


def test_a_report_on_a_view_is_waited_for_and_named(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "ATTEMPTS", 1)
    monkeypatch.setattr(install, "LOCK_TIMEOUT", "SET LOCAL lock_timeout = '50ms'")
    with databases.connect_owner(autocommit=False) as report:
        report.execute("SELECT count(*) FROM v_orders")
        with pytest.raises(install.ObjectInUse):
            install.drop_views()
        report.rollback()
    install.prepare()
    assert version.is_current()


def test_a_view_that_somebody_built_on_ours_is_named_and_stays(databases: Databases) -> None:
    with databases.connect_owner(autocommit=True) as owner:
        owner.execute("CREATE VIEW their_orders AS SELECT number FROM v_orders")
        with pytest.raises(ConfigurationError, match="their_orders"):
            install.drop_views()
        owner.execute("SELECT * FROM their_orders")
        owner.execute("DROP VIEW their_orders")


def test_two_starts_at_once_install_one_after_the_other(databases: Databases) -> None:
    with databases.connect_owner(autocommit=True) as owner:
        owner.execute("DELETE FROM installed_object")
    failures: list[BaseException] = []

    def start() -> None:
        try:
            install.prepare()
        except BaseException as error:  # noqa: BLE001 (shown by the test's thread)
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert version.is_current()


def test_nothing_is_written_under_the_rules_of_another_version(
    client: Client, databases: Databases
) -> None:
    with databases.connect_owner(autocommit=True) as owner:
        owner.execute("UPDATE installed_object SET digest = 'newer' WHERE kind = 'rules'")
    assert client.get("/healthz").json()["rules"] == "behind"
    with pytest.raises(RulesDiffer), acting("ann"):
        pass
    with pytest.raises(RulesDiffer):
        create_company(
            code="X", name="X", currency="USD", country="US", first_day=date(2026, 1, 1), by="a"
        )


def test_the_serving_role_cannot_change_the_record() -> None:
    with (
        pytest.raises((psycopg.errors.InsufficientPrivilege, OperationalError, Exception)) as error,
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM installed_object")
    assert isinstance(error.value.__cause__, psycopg.errors.InsufficientPrivilege)
