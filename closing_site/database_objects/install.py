"""Migrating a database and installing the declared functions, triggers and views.

Repeatable: what is there already is left alone, what was interrupted is completed by the next
start. Nothing is done, and no lock taken, where the database is current. Each object that is
installed leaves its digest in ``installed_object``; the digest of all is written last and removed
first, so that a process that serves can tell (``version``).
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from functools import partial
from io import StringIO
from itertools import groupby
from typing import Any

import psycopg
from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import DatabaseError, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from closing_site import grants
from closing_site.database_objects.declarations import (
    DatabaseObject,
    declared_objects,
    rules_digest,
)
from closing_site.database_objects.in_force import not_in_force
from closing_site.environment import ConfigurationError

ALIAS = "owner"

#: Two starts at once install one after the other.
LOCK = "SELECT pg_advisory_lock(hashtextextended('closing prepare', 0))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('closing prepare', 0))"

#: Of earlier versions, which did not record what they installed.
OBSOLETE_TRIGGERS = """
    SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger AS t
    JOIN pg_class AS c ON c.oid = t.tgrelid AND c.relnamespace = 'public'::regnamespace
    WHERE NOT tgisinternal AND (tgname ~ '_law_' OR tgname ~ '_no_truncate$')
"""
UNUSED_FUNCTIONS = """
    SELECT p.oid::regprocedure::text FROM pg_proc AS p
    WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND prorettype = 'trigger'::regtype AND proname ~ '_law_|^law_'
        AND proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
        AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgfoid = p.oid)
"""

#: A writer never waits longer than this for a trigger to be replaced, nor a report for a view.
LOCK_TIMEOUT = "SET LOCAL lock_timeout = '2s'"
ATTEMPTS = 60
PAUSE_SECONDS = 1.0


class ObjectInUse(ConfigurationError):
    """Another program's query kept an object locked for too long."""


def prepare(*, output: OutputWrapper | None = None) -> None:
    """Migrate, install, grant, as the owner; ``output`` gets what an administrator has to run.

    Raises ConfigurationError where something outside the program stands in the way.
    """
    if _is_current():
        return
    owner = connections[ALIAS]
    with owner.cursor() as cursor:
        cursor.execute(LOCK)
    try:
        if not _is_current():
            _prepare(output or StringIO())
    finally:
        if owner.connection is not None and not owner.connection.closed:
            with owner.cursor() as cursor:
                cursor.execute(UNLOCK)


def install(objects: Iterable[DatabaseObject], digest: str) -> None:
    """Make the database have exactly these objects, and record the digest of all."""
    wanted = {(each.kind, each.name): each for each in objects}
    present = {(kind, name): (digest, identity) for kind, name, digest, identity in _recorded()}
    different = [
        each for key, each in wanted.items() if present.get(key, ("", ""))[0] != each.digest
    ]
    gone = [key for key in present if key not in wanted and key[0] in ("function", "trigger")]
    _announce_change()
    _install_functions([each for each in different if each.kind == "function"], gone)
    _install_triggers([each for each in different if each.kind == "trigger"])
    _drop_obsolete_triggers({name for kind, name in wanted if kind == "trigger"})
    _drop_obsolete_functions(gone, present)
    views = [each for key, each in wanted.items() if key[0] == "view"]
    if [*map(_signature, views)] != [row[:3] for row in _recorded() if row[0] == "view"]:
        _install_views(views)
    with transaction.atomic(using=ALIAS):
        _execute("DELETE FROM installed_object WHERE kind = 'rules'")
        _record(DatabaseObject("rules", "", ()), digest=digest)


def drop_views() -> None:
    """Before tables change: a view holds on to the columns it reads. Never with CASCADE: a view
    that somebody else built on ours is named, and stays."""
    with transaction.atomic(using=ALIAS):
        names = [name for kind, name, *_ in _recorded() if kind == "view"]
        # Earlier versions did not record them.
        names = names or [each.name for each in declared_objects() if each.kind == "view"]
        _patiently(partial(_drop_views_at_once, names), "the views v_…")


