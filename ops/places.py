"""Where things lie. Everything the program keeps outside the database is below ``var``."""

import hashlib
import os
import shutil
from pathlib import Path

from ops.errors import SetupError

ROOT = Path(__file__).resolve().parent.parent
#: Linux' files in memory; the tests' databases take a few hundred megabytes of it.
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 4 << 30


def var() -> Path:
    """The state folder: ``CLOSING_VAR``, else ``var/`` in the checkout."""
    return Path(os.environ.get("CLOSING_VAR") or ROOT / "var").resolve()


def ensure_var() -> None:
    """Make the state folder. Raises SetupError where it cannot be written."""
    advice = "Set CLOSING_VAR to a folder of your own."
    try:
        var().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"{var()} cannot be made: {error.strerror}. {advice}") from error
    if not os.access(var(), os.W_OK | os.X_OK):
        raise SetupError(f"{var()} cannot be written. {advice}")


def server_home() -> Path:
    """Where the program's own PostgreSQL keeps its binaries and data.

    As root the server runs as another user, who must be able to enter every folder above it. A
    checkout below a closed one (``/root``) would fail: root's server lies in ``/var/lib/closing``.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/closing") / hashlib.sha256(str(var()).encode()).hexdigest()[:16]
    return var() / "postgres"


def memory_home() -> Path | None:
    """As ``server_home``, for data that need not outlive the machine; None where its memory is too
    small to hold them. Making a database there takes a tenth of the time."""
    try:
        size = shutil.disk_usage(MEMORY).total
    except OSError:
        return None
    name = hashlib.sha256(str(server_home()).encode()).hexdigest()[:16]
    return MEMORY / f"closing-{os.geteuid()}-{name}" if size >= MEMORY_NEEDED else None


def venv() -> Path:
    return var() / "venv"


def venv_python() -> Path:
    return venv() / "bin" / "python"
