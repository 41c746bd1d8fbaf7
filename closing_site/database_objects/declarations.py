"""The functions, triggers and views that the apps declare, as SQL with a digest each."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from django.apps import apps

from closing_site import law_functions, laws
from closing_site.declared import declared, is_ours

FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION\s+(\w+)\s*\((.*?)\)\s*RETURNS", re.DOTALL)


@dataclass(frozen=True)
class DatabaseObject:
    """One function, trigger or view. ``name`` is unique within its kind: of a function with its
    parameters, of a trigger with its table before it."""

    kind: str
    name: str
    statements: tuple[str, ...]
    table: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256("\0".join(self.statements).encode()).hexdigest()


def declared_laws() -> Iterator[laws.AnyLaw]:
    """Every app's ``LAWS``, lower layers first."""
    for found in declared("laws", "LAWS"):
        yield from found


def declared_views() -> Iterator[tuple[str, str]]:
    """Every app's ``VIEWS``: name → the query, in the order in which they can be created."""
    for found in declared("views_sql", "VIEWS"):
        yield from found.items()


def law_triggers() -> Iterator[laws.Trigger]:
    for law in declared_laws():
        if isinstance(law, laws.Guarded) and law.movable:
            (model,) = (m for m in apps.get_models() if m._meta.db_table == law.table)
            law = replace(law, columns=tuple(str(f.column) for f in model._meta.local_fields))
        yield from law.triggers()
    for keyed in keyed_tables():
        yield from keyed.triggers()


def keyed_tables() -> Iterator[laws.Keyed]:
    """Every table of our own models: none has to be declared, so that none is forgotten."""
    for model in apps.get_models():
        if is_ours(model._meta.app_config):
            columns = {field.column for field in model._meta.local_fields}
            table, key = model._meta.db_table, str(model._meta.pk.column)
            yield laws.Keyed(table, key=key, has_company="company_id" in columns)


def triggers_by_name(triggers: Iterable[laws.Trigger]) -> dict[str, laws.Trigger]:
    """Each trigger under its table and name. The same one may be declared twice, as two laws share
    the TRUNCATE of a table; of two different ones, the database would keep only the last."""
    found: dict[str, laws.Trigger] = {}
    for trigger in triggers:
        name = f"{trigger.table}.{trigger.name}"
        first = found.setdefault(name, trigger)
        if first != trigger:
            raise ValueError(f"two different triggers are called {name}: {first} and {trigger}")
    return found


@cache
def declared_objects() -> tuple[DatabaseObject, ...]:
    """All of them, in the order in which they are installed."""
    triggers = triggers_by_name(law_triggers())
    functions = [
        *law_functions.HELPERS,
        *(law_functions.function_sql(*item) for item in law_functions.SHARED_FUNCTIONS.items()),
        *(statement for found in declared("functions_sql", "FUNCTIONS") for statement in found),
        *(trigger.function_sql for trigger in triggers.values() if trigger.body),
    ]
    return (
        # Two triggers may share one function.
        *dict.fromkeys(map(_function, functions)),
        *(
            DatabaseObject("trigger", name, trigger.statements, table=trigger.table)
            for name, trigger in triggers.items()
        ),
        *(
            DatabaseObject("view", name, (f"CREATE VIEW {name} AS {query}",))
            for name, query in declared_views()
        ),
    )


@cache
def rules_digest() -> str:
    """Over the SQL of all of them: tells whether a database has the rules of this program."""
    found = hashlib.sha256()
    for each in sorted(declared_objects(), key=lambda each: (each.kind, each.name)):
        found.update(f"{each.kind}\0{each.name}\0{each.digest}\0".encode())
    return found.hexdigest()


def _function(statement: str) -> DatabaseObject:
    match = FUNCTION.search(statement)
    if match is None:
        raise ValueError(f"not a CREATE OR REPLACE FUNCTION … RETURNS: {statement[:80]}")
    name, parameters = match.groups()
    return DatabaseObject("function", f"{name}({' '.join(parameters.split())})", (statement,))