def _prepare(output: OutputWrapper | StringIO) -> None:
    is_behind = _is_behind()
    if is_behind:
        _announce_change()
        drop_views()
        call_command("migrate", database=ALIAS, interactive=False, verbosity=0, skip_checks=True)
    elif _has_record():
        _forget_not_in_force(output)
    install(declared_objects(), rules_digest())
    # What an administrator has to do is said once, not before every command.
    call_command("grant_roles", stderr=output if is_behind else StringIO())
    with transaction.atomic(using=ALIAS):
        _execute("DELETE FROM installed_object WHERE kind = 'grant'")
        app = connections["default"].settings_dict["USER"]
        _record(DatabaseObject("grant", app, ()), digest=_grants_digest())


def _forget_not_in_force(output: OutputWrapper | StringIO) -> None:
    """Of rules that are recorded as this version's: what somebody changed past the program is said,
    and installed again."""
    recorded = {(kind, name, digest) for kind, name, digest, _identity in _recorded()}
    for each in not_in_force(ALIAS):
        if (each.kind, each.name, each.digest) in recorded:
            output.write(f"The {each.kind} {each.name} was changed past the program: restored.")
            _forget(each.kind, each.name)


def _is_behind() -> bool:
    executor = MigrationExecutor(connections[ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _is_current() -> bool:
    """Reads only: a start of what is current waits for nobody."""
    if not _has_record() or _is_behind():
        return False
    app = connections["default"].settings_dict["USER"]
    marks = {(kind, name, digest) for kind, name, digest, _identity in _recorded()}
    wanted = {("rules", "", rules_digest()), ("grant", app, _grants_digest())}
    return wanted <= marks and not not_in_force(ALIAS)


def _grants_digest() -> str:
    content = repr((grants.APP_STATEMENTS, grants.READ_ONLY, grants.SOME_COLUMNS, grants.READER))
    return hashlib.sha256(content.encode()).hexdigest()


def _has_record() -> bool:
    return bool(_rows("SELECT to_regclass('public.installed_object') IS NOT NULL")[0][0])


def _recorded() -> list[tuple[str, str, str, str]]:
    if not _has_record():
        return []
    found = _rows("SELECT kind, name, digest, identity FROM installed_object ORDER BY position")
    return [(kind, name, digest, identity) for kind, name, digest, identity in found]


def _record(one: DatabaseObject, *, digest: str = "", identity: str = "") -> None:
    _execute(
        "INSERT INTO installed_object (kind, name, digest, identity) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (kind, name) DO UPDATE SET digest = excluded.digest,"
        " identity = excluded.identity",
        [one.kind, one.name, digest or one.digest, identity],
    )


def _forget(kind: str, name: str) -> None:
    _execute("DELETE FROM installed_object WHERE kind = %s AND name = %s", [kind, name])


def _announce_change() -> None:
    """From now until the end, what serves refuses to write."""
    if _has_record():
        _execute("DELETE FROM installed_object WHERE kind = 'rules'")


def _signature(one: DatabaseObject) -> tuple[str, str, str]:
    return one.kind, one.name, one.digest


def _install_functions(functions: list[DatabaseObject], gone: list[tuple[str, str]]) -> None:
    """CREATE OR REPLACE takes no lock on a table: most changes of a rule are done with this."""
    with transaction.atomic(using=ALIAS):
        for each in functions:
            name = each.name.split("(")[0]
            try:
                with transaction.atomic(using=ALIAS):
                    _execute(each.statements[0])
            except DatabaseError as error:
                if not isinstance(error.__cause__, psycopg.errors.InvalidFunctionDefinition):
                    raise
                # Its result or the name of a parameter changed: it has to go first, and the
                # views that read it before it.
                drop_views()
                _drop_functions_named(name)
                _execute(each.statements[0])
            _record(each, identity=_identity_of(name))


def _identity_of(name: str) -> str:
    """Of the one made last, where several have the name."""
    found = _rows(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE proname = %s AND pronamespace = 'public'::regnamespace ORDER BY oid DESC LIMIT 1",
        [name],
    )
    return str(found[0][0])


def _drop_functions_named(name: str) -> None:
    for (identity,) in _rows(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE proname = %s AND pronamespace = 'public'::regnamespace",
        [name],
    ):
        _execute(f"DROP FUNCTION {identity}")


def _install_triggers(triggers: list[DatabaseObject]) -> None:
    """A table's in one transaction. Replacing one lets readers go on; writers wait a moment."""
    for table, found in groupby(
        sorted(triggers, key=lambda each: each.table), key=lambda each: each.table
    ):
        _patiently(partial(_install_at_once, tuple(found)), f"the table {table}")


def _install_at_once(objects: tuple[DatabaseObject, ...]) -> None:
    with transaction.atomic(using=ALIAS):
        _execute(LOCK_TIMEOUT)
        for each in objects:
            for statement in each.statements:
                _execute(statement)
            _record(each)


def _drop_obsolete_triggers(wanted: set[str]) -> None:
    recorded = {name for kind, name, *_ in _recorded() if kind == "trigger"}
    found = {str(name) for (name,) in _rows(OBSOLETE_TRIGGERS)} | recorded
    for each in sorted(found - wanted):
        _patiently(partial(_drop_trigger, each), f"the table {each.split('.')[0]}")


def _drop_trigger(name: str) -> None:
    table, trigger = name.split(".")
    with transaction.atomic(using=ALIAS):
        _execute(LOCK_TIMEOUT)
        if _rows("SELECT to_regclass(%s) IS NOT NULL", [table])[0][0]:
            _execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
        _forget("trigger", name)


def _drop_obsolete_functions(
    gone: list[tuple[str, str]], present: dict[tuple[str, str], tuple[str, str]]
) -> None:
    in_use = {identity for kind, _n, _d, identity in _recorded() if kind == "function"}
    with transaction.atomic(using=ALIAS):
        for kind, name in gone:
            if kind == "function":
                _forget(kind, name)
        still = {identity for kind, _n, _d, identity in _recorded() if kind == "function"}
        dropped = (in_use - still) | {str(name) for (name,) in _rows(UNUSED_FUNCTIONS)}
        for identity in sorted(dropped - still):
            _execute(f"DROP FUNCTION IF EXISTS {identity}")


def _install_views(views: list[DatabaseObject]) -> None:
    drop_views()
    with transaction.atomic(using=ALIAS):
        for each in views:
            _execute(each.statements[0])
            _record(each)


def _drop_views_at_once(names: list[str]) -> None:
    with transaction.atomic(using=ALIAS):
        _execute(LOCK_TIMEOUT)
        try:
            for name in reversed(names):
                _execute(f"DROP VIEW IF EXISTS {name}")
        except DatabaseError as error:
            if not isinstance(error.__cause__, psycopg.errors.DependentObjectsStillExist):
                raise
            detail = error.__cause__.diag.message_detail or str(error)
            raise ConfigurationError(
                f"A view of your own is built on one of ours ({detail}). Drop it, start again, "
                "and create it again afterwards."
            ) from error
        if _has_record():
            _execute("DELETE FROM installed_object WHERE kind = 'view'")


def _patiently(work: Callable[[], None], what: str) -> None:
    """Try again while another program's query holds what is needed. Raises ObjectInUse."""
    for _attempt in range(ATTEMPTS):
        try:
            work()
        except DatabaseError as error:
            if not isinstance(
                error.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected
            ):
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return
    raise ObjectInUse(
        f"A long query keeps {what} locked. Let it end (pg_stat_activity shows it), then start "
        "again: what is done so far is kept."
    )


def _rows(query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def _execute(statement: str, parameters: list[Any] | None = None) -> None:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(statement, parameters)
