"""What somebody changed past the program: seen on /healthz, put back by the next start."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management.base import OutputWrapper
from django.db import connections
from django.test import Client

from closing_site.database_objects import install
from closing_site.database_objects.declarations import declared_objects
from closing_site.database_objects.in_force import not_in_force

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

Cursor = psycopg.Cursor[Any]
GUARD = "invoicing_invoice.invoicing_invoice_law_08_insert"
TABLE, TRIGGER = GUARD.split(".")
CHANGES = {
    "switched off": (f"ALTER TABLE {TABLE} DISABLE TRIGGER {TRIGGER}", GUARD),
    "not for replicas": (f"ALTER TABLE {TABLE} ENABLE TRIGGER {TRIGGER}", GUARD),
    "dropped": (f"DROP TRIGGER {TRIGGER} ON {TABLE}", GUARD),
    "replaced": (
        "CREATE OR REPLACE FUNCTION law_8_insert() RETURNS trigger LANGUAGE plpgsql"
        " SECURITY DEFINER AS $$ BEGIN RETURN NULL; END $$",
        "law_8_insert()",
    ),
    "not the owner's rights": ("ALTER FUNCTION law_8_insert() SECURITY INVOKER", "law_8_insert()"),
}


@pytest.fixture(autouse=True)
def _close_owner() -> Iterator[None]:
    yield
    connections["owner"].close()


def test_what_was_installed_is_in_force() -> None:
    assert not_in_force() == []
    assert any(each.name == GUARD for each in declared_objects())


@pytest.mark.parametrize(("change", "name"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen_and_put_back(
    owner_cursor: Cursor, client: Client, change: str, name: str
) -> None:
    owner_cursor.execute(change.encode())
    assert [each.name for each in not_in_force()] == [name]
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["rules"]) == (503, "changed")
    said = StringIO()
    install.prepare(output=OutputWrapper(said))
    assert name in said.getvalue()
    assert not_in_force() == []
    assert client.get("/healthz").json()["rules"] == "ok"
