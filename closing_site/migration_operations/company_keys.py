"""Composite foreign keys: (company_id, key) → (company_id, id)."""

from typing import Any

from django.db.migrations.operations.base import Operation

from closing_site.fields import CompanyForeignKey


class AddCompanyKeys(Operation):
    """Give every CompanyForeignKey of an app its composite foreign key, unless it is soft."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, app_label: str) -> None:
        self.app_label = app_label

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        for model in to_state.apps.get_app_config(self.app_label).get_models():
            table = model._meta.db_table
            fields = model._meta.local_fields
            keys = [field for field in fields if isinstance(field, CompanyForeignKey)]
            for key in keys:
                if key.soft:
                    self._drop(schema_editor, table, f"{table}_{key.column}_company")
                    continue
                within = ["company_id", *key.within]
                here = ", ".join([*within, key.column])
                there = ", ".join([*within, "id"])
                timing = "DEFERRABLE INITIALLY DEFERRED" if key.deferred else ""
                self._add(
                    schema_editor,
                    table,
                    f"{table}_{key.column}_company",
                    f"({here}) REFERENCES {key.related_model._meta.db_table} ({there}) {timing}",
                )
            names = {f.name for f in model._meta.local_fields}
            if "company" in names and all(key.null for key in keys):
                # A row with a key into its company is held to it by that key; the others by this.
                self._add(
                    schema_editor,
                    table,
                    f"{table}_company",
                    "(company_id) REFERENCES companies_company (id)",
                )

    def _add(self, schema_editor: Any, table: str, name: str, reference: str) -> None:
        name = name[:63]
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [name])
            if cursor.fetchone() is None:
                schema_editor.execute(
                    f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {reference}"
                )

    def _drop(self, schema_editor: Any, table: str, name: str) -> None:
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name[:63]}")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """The keys go with their tables."""

    def describe(self) -> str:
        return f"Composite keys of {self.app_label}"
