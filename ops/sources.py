"""Telling, without starting Django, that nothing of the program has changed."""

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

from ops.places import ROOT

APPS = ("closing_site", "orders", "invoicing", "payments", "reconciliation", "reports")


def sources() -> Iterator[Path]:
    """All that may change the database's tables and rules: any module may declare one."""
    yield ROOT / "requirements.txt"  # packages bring migrations of their own
    for app in APPS:
        yield from (ROOT / app).glob("**/*.py")


def version() -> str:
    """The program's, as pyproject.toml has it."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def digest() -> str:
    """Changes when any of the sources does, or when one comes or goes."""
    found = hashlib.sha256()
    for path in sorted(sources()):
        found.update(f"{path.relative_to(ROOT)}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
