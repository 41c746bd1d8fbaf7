"""The suite's databases: one template, migrated by the owner, and clones of it.

Nothing is ever flushed: the laws refuse TRUNCATE and the serving role may not. A test that commits
gets its clone replaced. Everything is kept apart by advisory locks on the owner's connection, which
the server gives back however a run ends, so that several runs may share a server.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from closing_site.database_objects import install
from closing_site.database_objects.declarations import rules_digest
from ops.places import ROOT

TEMPLATE = "closing_template_"
CLONE = "closing_test_"
#: The same in all processes of one run of the suite.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", secrets.token_hex(8))[:16]
NO_CREATEDB = (
    "DATABASE_OWNER_URL: the role '{role}' may not create databases, which the tests need: "
    "ALTER ROLE {role} CREATEDB."
)


class Databases:
    """One test process's hold on the server; ``name`` is the clone it works in."""

    def __init__(self) -> None:
        params = connections["owner"].get_connection_params()
        keys = ("host", "port", "user", "password", "dbname")
        self._address = make_conninfo("", **{key: params[key] for key in keys if key in params})
        self._server = psycopg.connect(self._address, autocommit=True)
        role = self._server.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = current_user"
            " AND NOT (rolcreatedb OR rolsuper)"
        ).fetchone()
        if role:
            pytest.exit(NO_CREATEDB.format(role=role[0]), returncode=2)
        self._template = self._migrated_template()
        self.name = self._clone()

    def point_django_at_clone(self) -> None:
        for alias in ("default", "owner"):
            connections[alias].close()
            # One dictionary for all threads' connections of this alias.
            connections[alias].settings_dict["NAME"] = self.name

    def renew(self) -> None:
        """Throw the clone away and go on in a new one, under a new name.

        The new name, because a thread may still hold a connection to the old one.
        """
        used, self.name = self.name, self._clone()
        self.point_django_at_clone()
        self._drop(used)

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Until the end, clones are of what this one holds now: rows that many tests start from."""
        connections.close_all()
        prepared, template = self.name, self._template
        self.name, self._template = self._clone(prepared), prepared
        self.point_django_at_clone()
        try:
            yield
        finally:
            self._template = template
            self.renew()
            self._drop(prepared)

    @contextmanager
    def with_books(self, name: str, make: Callable[[], object]) -> Iterator[None]:
        """Until the end, clones are of these books, made once a run in a clone of what clones are
        of now, by whichever process comes first."""
        template, self._template = self._template, self._books_template(name, make)
        self.renew()
        try:
            yield
        finally:
            self._template = template
            self.renew()

    @contextmanager
    def emptied(self) -> Iterator[None]:
        """Until the end, an empty database stands in the place of the clone."""
        connections.close_all()
        with self.empty() as name:
            used, self.name = self.name, name
            self.point_django_at_clone()
            try:
                yield
            finally:
                connections.close_all()
                self.name = used
                self.point_django_at_clone()

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The name of an empty database beside this process's own, until the end."""
        name = CLONE + secrets.token_hex(6)
        self._lock(name)
        self._execute("CREATE DATABASE {}", name)
        try:
            yield name
        finally:
            self._drop(name)

    def clone(self) -> str:
        """Another clone beside this process's own: a second database. ``drop`` ends it."""
        return self._clone()

    def drop(self, name: str) -> None:
        self._drop(name)

    def close(self) -> None:
        self.point_django_at_clone()
        self._drop(self.name)
        self._server.close()

    def connect_owner(self, *, autocommit: bool) -> psycopg.Connection:
        return self._connect(self._address, autocommit)

    def connect_superuser(self, *, autocommit: bool) -> psycopg.Connection:
        """Skips the test where the server is not our own."""
        url = os.environ.get("CLOSING_TEST_SUPERUSER_URL")
        if not url:
            pytest.skip("needs a superuser, which only the program's own server gives")
        return self._connect(url, autocommit)

    def _connect(self, address: str, autocommit: bool) -> psycopg.Connection:
        # A test that locks itself out between its own connections must fail, not hang.
        address = make_conninfo(address, dbname=self.name, options="-c lock_timeout=10s")
        return psycopg.connect(address, autocommit=autocommit)

    def _migrated_template(self) -> str:
        name = TEMPLATE + _digest()[:16]
        self._lock("closing templates")
        try:
            self._server.execute("SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))", [name])
            existing = self._names()
            self._sweep(existing - {name})
            if name not in existing:
                self._migrate(name)
        finally:
            self._unlock("closing templates")
        return name

    def _migrate(self, name: str) -> None:
        partial = f"{name}_partial"
        self._execute("CREATE DATABASE {}", partial)
        owner = connections["owner"]
        owner.close()
        owner.settings_dict["NAME"] = partial
        install.prepare()
        owner.close()
        # Named last: a template with this name is whole.
        self._execute("ALTER DATABASE {} RENAME TO {}", partial, name)

    def _books_template(self, books: str, make: Callable[[], object]) -> str:
        name = f"{TEMPLATE}{books}_{RUN}"
        self._lock(f"{name} made")
        try:
            self._server.execute("SELECT pg_advisory_lock_shared(hashtextextended(%s, 0))", [name])
            if name not in self._names():
                self.renew()
                make()
                connections.close_all()
                used = self.name
                self._execute("ALTER DATABASE {} RENAME TO {}", used, name)
                self._unlock(used)
                self.name = self._clone(name)
        finally:
            self._unlock(f"{name} made")
        return name

    def _clone(self, template: str = "") -> str:
        name = CLONE + secrets.token_hex(6)
        self._lock(name)
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template or self._template)
        return name

    def _drop(self, name: str) -> None:
        # Where someone is still connected whom we may not end, a later run sweeps it up.
        with suppress(psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._unlock(name)

    def _sweep(self, names: set[str]) -> None:
        """Drop what runs that have ended left behind: what no one holds a lock on."""
        for name in names:
            if self._server.execute(
                "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name]
            ).fetchone() == (True,):
                self._drop(name)

    def _names(self) -> set[str]:
        rows = self._server.execute(
            "SELECT datname FROM pg_database WHERE datname ~ %s", [f"^({TEMPLATE}|{CLONE})"]
        )
        return {name for (name,) in rows}

    def _lock(self, key: str) -> None:
        self._server.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])

    def _unlock(self, key: str) -> None:
        self._server.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])

    def _execute(self, statement: str, *names: str) -> None:
        self._server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _digest() -> str:
    """Of what a template holds: the SQL of all functions, triggers and views as it is generated,
    and what makes the tables."""
    found = hashlib.sha256(rules_digest().encode())
    made = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("closing_site/*/migrations/*.py")]
    made += [*ROOT.glob("closing_site/migration_operations/*.py"), ROOT / "requirements.txt"]
    for path in sorted([*made, ROOT / "closing_site/grants.py"]):
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
