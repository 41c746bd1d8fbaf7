"""Broken, hostile and very large files, each imported: refused with a reason or read, at a cost
that is measured. docs/security.md has what came of it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.torture.attack import Tried

if TYPE_CHECKING:
    from tests.torture.measuring import Measured, Table

READ: Final = "read"
UNFORESEEN: Final = "unforeseen"
#: An upload is refused before it is kept, or kept and then read by the import.
KEPT: Final = "kept"


def files(tried: Tried) -> Iterator[str]:
    """The corpus of broken files, of every kind of exchange file: none is read."""
    from closing_site.exchange.kinds import KINDS
    from tests.closing_site.exchange.broken_files import CSV_FILES, GROUPS, WORKBOOKS
    from tests.torture.measuring import Table

    table = Table()
    corpora = {"csv": CSV_FILES, "xlsx": WORKBOOKS}
    with tempfile.TemporaryDirectory() as name:
        for group, (suffix, names) in GROUPS.items():
            for broken in names:
                for kind in KINDS:
                    path = Path(name) / f"{kind}.{suffix}"
                    path.write_bytes(corpora[suffix][broken](kind))
                    measured = _imported(path)
                    table.add(group, measured)
                    tried["hostile files"] += 1
                    if measured.outcomes & {READ, UNFORESEEN} or not measured.outcomes:
                        yield f"{broken} of {kind}: {measured.outcomes}"
    tried.report += table.lines("Broken file")
    _count(tried, table)


def large_files(tried: Tried) -> Iterator[str]:
    """Files that are made to take memory and time, and honest ones of that size."""
    from tests.torture.large_files import ARCHIVES, HONEST, HOSTILE, READ_ALL_THE_SAME
    from tests.torture.measuring import Table

    table, uploads = Table(), Table()
    for what, make in {**HOSTILE, **HONEST}.items():
        with tempfile.TemporaryDirectory() as name:
            measured = _imported(make(Path(name)), is_dry_run=True)
        table.add(what, measured)
        tried["large files"] += 1
        if UNFORESEEN in measured.outcomes or (READ in measured.outcomes) != (
            what in HONEST or what in READ_ALL_THE_SAME
        ):
            yield f"{what}: {measured.outcomes}"
    for what, make in ARCHIVES.items():
        with tempfile.TemporaryDirectory() as name:
            measured = _uploaded(make(Path(name)))
        uploads.add(what, measured)
        tried["archives"] += 1
        if KEPT in measured.outcomes:
            yield f"{what} was kept"
    tried.report += table.lines("Large file")
    tried.report += uploads.lines("Upload", memory_of="web process")
    _count(tried, table)


def _imported(path: Path, *, is_dry_run: bool = False) -> "Measured":
    from closing_site.companies.models import Company
    from closing_site.exchange.importing import import_path
    from closing_site.refusals import Refusal
    from tests.torture.measuring import reader_measured, slug_of

    with tempfile.TemporaryDirectory() as folder, reader_measured(Path(folder)) as measured:
        measured.size = path.stat().st_size
        try:
            report = import_path(
                company=Company.objects.get(code="DEMO"),
                path=path,
                is_dry_run=is_dry_run,
                by="finance",
            )
        except Refusal as refusal:
            measured.outcomes = {slug_of(refusal)}
        else:
            bad = [problem for file in report.files for problem in file.bad]
            measured.outcomes = {slug_of(problem.reason) for problem in bad}
            if report.written or (is_dry_run and not bad):
                measured.outcomes.add(READ)
    path.unlink()
    return measured


def _uploaded(path: Path) -> "Measured":
    from django.core.files.uploadedfile import UploadedFile

    from closing_site.companies.models import Company, User
    from closing_site.exchange.uploads import keep_upload
    from closing_site.refusals import Refusal
    from tests.torture.measuring import own_memory_measured, slug_of

    with path.open("rb") as file, own_memory_measured() as measured:
        measured.size = path.stat().st_size
        sent: UploadedFile[bytes] = UploadedFile(file, path.name, size=measured.size)
        try:
            keep_upload(
                company=Company.objects.get(code="DEMO"),
                files=[sent],
                by=User.objects.get(username="finance"),
            )
        except Refusal as refusal:
            measured.outcomes = {slug_of(refusal)}
        else:
            measured.outcomes = {KEPT}
    return measured


def _count(tried: Tried, table: "Table") -> None:
    found = [one for rows in table.rows.values() for one in rows]
    tried["longest, ms"] = round(max(one.seconds for one in found) * 1000)
    tried["most memory of a reader, MB"] = max(one.memory for one in found) >> 20
