"""Databases of the benchmark's own: made by the owner on the program's server, never the books.

A state of the books is a database, and each measurement works in a clone of it.
"""

import secrets
from contextlib import suppress
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from closing_site.database_objects import install
from closing_site.database_objects.declarations import declared_laws
from closing_site.laws import Belongs

PREFIX = "closing_bench_"

#: Switched off in a clone for the bare SQL, which writes audit and running sums itself. Foreign
#: keys stay, and those of lines to their documents, which laws hold in their place, are made.
SWITCH_OFF = """
    SELECT format('ALTER TABLE %I DISABLE TRIGGER USER', relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relhastriggers
"""


class Server:
    """What one run of the benchmark makes; ``close`` takes it all away again."""

    def __init__(self) -> None:
        parameters = connections["owner"].get_connection_params()
        keys = ("host", "port", "user", "password", "dbname")
        self._address = make_conninfo("", **{k: parameters[k] for k in keys if k in parameters})
        self._server = psycopg.connect(self._address, autocommit=True)
        self._run = PREFIX + secrets.token_hex(4)
        self._made: list[str] = []
        self._sweep()
        self._lock(self._run)

    def new(self) -> str:
        """An empty database with tables, laws and grants; Django works in it from now on."""
        name = self._name()
        self._execute("CREATE DATABASE {}", name)
        self.use(name)
        install.prepare()
        return name

    def clone(self, template: str) -> str:
        """A copy, in which Django works from now on."""
        self.leave()
        name = self._name()
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        self.use(name)
        return name

    def drop(self, name: str) -> None:
        self.leave()
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._made.remove(name)

    def use(self, name: str) -> None:
        self.leave()
        for alias in ("default", "owner"):
            connections[alias].settings_dict["NAME"] = name

    def leave(self) -> None:
        for alias in ("default", "owner"):
            connections[alias].close()

    def connect(self, name: str) -> psycopg.Connection[Any]:
        """As the owner. Its cursors take several statements at once."""
        return psycopg.connect(
            make_conninfo(self._address, dbname=name),
            autocommit=True,
            cursor_factory=psycopg.ClientCursor,
        )

    def without_laws(self, name: str) -> psycopg.Connection[Any]:
        connection = self.connect(name)
        for (statement,) in connection.execute(SWITCH_OFF).fetchall():
            connection.execute(statement)
        for law in declared_laws():
            if isinstance(law, Belongs):
                connection.execute(
                    f"ALTER TABLE {law.table} ADD FOREIGN KEY (company_id, {law.key})"
                    f" REFERENCES {law.parent} (company_id, id) DEFERRABLE INITIALLY DEFERRED"
                )
        return connection

    def tidy(self, name: str) -> None:
        """As autovacuum would have left it: a measurement does not pay for what made its state."""
        with self.connect(name) as connection:
            connection.execute("VACUUM (ANALYZE)")

    def describe(self) -> dict[str, str]:
        names = ("server_version", "fsync", "synchronous_commit", "shared_buffers", "work_mem")
        return {name: self._value(f"SHOW {name}") for name in names}

    def close(self) -> None:
        self.leave()
        for name in [*self._made]:
            self.drop(name)
        self._server.close()

    def _name(self) -> str:
        name = f"{self._run}_{len(self._made)}_{secrets.token_hex(2)}"
        self._made.append(name)
        return name

    def _value(self, query: str) -> str:
        row = self._server.execute(query).fetchone()
        return str(row[0]) if row else ""

    def _sweep(self) -> None:
        """Drop what a run that was killed left behind: what no one holds the lock of."""
        found = self._server.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"]
        )
        for (name,) in found.fetchall():
            run = "_".join(name.split("_")[:3])
            free = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
            if self._server.execute(free, [run]).fetchone() == (True,):
                with suppress(psycopg.errors.ObjectInUse):
                    self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
                self._server.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [run])

    def _lock(self, key: str) -> None:
        self._server.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])

    def _execute(self, statement: str, *names: str) -> None:
        self._server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
