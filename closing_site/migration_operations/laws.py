"""Installing the laws that the apps declare, and the views that others read."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db.migrations.operations.base import Operation

from closing_site import law_functions, laws
from closing_site.declared import declared


def declared_laws() -> Iterator[laws.AnyLaw]:
    """Every app's ``LAWS``, lower floors first."""
    for found in declared("laws", "LAWS"):
        yield from found


def declared_views() -> Iterator[tuple[str, str]]:
    """Every app's ``VIEWS``: name → the query."""
    for found in declared("views_sql", "VIEWS"):
        yield from found.items()


def law_triggers() -> Iterator[laws.Trigger]:
    for law in declared_laws():
        if isinstance(law, laws.Guarded) and law.movable:
            (model,) = (m for m in apps.get_models() if m._meta.db_table == law.table)
            law = replace(law, columns=tuple(str(f.column) for f in model._meta.local_fields))
        yield from law.triggers()


class InstallLaws(Operation):
    """Make every function and trigger anew; old ones of ours that are declared no more go."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that Django's models know of."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
                " WHERE NOT tgisinternal AND (tgname ~ '_law_' OR tgname ~ '_no_truncate$')"
            )
            for name, table in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name} ON {table}")
            for statement in (law_functions.PENDING, *law_functions.HELPERS):
                cursor.execute(statement)
            for name, body in law_functions.SHARED_FUNCTIONS.items():
                cursor.execute(law_functions.function_sql(name, body))
            for trigger in law_triggers():
                for statement in trigger.sql():
                    cursor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """The triggers go with their tables."""

    def describe(self) -> str:
        return "Install the laws"


class InstallFunctions(Operation):
    """SQL functions that runs and views share: every app's ``FUNCTIONS`` in ``functions_sql``."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that Django's models know of."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        with schema_editor.connection.cursor() as cursor:
            for functions in declared("functions_sql", "FUNCTIONS"):
                for statement in functions:
                    cursor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """They do no harm."""

    def describe(self) -> str:
        return "Install the functions"


class InstallViews(Operation):
    """Drop and make again every ``v_…`` view; the grants come after each migration."""

    reduces_to_sql = False
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that Django's models know of."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        views = list(declared_views())
        with schema_editor.connection.cursor() as cursor:
            for name, _query in reversed(views):
                cursor.execute(f"DROP VIEW IF EXISTS {name}")
            for name, query in views:
                cursor.execute(f"CREATE VIEW {name} AS {query}")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        with schema_editor.connection.cursor() as cursor:
            for name, _query in reversed(list(declared_views())):
                cursor.execute(f"DROP VIEW IF EXISTS {name}")

    def describe(self) -> str:
        return "Install the views"
