"""Telling whether the database has to be migrated, without starting Django."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ops.places import ROOT

#: What a migration may read beside itself: operations, SQL, the registries of laws, the grants.
PATTERNS = (
    "**/migrations/*.py",
    "**/migration_operations/*.py",
    "**/laws.py",
    "**/laws/*.py",
    "**/*.sql",
    "**/*_sql.py",
    "grants.py",
    "law_functions.py",
)
APPS = ("closing_site", "orders", "invoicing", "payments", "reconciliation", "reports")


def sources() -> Iterator[Path]:
    yield ROOT / "requirements.txt"  # packages bring migrations of their own
    for app in APPS:
        for pattern in PATTERNS:
            yield from (ROOT / app).glob(pattern)


def digest() -> str:
    """Changes when any of the sources does, or when one comes or goes."""
    found = hashlib.sha256()
    for path in sorted(set(sources())):
        found.update(f"{path.relative_to(ROOT)}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
