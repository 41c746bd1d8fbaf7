"""Whether the database still has the functions and triggers that were installed.

``installed_object`` says what was installed; who owns the tables may have switched a trigger off
since, or replaced a function.
"""

import hashlib
import re

from django.db import connections

from closing_site.database_objects.declarations import DatabaseObject, declared_objects

TRIGGERS = """
    SELECT c.relname || '.' || t.tgname, t.tgenabled::text
    FROM pg_catalog.pg_trigger AS t
    JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
"""
FUNCTIONS = """
    SELECT proname, encode(sha256(convert_to(prosrc, 'UTF8')), 'hex'), prosecdef
    FROM pg_catalog.pg_proc WHERE pronamespace = 'public'::regnamespace
"""
BODY = re.compile(r"\$(\w*)\$(.*)\$\1\$", re.DOTALL)
#: As pg_trigger writes it: fires whatever ``session_replication_role`` says.
ALWAYS, ORIGIN = "A", "O"


def not_in_force(alias: str = "default") -> list[DatabaseObject]:
    """Declared functions and triggers that the database does not have as they are declared."""
    with connections[alias].cursor() as cursor:
        cursor.execute(TRIGGERS)
        enabled = dict(cursor.fetchall())
        cursor.execute(FUNCTIONS)
        functions = set(cursor.fetchall())

    def holds(each: DatabaseObject) -> bool:
        if each.kind == "trigger":
            is_always = any("ENABLE ALWAYS" in statement for statement in each.statements)
            return enabled.get(each.name) == (ALWAYS if is_always else ORIGIN)
        return _function(each) in functions

    return [each for each in declared_objects() if each.kind != "view" and not holds(each)]


def _function(each: DatabaseObject) -> tuple[str, str, bool]:
    (statement,) = each.statements
    found = BODY.search(statement)
    assert found, f"{each.name} has no body between dollar signs"
    digest = hashlib.sha256(found[2].encode()).hexdigest()
    return each.name.split("(")[0], digest, "SECURITY DEFINER" in statement[: found.start()]
