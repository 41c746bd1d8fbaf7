"""Making a backup while people work: the dump is of one moment, and blocks nobody."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from closing_site.backups import client
from closing_site.backups.archive import CHECKPOINTS, DUMP, FORMAT, MANIFEST, Writer
from closing_site.backups.errors import DumpFailed, FileExists, NoSuchFolder
from closing_site.backups.models import Backup
from closing_site.companies.models import Company
from closing_site.database_objects.declarations import rules_digest
from closing_site.wizard.integrity.checkpoint import export_checkpoint

#: What a restored installation must not take up again: sign-ins, jobs, signs of life.
NOT_KEPT: Final = (
    *("companies_usersession", "axes_accessattempt", "desk_workerbeat"),
    *("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers"),
)
MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"


def make_backup(path: Path) -> dict[str, Any]:
    """Write the file, readable by its owner only, whole or not at all.

    The checkpoints are older than the dump, so that the dump holds all that they name. Raises
    FileExists, NoSuchFolder, ToolMissing, DumpFailed.
    """
    companies = list(Company.objects.order_by("code"))
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "rules": rules_digest(),
        "postgresql": connection.get_database_version()[0],
        "migrations": _migrations(),
        "companies": [company.code for company in companies],
    }
    with _new_file(path) as file, Writer(file) as archive:
        for company in companies:
            archive.add_json(f"{CHECKPOINTS}{company.code}.json", export_checkpoint(company))
        manifest["dump_sha256"] = _dump(archive)
        archive.add_json(MANIFEST, manifest)
    made = Backup.objects.create(
        name=path.name,
        size=path.stat().st_size,
        digest=manifest["dump_sha256"],
        made_at=timezone.now(),
    )
    return {
        "file": str(path),
        "bytes": made.size,
        "sha256": made.digest,
        "made_at": manifest["made_at"],
        "companies": manifest["companies"],
    }


def _migrations() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(MIGRATIONS)
        return [f"{app}.{name}" for app, name in cursor.fetchall()]


def _dump(archive: Writer) -> str:
    """As the owner where its address is known; the serving role may read every table too."""
    alias = "owner" if "owner" in settings.DATABASES else "default"
    options = ["--format=custom", "--no-owner", "--no-privileges"]
    options += [f"--exclude-table-data={table}" for table in NOT_KEPT]
    with client.start("pg_dump", alias, *options, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        digest = archive.add_stream(DUMP, process.stdout)
        if process.wait():
            raise DumpFailed(reason=client.reason_of(process))
    return digest


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """Under another name until it is whole; a file that is there already stays."""
    partial = path.with_name(f".{path.name}.partial")
    if path.exists():
        raise FileExists(path=path)
    try:
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except OSError as error:
        raise NoSuchFolder(path=path, reason=error.strerror) from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: it fails where someone made the file meanwhile.
        os.link(partial, path)
    except FileExistsError as error:
        raise FileExists(path=path) from error
    except OSError as error:
        raise NoSuchFolder(path=path, reason=error.strerror) from error
    finally:
        partial.unlink(missing_ok=True)
