"""What the launcher adds to the environment of the programs it starts.

What the person set counts; only what is missing is filled in.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from ops import secrets
from ops.errors import SetupError
from ops.places import ROOT, var, venv
from ops.postgres import system
from ops.postgres.cluster import APP, DATABASE, OWNER, Cluster

ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL")


def own_addresses() -> dict[str, str]:
    """The addresses of the person's own server; none where the program starts one itself.

    Raises SetupError where only one of the two is set.
    """
    found = {name: os.environ[name] for name in ADDRESSES if os.environ.get(name, "").strip()}
    if set(found) == {"DATABASE_URL"} and os.environ.get("CLOSING_SINGLE_ROLE") == "1":
        return {**found, "DATABASE_OWNER_URL": found["DATABASE_URL"]}
    missing = [name for name in ADDRESSES if name not in found]
    if len(missing) == 1:
        raise SetupError(f"{missing[0]} is not set, but {[*found][0]} is: set both, or neither.")
    return found


def program_environment() -> dict[str, str]:
    """Everything but the database's addresses."""
    path = os.pathsep.join([str(venv() / "bin"), os.environ.get("PATH", os.defpath)])
    environment = {name: value for name, value in os.environ.items() if value.strip()}
    environment |= {"CLOSING_VAR": str(var()), "PATH": path, "PYTHONPATH": str(ROOT)}
    environment.setdefault("DEBUG", "1")
    environment.setdefault("SECRET_KEY", secrets.secret_key())
    environment.setdefault("CLOSING_SEAL_KEY_FILE", str(secrets.seal_key_file()))
    return environment


def places() -> list[str]:
    """The names of the other databases (CLOSING_DATABASES); the program itself reads them strictly
    and says what is wrong."""
    entries = os.environ.get("CLOSING_DATABASES", "").split()
    return [entry.partition(":")[0] for entry in entries]


@contextmanager
def with_database(cluster: Cluster) -> Iterator[tuple[dict[str, str], int | None]]:
    """An environment with a database in it, and the share in the server that a child must inherit.

    Where the person named a server, that one is used and none is started.
    """
    if addresses := own_addresses():
        yield {**program_environment(), **addresses}, None
        return
    share = cluster.use()
    try:
        environment = program_environment()
        environment |= {
            "DATABASE_URL": cluster.url(APP, DATABASE),
            "DATABASE_OWNER_URL": cluster.url(OWNER, DATABASE),
            # Backups and `manage dbshell` find pg_dump and psql of the server's own version first.
            "PATH": os.pathsep.join([str(system.binaries()), environment["PATH"]]),
        }
        yield environment, share
    finally:
        cluster.leave(share)
