"""Triggers, of which every law is made."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from closing_site.law_functions import PROBING, function_sql
from closing_site.laws.audit_sql import FIXED_FORMATS


@dataclass(frozen=True)
class Trigger:
    """One trigger on one table. ``function`` is made from ``body`` unless it is a shared one.

    ``is_deferred``: asked, for each row, when the transaction ends. ``probes``: it looks up by an
    index what each row points at (law_functions.PROBING). ``hashes``: it hashes rows as text
    (audit_sql.FIXED_FORMATS). ``columns``: of an UPDATE, those whose naming in SET fires it.
    """

    name: str
    table: str
    event: str
    timing: str = "AFTER"
    function: str = ""
    body: str = ""
    when: str = ""
    arguments: tuple[str, ...] = ()
    each_row: bool = False
    is_deferred: bool = False
    probes: bool = False
    hashes: bool = False
    columns: tuple[str, ...] = ()

    @property
    def function_sql(self) -> str:
        """Its own function; only where it has a ``body``."""
        settings = (PROBING if self.probes else "", FIXED_FORMATS if self.hashes else "")
        return function_sql(self.function or self.name, self.body, " ".join(filter(None, settings)))

    @property
    def statements(self) -> tuple[str, ...]:
        """What creates it, or replaces it without keeping readers out; not its function."""
        rows = {
            "INSERT": "REFERENCING NEW TABLE AS new_rows",
            "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
            "DELETE": "REFERENCING OLD TABLE AS old_rows",
        }
        uses_tables = self.timing == "AFTER" and not self.each_row
        # PostgreSQL replaces no constraint trigger: it is dropped first.
        create = "CREATE CONSTRAINT TRIGGER" if self.is_deferred else "CREATE OR REPLACE TRIGGER"
        function = self.function or self.name
        of_columns = f" OF {', '.join(self.columns)}" if self.columns else ""
        parts = [
            f"{create} {self.name} {self.timing} {self.event}{of_columns} ON {self.table}",
            "DEFERRABLE INITIALLY DEFERRED" if self.is_deferred else "",
            rows.get(self.event, "") if uses_tables else "",
            "FOR EACH ROW" if self.each_row else "FOR EACH STATEMENT",
            f"WHEN ({self.when})" if self.when else "",
            f"EXECUTE FUNCTION {function}({', '.join(quoted(a) for a in self.arguments)})",
        ]
        drop = [f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}"] if self.is_deferred else []
        return (
            *drop,
            " ".join(part for part in parts if part),
            f"ALTER TABLE {self.table} ENABLE ALWAYS TRIGGER {self.name}",
        )


@dataclass(frozen=True)
class Law:
    """Triggers of a law that only one table has."""

    table: str
    own: tuple[Trigger, ...] = field(default=())

    def triggers(self) -> Iterator[Trigger]:
        return iter(self.own)


def no_truncate(table: str) -> Trigger:
    return Trigger(
        f"{table}_no_truncate", table, "TRUNCATE", timing="BEFORE", function="law_no_truncate"
    )


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
