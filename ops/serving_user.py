"""Whom web and worker run as where the launcher is root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.places import ROOT, venv, venv_python
from ops.postgres import system

#: Who serves, in order: a user made for it (``docs/operator.md``), else one that every Debian has.
NAMES = ("closing", "nobody", "www-data")


@dataclass(frozen=True)
class ServingUser:
    """An ordinary user, with the database server's group beside its own: it may enter the folder
    of the server's socket, and reads nothing that is the server's."""

    name: str
    number: int
    group: int
    groups: tuple[int, ...]

    def process(self) -> dict[str, Any]:
        """Arguments of subprocess that start a program as this user."""
        return {"user": self.number, "group": self.group, "extra_groups": self.groups}

    def own(self, path: Path) -> None:
        """A folder of theirs, to write in."""
        os.chown(path, self.number, self.group)

    def let_read(self, path: Path) -> None:
        """A secret of root's, which they read and cannot change."""
        os.chown(path, 0, self.group)
        path.chmod(0o640)

    def unreadable(self, folders: list[Path], writable: list[Path]) -> str:
        """The first path they cannot use; empty where they can run the program."""
        paths = [f"read:{path}" for path in folders] + [f"write:{path}" for path in writable]
        command = [str(venv_python()), "-P", "-m", "ops.reachable", *paths]
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
                capture_output=True,
                text=True,
                check=False,
                **self.process(),
            )
        except OSError:
            # Not even the folder it starts in, or the interpreter, which may be root's own.
            python = venv_python().resolve()
            return next((str(path) for path in (ROOT, venv()) if not _is_open(path)), str(python))
        return done.stdout.strip() if done.returncode in (0, 1) else str(venv())


def serving_user() -> ServingUser | None:
    """None where the launcher is an ordinary user itself, or the machine has no fit one."""
    server = system.server_user()
    if server is None:
        return None
    for name in NAMES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        # The server's own could change the books behind its back.
        if found.pw_uid not in (0, server.pw_uid):
            return ServingUser(name, found.pw_uid, found.pw_gid, (server.pw_gid,))
    return None


def _is_open(path: Path) -> bool:
    """Whether everyone may enter the folder and those above it."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))
