"""Files that a person uploads: kept as rows, because web and worker may be different machines.

An upload is a Run with its files as attachments. It is looked through first; then it is written,
all of it or without its bad rows, by the same run again.
"""

import hashlib
import json
import mimetypes
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from closing_site.acting import acting
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import Company, User
from closing_site.desk.models import Attachment, Run, RunState
from closing_site.exchange.errors import (
    ImportGoesOn,
    NothingToImport,
    NotReadable,
    SameNameTwice,
    TooMuchToImport,
    WrittenAlready,
)
from closing_site.exchange.importing import ImportReport

#: Kinds of runs: looked through, written whole, written without what is bad.
PREVIEW: Final = "import-preview"
WHOLE: Final = "import"
SKIPPING: Final = "import-skipping"
RUN_KINDS: Final = (PREVIEW, WHOLE, SKIPPING)

#: Kinds of documents that attachments belong to.
UPLOADED: Final = "import"
REPORT: Final = "import_report"
COUNTS: Final = "import_counts"
BAD_ROWS: Final = "import_bad_rows"

SUFFIXES: Final = (".csv", ".xlsx")
MOST_FILES: Final = 60
MOST_BYTES: Final = 300 * 2**20
BROKEN: Final = (zipfile.BadZipFile, zlib.error)
#: Of more bad rows a page tells nothing new; the file of bad rows has them all.
MOST_TOLD: Final = 500


def keep_upload(*, company: Company, files: Sequence[UploadedFile[Any]], by: User) -> Run:
    """Keep what was uploaded, to be looked through; archives are unpacked.

    Raises NothingToImport, SameNameTwice, TooMuchToImport, NotReadable, RoleMayNot.
    """
    require_role(company, by.username, ENTERING)
    found = [(name, content) for file in files for name, content in _contents(file)]
    if not found:
        raise NothingToImport(suffixes=", ".join(SUFFIXES))
    names = Counter(name for name, _content in found)
    if twice := [name for name, count in names.items() if count > 1]:
        raise SameNameTwice(name=twice[0])
    if len(found) > MOST_FILES:
        raise TooMuchToImport(files=MOST_FILES, megabytes=MOST_BYTES >> 20)
    with acting(by.username):
        run = Run.objects.create(
            company=company, kind=PREVIEW, started_by=by.username, state=RunState.QUEUED
        )
        for name, content in found:
            keep(run, UPLOADED, name, content, by)
        return run


def write_upload(*, run: Run, skips_bad_rows: bool, by: User) -> Run:
    """Have it written. Raises ImportGoesOn, WrittenAlready, RoleMayNot."""
    require_role(run.company, by.username, ENTERING)
    with acting(by.username):
        held = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if held.state in (RunState.QUEUED, RunState.RUNNING):
            raise ImportGoesOn()
        if (report_of(held) or {}).get("written"):
            raise WrittenAlready()
        held.kind = SKIPPING if skips_bad_rows else WHOLE
        held.started_by = by.username
        held.state = RunState.QUEUED
        held.done, held.total, held.message = 0, None, ""
        held.save()
        return held


def keep(run: Run, kind: str, name: str, content: bytes, by: User) -> None:
    """The same content twice is kept once."""
    Attachment.objects.get_or_create(
        company_id=run.company_id,
        document_kind=kind,
        document_id=run.pk,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "document_number": str(run.pk),
            "name": name[:200],
            "content_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
            "content": content,
            "added_by": by,
        },
    )


def attached(run: Run, kind: str) -> QuerySet[Attachment]:
    return Attachment.objects.filter(
        company=run.company_id, document_kind=kind, document_id=run.pk
    ).order_by("name", "id")


def report_of(run: Run) -> dict[str, Any] | None:
    """What the run told last; None before it has ended."""
    kept = attached(run, REPORT).first()
    report: dict[str, Any] | None = json.loads(bytes(kept.content)) if kept else None
    return report


def keep_report(run: Run, report: ImportReport, folder: Path, by: User) -> None:
    """In the place of what it told before, with the files of bad rows."""
    for kind in (REPORT, COUNTS, BAD_ROWS):
        attached(run, kind).delete()
    told = asdict(report)
    counts: dict[str, int] = dict.fromkeys(("new", "changed", "unchanged", "bad"), 0)
    for file in told["files"]:
        file["bad_count"] = len(file["bad"])
        file["bad"] = file["bad"][:MOST_TOLD]
        for name in ("new", "changed", "unchanged"):
            counts[name] += file[name]
        counts["bad"] += file["bad_count"]
        if file["bad_file"]:
            keep(run, BAD_ROWS, file["bad_file"], (folder / file["bad_file"]).read_bytes(), by)
    keep(run, REPORT, "report.json", json.dumps(told).encode(), by)
    summary = {**counts, "written": report.written}
    keep(run, COUNTS, "counts.json", json.dumps(summary).encode(), by)


def _contents(file: UploadedFile[Any]) -> Iterator[tuple[str, bytes]]:
    name = Path(file.name or "").name
    if (file.size or 0) > MOST_BYTES:
        raise TooMuchToImport(files=MOST_FILES, megabytes=MOST_BYTES >> 20)
    if name.lower().endswith(".zip"):
        yield from _unpacked(name, file)
    elif name.lower().endswith(SUFFIXES):
        yield name, file.read()


def _unpacked(name: str, file: UploadedFile[Any]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = [one for one in archive.infolist() if _is_wanted(one)]
            # What an archive says of its sizes is checked again by reading no more than that.
            if sum(one.file_size for one in members) > MOST_BYTES:
                raise TooMuchToImport(files=MOST_FILES, megabytes=MOST_BYTES >> 20)
            for member in members:
                with archive.open(member) as opened:
                    yield Path(_name_of(member)).name, opened.read(member.file_size)
    except (*BROKEN, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise NotReadable(file=name, reason=error) from error


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    name = _name_of(member)
    is_hidden = name.startswith("__MACOSX") or Path(name).name.startswith((".", "~$"))
    return not member.is_dir() and not is_hidden and name.lower().endswith(SUFFIXES)


def _name_of(member: zipfile.ZipInfo) -> str:
    """Chinese systems write names in their own encoding, without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    raw = member.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename
