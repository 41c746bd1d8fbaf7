"""Files that a person uploads: kept as rows, because web and worker may be different machines.

An upload is a Run with its files as attachments. It is looked through first; then it is written,
all of it or without its bad rows, by the same run again.
"""

import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from closing_site.acting import acting
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import Company, User
from closing_site.desk.models import Run, RunState
from closing_site.exchange.attaching import (
    ANSWERS,
    CHOSEN,
    OPTIONS,
    UPLOADED,
    attached,
    keep,
)
from closing_site.exchange.errors import (
    ImportGoesOn,
    NotAKind,
    NotAMeaning,
    NotAnEncoding,
    NothingToImport,
    NotReadable,
    SameNameTwice,
    TooMuchToImport,
    UploadDeleted,
    WrittenAlready,
)
from closing_site.exchange.kinds import KINDS
from closing_site.exchange.outcome import report_of
from closing_site.exchange.reading.discounts import MEANINGS
from closing_site.exchange.reading.encodings import NAMEABLE, named_encoding
from closing_site.free_text import seen_text

#: Kinds of runs: looked through, written whole, written without what is bad.
PREVIEW: Final = "import-preview"
WHOLE: Final = "import"
SKIPPING: Final = "import-skipping"
RUN_KINDS: Final = (PREVIEW, WHOLE, SKIPPING)

#: Name of the answer that is kept: see MissingLines.
MISSING_LINES: Final = "missing_lines"

SUFFIXES: Final = (".csv", ".xlsx")
MOST_FILES: Final = 60
MOST_BYTES: Final = 64 * 2**20
#: In bytes: a Chinese sign has three.
MOST_OF_A_NAME: Final = 200
BROKEN: Final = (zipfile.BadZipFile, zlib.error)


def keep_upload(*, company: Company, files: Sequence[UploadedFile[Any]], by: User) -> Run:
    """Keep what was uploaded, to be looked through; archives are unpacked.

    Raises NothingToImport, SameNameTwice, TooMuchToImport, NotReadable, RoleMayNot.
    """
    require_role(company, by.username, ENTERING)
    room = _Room()
    found = [(name, content) for file in files for name, content in _contents(file, room)]
    if not found:
        raise NothingToImport(suffixes=", ".join(SUFFIXES))
    names = Counter(name for name, _content in found)
    if twice := [name for name, count in names.items() if count > 1]:
        raise SameNameTwice(name=twice[0])
    with acting(by.username):
        run = Run.objects.create(
            company=company, kind=PREVIEW, started_by=by.username, state=RunState.QUEUED
        )
        for name, content in found:
            keep(run, UPLOADED, name, content, by)
        return run


def write_upload(*, run: Run, skips_bad_rows: bool, missing_lines: str = "", by: User) -> Run:
    """Have it written. ``missing_lines``: the answer whether many missing lines are removed.

    Raises ImportGoesOn, WrittenAlready, UploadDeleted, RoleMayNot.
    """
    require_role(run.company, by.username, ENTERING)
    with acting(by.username):
        held = _hold(run)
        if not attached(run, UPLOADED).exists():
            raise UploadDeleted(days=run.company.working_file_days)
        attached(run, ANSWERS).delete()
        if missing_lines:
            answers = json.dumps({MISSING_LINES: missing_lines})
            keep(run, ANSWERS, "answers.json", answers.encode(), by)
        return _queue(held, SKIPPING if skips_bad_rows else WHOLE, by)


def choose_kinds(
    *, run: Run, kinds: Mapping[str, str], options: Mapping[str, str] | None = None, by: User
) -> Run:
    """File whose name says nothing, or sheet of one → what is in it; it is looked through again.

    ``options``: "encoding" of files that do not say theirs, what "discount_means".

    Raises NotAKind, NotAnEncoding, NotAMeaning, ImportGoesOn, WrittenAlready, RoleMayNot.
    """
    require_role(run.company, by.username, ENTERING)
    options = dict(options or {})
    if (name := options.get("encoding")) and named_encoding(name) is None:
        raise NotAnEncoding(encoding=name, names=", ".join(NAMEABLE))
    if (meaning := options.get("discount_means")) and meaning not in MEANINGS:
        raise NotAMeaning(meaning=meaning)
    if unknown := [kind for kind in kinds.values() if kind not in KINDS]:
        raise NotAKind(kind=unknown[0], kinds=", ".join(KINDS))
    with acting(by.username):
        held = _hold(run)
        chosen = json.dumps({**chosen_of(run), **kinds})
        attached(run, CHOSEN).delete()
        keep(run, CHOSEN, "kinds.json", chosen.encode(), by)
        kept = json.dumps({**options_of(run), **options})
        attached(run, OPTIONS).delete()
        keep(run, OPTIONS, "options.json", kept.encode(), by)
        return _queue(held, PREVIEW, by)


def options_of(run: Run) -> dict[str, str]:
    """What a person said about all files of the import; see ``choose_kinds``."""
    found = attached(run, OPTIONS).first()
    options: dict[str, str] = json.loads(bytes(found.content)) if found else {}
    return options


def chosen_of(run: Run) -> dict[str, str]:
    found = attached(run, CHOSEN).first()
    chosen: dict[str, str] = json.loads(bytes(found.content)) if found else {}
    return chosen


def missing_lines_answer(run: Run) -> str | None:
    found = attached(run, ANSWERS).first()
    return json.loads(bytes(found.content)).get(MISSING_LINES) if found else None


def _hold(run: Run) -> Run:
    held: Run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if held.state in (RunState.QUEUED, RunState.RUNNING):
        raise ImportGoesOn()
    if (report_of(held) or {}).get("written"):
        raise WrittenAlready()
    return held


def _queue(held: Run, kind: str, by: User) -> Run:
    held.kind = kind
    held.started_by = by.username
    held.state = RunState.QUEUED
    held.done, held.total, held.message = 0, None, ""
    held.save()
    return held


class _Room:
    """What one upload may hold in all, however many archives it comes in: it is in memory."""

    def __init__(self) -> None:
        self.files, self.bytes = MOST_FILES, MOST_BYTES

    def take(self, size: int) -> None:
        """Raises TooMuchToImport."""
        self.files -= 1
        self.bytes -= size
        if self.files < 0 or self.bytes < 0:
            raise TooMuchToImport(files=MOST_FILES, megabytes=MOST_BYTES >> 20)


def _short(path: str) -> str:
    """The file's name, as long as a file system takes; what is in it is said by shorter ones."""
    name = Path(seen_text(Path(path).name))
    room = MOST_OF_A_NAME - len(name.suffix.encode())
    return name.stem.encode()[:room].decode(errors="ignore") + name.suffix


def _contents(file: UploadedFile[Any], room: _Room) -> Iterator[tuple[str, bytes]]:
    name = _short(file.name or "")
    if name.lower().endswith(".zip"):
        yield from _unpacked(name, file, room)
    elif name.lower().endswith(SUFFIXES):
        room.take(file.size or 0)
        yield name, file.read()


def _unpacked(name: str, file: UploadedFile[Any], room: _Room) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(file) as archive:
            for member in filter(_is_wanted, archive.infolist()):
                # What an archive says of a size holds: no more than that is read.
                room.take(member.file_size)
                with archive.open(member) as opened:
                    yield _short(_name_of(member)), opened.read(member.file_size)
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
