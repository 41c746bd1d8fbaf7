"""PostgreSQL's own client programs, as another process over a pipe."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

from django.db import connections
from psycopg.conninfo import make_conninfo

from closing_site.backups.errors import ToolMissing

#: Django's names of what libpq calls otherwise, and what is Django's alone.
_NAMES = {"NAME": "dbname", "USER": "user", "HOST": "host", "PORT": "port"}
_OURS = {"isolation_level", "options", "pool"}


def address(database: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """A libpq address without its password, and the environment that has it."""
    parts = {libpq: str(database[name]) for name, libpq in _NAMES.items() if database.get(name)}
    parts |= {name: str(v) for name, v in database.get("OPTIONS", {}).items() if name not in _OURS}
    environment = {**os.environ, "LC_ALL": "C"}
    if database.get("PASSWORD"):
        environment["PGPASSWORD"] = str(database["PASSWORD"])
    return make_conninfo("", **parts), environment


def start(tool: str, alias: str, *arguments: str, **pipes: Any) -> subprocess.Popen[bytes]:
    """``pg_dump`` or ``pg_restore`` on the database of that alias. Raises ToolMissing."""
    program = shutil.which(tool)
    if program is None:
        raise ToolMissing(tool=tool)
    conninfo, environment = address(connections[alias].settings_dict)
    command = [program, "--no-password", f"--dbname={conninfo}", *arguments]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, **pipes)


def reason_of(process: subprocess.Popen[bytes]) -> str:
    """The last line that an ended program said."""
    assert process.stderr is not None
    said = process.stderr.read().decode(errors="replace").strip().splitlines()
    return said[-1] if said else f"status {process.returncode}"
