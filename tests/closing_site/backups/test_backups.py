"""The restore drill: a backup of a working installation becomes the same installation elsewhere."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from closing_site.backups import tasks
from closing_site.backups.archive import DUMP, MANIFEST
from closing_site.backups.models import Backup
from closing_site.companies.models import Company
from closing_site.desk.models import Run, RunState
from closing_site.desk.stock import audit_mark, changed_since
from closing_site.periods.models import Period
from tests.commands import run
from tests.databases import Databases
from tests.laws.books import execute, rows
from tests.laws.tampering import tamper

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.usefixtures("demo_books"),
]

#: What must be the same after a restore, to the byte.
FIGURES = {
    "invoices": "SELECT number, net, tax, gross FROM invoicing_invoice ORDER BY id",
    "balances": "SELECT period_id, customer_id, currency, closing"
    " FROM reconciliation_customerbalance ORDER BY id",
    "seals": "SELECT position, digest, signature FROM periods_seal ORDER BY id",
    "packs": "SELECT id, sha256(content) FROM reports_closepack ORDER BY id",
    "attachments": "SELECT id, sha256 FROM desk_attachment ORDER BY id",
    "audit": "SELECT position, digest FROM companies_auditlink ORDER BY company_id, position",
}
#: Tables with rows of which the planner knows nothing.
UNKNOWN = """
    SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND pg_relation_size(oid) > 0
        AND NOT EXISTS (SELECT FROM pg_stats WHERE schemaname = 'public' AND tablename = relname)
