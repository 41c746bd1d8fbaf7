"""Making way for a change of a column that a trigger's condition reads."""

from typing import Any

from django.db.migrations.operations.base import Operation


class DropTriggers(Operation):
    """Drop our triggers of a table. The step that installs the rules, which follows every
    migration, creates them again; until then nothing that serves writes."""

    reduces_to_sql = False
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that Django's models know of."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass",
                [self.table],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name} ON {self.table}")
            cursor.execute(
                "DELETE FROM installed_object WHERE kind = 'rules'"
                " OR (kind = 'trigger' AND starts_with(name, %s))",
                [f"{self.table}."],
            )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Drop the triggers of {self.table}"
