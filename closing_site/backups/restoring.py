"""Restoring a backup into an empty database, and finding out whether the books are whole."""

import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from closing_site.backups import client
from closing_site.backups.archive import Reader
from closing_site.backups.errors import BackupIsNewer, DatabaseInUse, RestoreFailed
from closing_site.companies.models import Company
from closing_site.companies.placed_people import last_key, unknown_people
from closing_site.desk.errors import RunDied
from closing_site.desk.models import Run, RunState
from closing_site.placing import HOME, at, here, is_reachable
from closing_site.refusals import Refusal
from closing_site.serving_role import require_owner
from closing_site.wizard.integrity.checkpoint import read_checkpoint
from closing_site.wizard.integrity.verifying import problems_of

#: Keys of people that were given out stay given out, also those that another database alone knows.
NEXT_PERSON = """
    SELECT setval('companies_user_id_seq', greatest(%s, last_value)) FROM companies_user_id_seq
"""
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


def restore_backup(path: Path) -> dict[str, Any]:
    """All of it or nothing, then migrations, grants and rules of this version, then the check of
    every company against its checkpoint.

    Returns, for each company, what is not as it was; ``key_differs`` where the seal key of this
    installation is another one, so that no checkpoint can be compared; and ``unknown_people`` of
    other databases, by their names: None where it did not answer. Raises NotABackup,
    BackupIsNewer, DatabaseInUse, ToolMissing, RestoreFailed.
    """
    with Reader(path) as archive:
        _require_known(path, archive)
        _require_empty()
        archive.check_dump()
        _restore(archive)
        checkpoints = archive.checkpoints()
    # What is of this version already is not granted again, and a dump has no grants.
    call_command("prepare_database")
    call_command("grant_roles")
    _analyze()
    _end_runs()
    companies = [_checked(one, checkpoints.get(one.code)) for one in Company.objects.all()]
    return {
        "file": str(path),
        "made_at": archive.manifest["made_at"],
        "companies": companies,
        "unknown_people": _unknown_people() if here() == HOME else {},
    }


def _unknown_people() -> dict[str, list[str] | None]:
    """Home may be older than the other databases: nobody new gets the key of whom they name."""
    found: dict[str, list[str] | None] = {}
    for name in settings.CLOSING_PLACES:
        if not is_reachable(name):
            found[name] = None
            continue
        with at(name):
            last = last_key()
        with connections["owner"].cursor() as cursor:
            cursor.execute(NEXT_PERSON, [last])
        found[name] = unknown_people(name)
    connections["owner"].close()
    return found


def _require_known(path: Path, archive: Reader) -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {
        f"{app}.{one}"
        for (app, name), migration in loader.disk_migrations.items()
        for one in (name, *(old for _app, old in migration.replaces))
    }
    if missing := sorted(set(archive.manifest.get("migrations", [])) - known):
        raise BackupIsNewer(path=path, missing=missing[-1])


def _require_empty() -> None:
    require_owner()
    with connections["owner"].cursor() as cursor:
        cursor.execute(TABLES)
        ((tables,),) = cursor.fetchall()
    connections["owner"].close()
    if tables:
        raise DatabaseInUse(tables=tables)


def _restore(archive: Reader) -> None:
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    with client.start("pg_restore", "owner", *options, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        # Where it ended before, its own words say why.
        with suppress(BrokenPipeError):
            for part in archive.dump():
                process.stdin.write(part)
        with suppress(BrokenPipeError):
            process.stdin.close()
        if process.wait():
            raise RestoreFailed(reason=client.reason_of(process))


def _analyze() -> None:
    """A dump has rows and nothing that the planner goes by: until somebody says ANALYZE, the checks
    that follow and the first close take many times as long."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET default_statistics_target = 100")
        cursor.execute("ANALYZE")
    connections["owner"].close()


def _end_runs() -> None:
    """Their jobs are not in the backup: what they wrote is whole or not there."""
    Run.objects.filter(state__in=[RunState.QUEUED, RunState.RUNNING]).update(
        state=RunState.FAILED, message=RunDied().message, finished_at=timezone.now()
    )


def _checked(company: Company, checkpoint: bytes | None) -> dict[str, Any]:
    kept, key_differs = None, False
    if checkpoint is not None:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "checkpoint.json"
            file.write_bytes(checkpoint)
            try:
                kept = read_checkpoint(file, company)
            except Refusal:
                key_differs = True
    found = problems_of(company, checkpoint=kept)
    return {
        "company": company.code,
        "key_differs": key_differs,
        "findings": [problem.as_json() for problem in found],
    }