"""


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "today.backup"
    told, status = run("backup", str(path))
    assert status == 0, told
    return path


@pytest.fixture
def elsewhere(databases: Databases) -> Iterator[None]:
    with databases.emptied():
        yield


def figures() -> dict[str, Any]:
    return {name: rows(query) for name, query in FIGURES.items()}


def test_the_restored_installation_is_the_same(
    tmp_path: Path, databases: Databases, settings: Any
) -> None:
    october = Period.objects.get(company__code="DEMO", code="2026-10")
    now = timezone.now()
    going_on = Run.objects.create(
        company=october.company, period=october, kind="confirm", started_by="finance",
        state=RunState.RUNNING, started_at=now, heartbeat_at=now,
    )  # fmt: skip
    client = Client()
    client.post("/sign-in/", {"username": "finance", "password": "finance"})
    path = tmp_path / "today.backup"
    told, status = run("backup", str(path))
    assert (status, told["companies"]) == (0, ["DEMO"])
    assert path.stat().st_mode & 0o777 == 0o600
    before = figures()
    assert all(before[name] for name in ("invoices", "balances", "seals", "audit"))
    with databases.emptied():
        told, status = run("restore", str(path))
        assert status == 0, told
        assert told["companies"] == [{"company": "DEMO", "key_differs": False, "findings": []}]
        assert figures() == before
        assert rows(UNKNOWN) == []
        assert Run.objects.get(pk=going_on.pk).state == RunState.FAILED
        assert rows("SELECT count(*) FROM companies_usersession") == [(0,)]
        assert rows("SELECT count(*) FROM procrastinate_jobs WHERE status <> 'todo'") == [(0,)]
        # Nothing that was written on the other server counts as written since.
        company = Company.objects.get(code="DEMO").pk
        assert not changed_since(company, audit_mark())
        mark = audit_mark()
        execute("UPDATE orders_order SET note = note || '!' WHERE id = (SELECT min(id) FROM"
                " orders_order WHERE cancelled_on IS NULL)")  # fmt: skip
        assert changed_since(company, mark)


def test_what_another_server_wrote_is_not_written_since(superuser_cursor: Any) -> None:
    """A restored database begins to number transactions from below those it holds."""
    company = Company.objects.get(code="DEMO").pk
    superuser_cursor.execute("ALTER TABLE companies_auditbatch DISABLE TRIGGER USER")
    superuser_cursor.execute("UPDATE companies_auditbatch SET xact = '9999999999'")
    assert not changed_since(company, audit_mark())


def test_keys_and_passwords_of_roles_are_not_in_it(backup: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
    key = Path(settings.CLOSING_SEAL_KEY_FILE).read_bytes()
    assert key.splitlines()[1] not in held
    assert settings.SECRET_KEY.encode() not in held


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "kept.backup"
    path.write_bytes(b"mine")
    told, status = run("backup", str(path))
    assert status == 1
    assert str(path) in told["refused"]
    assert path.read_bytes() == b"mine"
    assert [one.name for one in tmp_path.iterdir()] == ["kept.backup"]


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    told, status = run("backup", str(tmp_path / "no" / "x.backup"))
    assert status == 1
    assert str(tmp_path / "no") in told["refused"]


def test_without_the_client_programs_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told, status = run("backup", str(tmp_path / "x.backup"))
    assert status == 1
    assert "pg_dump" in told["refused"]
    assert list(tmp_path.iterdir()) == []


def test_a_dump_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("closing_site.backups.making.NOT_KEPT", ("a.b.c.d",))
    told, status = run("backup", str(tmp_path / "x.backup"))
    assert status == 1, told
    assert list(tmp_path.iterdir()) == []


def test_a_database_in_use_is_not_restored_into(backup: Path) -> None:
    before = figures()
    told, status = run("restore", str(backup))
    assert status == 1
    assert "--fresh" in told["refused"]
    assert figures() == before


def damage(path: Path, *, at: float, by: bytes = b"\x00\xff\x00\xff") -> None:
    content = bytearray(path.read_bytes())
    place = int(len(content) * at)
    content[place : place + len(by)] = by
    path.write_bytes(content)


@pytest.mark.parametrize("how", ["bytes", "cut", "text", "other zip", "missing"])
def test_a_damaged_file_is_refused_before_anything_is_restored(
    backup: Path, elsewhere: None, how: str
) -> None:
    if how == "bytes":
        damage(backup, at=0.5)
    elif how == "cut":
        backup.write_bytes(backup.read_bytes()[:-2000])
    elif how == "text":
        backup.write_text("CREATE TABLE x ();")
    elif how == "other zip":
        with zipfile.ZipFile(backup, "w") as archive:
            archive.writestr("orders.csv", "number\n")
    else:
        backup.unlink()
    told, status = run("restore", str(backup))
    assert status == 1
    assert str(backup) in told["refused"]
    assert rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def rewritten(backup: Path, *, dump: bytes = b"", **changes: Any) -> Path:
    """The same backup with another manifest, or another dump."""
    other = backup.with_name("other.backup")
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == MANIFEST:
                content = json.dumps({**json.loads(content), **changes}).encode()
            elif name == DUMP:
                content = dump or content
            target.writestr(name, content)
    return other


def test_a_newer_programs_backup_is_refused(backup: Path, elsewhere: None) -> None:
    newer = rewritten(backup, migrations=["orders.9999_from_tomorrow"])
    told, status = run("restore", str(newer))
    assert status == 1
    assert "9999_from_tomorrow" in told["refused"]


def test_a_dump_exchanged_for_another_is_refused(backup: Path, elsewhere: None) -> None:
    other = rewritten(backup, dump_sha256="0" * 64)
    assert run("restore", str(other))[1] == 1


def test_a_dump_that_postgresql_refuses_leaves_the_database_empty(
    backup: Path, elsewhere: None
) -> None:
    with zipfile.ZipFile(backup) as archive:
        whole = archive.read(DUMP)
    # Whole by its own digest, and cut off in the midst of the rows.
    cut = whole[: len(whole) * 3 // 4]
    other = rewritten(backup, dump=cut, dump_sha256=hashlib.sha256(cut).hexdigest())
    told, status = run("restore", str(other))
    assert (status, "refused" in told) == (1, True)
    assert rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_change_made_before_the_restore_is_a_finding(
    tmp_path: Path, databases: Databases, superuser_cursor: Any
) -> None:
    """The checkpoint in the backup is older than the dump: what was forged between them shows."""
    tamper(
        superuser_cursor,
        "invoicing_invoice",
        "UPDATE invoicing_invoice SET due_on = due_on + 1"
        " WHERE id = (SELECT min(id) FROM invoicing_invoice)",
    )
    path = tmp_path / "forged.backup"
    assert run("backup", str(path))[1] == 0
    with databases.emptied():
        told, status = run("restore", str(path))
        assert status == 1
        assert told["companies"][0]["findings"]


def test_another_seal_key_is_named(
    backup: Path, elsewhere: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "closing_site.wizard.integrity.checkpoint.sealing.is_signed", lambda *_: False
    )
    told, _status = run("restore", str(backup))
    assert told["companies"][0]["key_differs"] is True


def test_the_nightly_backup_keeps_as_many_as_asked(tmp_path: Path, settings: Any) -> None:
    settings.CLOSING_BACKUP_DIR, settings.CLOSING_BACKUP_KEEP = tmp_path, 2
    for day in ("01", "02", "03"):
        (tmp_path / f"closing-2026-01-{day}.backup").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("stays")
    tasks.back_up_nightly.func(0)
    tasks.back_up_nightly.func(0)
    today = f"closing-{timezone.now():%Y-%m-%d}.backup"
    kept = sorted(one.name for one in tmp_path.iterdir())
    assert kept == sorted(["closing-2026-01-03.backup", today, "notes.txt"])
    assert Backup.objects.count() == 1
    found = Client().get("/healthz").json()["last_backup"]
    assert found["hours_ago"] == 0


def test_without_a_folder_no_nightly_backup(settings: Any) -> None:
    settings.CLOSING_BACKUP_DIR = None
    tasks.back_up_nightly.func(0)
    assert Backup.objects.count() == 0


def test_the_dump_alone_restores_with_postgresql_s_own_tool(backup: Path) -> None:
    with zipfile.ZipFile(backup) as archive:
        assert archive.read(DUMP)[:5] == b"PGDMP"
