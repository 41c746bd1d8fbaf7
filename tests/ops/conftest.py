"""An installation of its own for tests of the launcher: another state folder, another server."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops import places
from ops.postgres import cluster, process
from ops.postgres.cluster import Cluster

#: What ./run test has set for the suite, and an installation of its own must find for itself.
OF_THE_SUITE = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "SECRET_KEY",
    "CLOSING_SEAL_KEY_FILE",
    "DEBUG",
)


@dataclass(frozen=True)
class Installation:
    var: Path
    environment: dict[str, str]

    def start(self, *arguments: str, **changes: str) -> subprocess.Popen[str]:
        """``./run ARGUMENTS``, from another folder than the checkout's."""
        return subprocess.Popen(
            [str(places.ROOT / "run"), *arguments],
            cwd="/",
            env={**self.environment, **changes},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        child = self.start(*arguments, **changes)
        out, err = child.communicate(timeout=120)
        return subprocess.CompletedProcess(child.args, child.returncode, out, err)


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    # Not below pytest's own folder: its path may be longer than a socket's.
    var = Path("/tmp") / f"closing-{secrets.token_hex(6)}"
    var.mkdir(mode=0o700)
    (var / "venv").symlink_to(places.venv())
    environment = {key: value for key, value in os.environ.items() if key not in OF_THE_SUITE}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOSING_VAR", str(var))
        home = places.server_home()
        books = cluster.books()
    yield Installation(var, {**environment, "CLOSING_VAR": str(var)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOSING_VAR", str(var))
        process.stop(books)
    shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(var)


@pytest.fixture
def books(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """The installation's server, for this process to use as the launcher does."""
    monkeypatch.setenv("CLOSING_VAR", str(installation.var))
    return cluster.books()
