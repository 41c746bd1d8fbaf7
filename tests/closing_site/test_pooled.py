"""What docs/operator.md says of PgBouncer: no setting or lock of ours outlives a transaction."""

import re
from collections.abc import Iterator
from pathlib import Path

from ops.places import ROOT

APPS = ("closing_site", "orders", "invoicing", "payments", "reconciliation", "reports")
#: Holds a session's lock on purpose, and goes straight to the server.
PREPARES = ROOT / "closing_site" / "database_objects" / "install.py"
OF_A_SESSION = re.compile(
    r"pg_(?:try_)?advisory_(?:lock|unlock)(?:_shared)?\("
    r"|set_config\([^()]*(?:\([^()]*\)[^()]*)*,\s*false\)"
    r"|\bSET SESSION\b|\bLISTEN \w"
)
TEMPORARY = re.compile(r"CREATE TEMP(?:ORARY)? TABLE", re.IGNORECASE)


def sources() -> Iterator[tuple[Path, str]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()


def test_nothing_is_set_or_locked_for_a_session() -> None:
    found = {path for path, text in sources() if OF_A_SESSION.search(text)}
    assert found == {PREPARES}


def test_temporary_tables_end_with_their_transaction() -> None:
    kept = [
        path
        for path, text in sources()
        if len(TEMPORARY.findall(text)) > text.count("ON COMMIT DROP")
    ]
    assert kept == []
