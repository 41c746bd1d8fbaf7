"""A PostgreSQL server of the program's own: started by whoever comes first, stopped by the last."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from ops import locks
from ops.places import memory_home, server_home
from ops.postgres import process, system
from ops.postgres.place import Place

DATABASE = "closing"
OWNER = "closing_owner"
APP = "closing_app"

#: For a machine of two cores, of whose memory the server takes a small part.
COMMON = {
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    # What is first changed after a checkpoint is logged whole: not in the midst of every close.
    "checkpoint_timeout": "15min",
    "max_connections": "100",
    # Compiling a plan costs more than it saves on months of this size.
    "jit": "off",
}
#: What tests write need not outlive the machine.
VOLATILE = {
    **{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
    "max_wal_size": "512MB",
}


@dataclass(frozen=True)
class Cluster(Place):
    options: dict[str, str] = field(default_factory=dict)

    def use(self) -> int:
        """See that server, roles and database are there: returns a share in its use.

        The server runs as long as any process holds the share, however its maker ended.
        """
        system.make_home(server_home())
        system.make_home(self.folder)
        with locks.exclusive(self.beside("starting")):
            share = locks.share(self.beside("users"))
            try:
                if not process.is_alive(self) or not self.answers():
                    self._start()
            except BaseException:
                os.close(share)
                raise
        return share

    def leave(self, share: int) -> None:
        """Give the share back; the last one to do so stops the server."""
        with locks.exclusive(self.beside("starting")):
            os.close(share)
            if locks.is_free(self.beside("users")):
                process.stop(self)

    def revive(self) -> None:
        """Start the server again where it was killed under its users."""
        if not process.is_alive(self):
            with locks.exclusive(self.beside("starting")):
                self._start()

    def is_prepared(self, digest: str) -> bool:
        """Whether its database is known to have the migrations of this digest."""
        stamp = self.beside("prepared")
        return stamp.exists() and stamp.read_text() == digest

    def remember_prepared(self, digest: str) -> None:
        self.beside("prepared").write_text(digest)

    def is_shared(self, share: int) -> bool:
        """Whether anyone but the holder of this share uses the server."""
        with locks.exclusive(self.beside("starting")):
            return not locks.is_only(share)

    def remake_database(self) -> None:
        self.beside("prepared").unlink(missing_ok=True)
        self.sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        self._make_database()

    def _start(self) -> None:
        is_new = not self.data.exists()
        if is_new:
            self.beside("prepared").unlink(missing_ok=True)
            process.initialise(self)
        process.start(self, self.options)
        if is_new or not self._has_database():
            self._make_roles()
            self._make_database()

    def _has_database(self) -> bool:
        return self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'") == "1"

    def _make_roles(self) -> None:
        """Two roles, so that what serves can neither change the tables nor switch off their laws.

        The owner makes roles because it makes the readers', databases because tests clone, and
        ends sessions because a database in use cannot be dropped.
        """
        for role, rights in ((APP, ""), (OWNER, "CREATEDB CREATEROLE")):
            self.sql(
                f"SELECT 'CREATE ROLE {role}' WHERE NOT EXISTS"
                f" (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec\n"
                f"ALTER ROLE {role} LOGIN {rights} PASSWORD '{self.password(role)}';"
            )
        self.sql(f"GRANT pg_signal_backend TO {OWNER}")

    def _make_database(self) -> None:
        self.sql(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


@dataclass(frozen=True)
class VolatileCluster(Cluster):
    """In memory, where the machine has enough."""

    @property
    def folder(self) -> Path:
        return memory_home() or server_home()


def books() -> Cluster:
    """The server of the books that ``./run`` serves."""
    return Cluster("books", COMMON)


def tests() -> Cluster:
    """The server of the test suite, apart, so that no test can touch the books."""
    return VolatileCluster("tests", {**COMMON, **VOLATILE})
