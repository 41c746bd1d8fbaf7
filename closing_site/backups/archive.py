"""The file of a backup: a ZIP with the dump, a checkpoint of each company, and a manifest.

The dump is compressed by itself; the ZIP only holds the parts together and their CRCs. Never in it:
the seal key, ``SECRET_KEY``, passwords of roles.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from closing_site.backups.errors import NotABackup

FORMAT: Final = "closing-backup-1"
DUMP: Final = "database.dump"
MANIFEST: Final = "manifest.json"
CHECKPOINTS: Final = "checkpoints/"

_CHUNK = 1 << 20


class Writer:
    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)

    def add_json(self, name: str, content: Any) -> None:
        self._zip.writestr(name, json.dumps(content, ensure_ascii=False, sort_keys=True))

    def add_stream(self, name: str, source: IO[bytes]) -> str:
        """Copies it to its end; the SHA-256 of what was copied, in hex."""
        digest = hashlib.sha256()
        with self._zip.open(name, "w", force_zip64=True) as target:
            while part := source.read(_CHUNK):
                digest.update(part)
                target.write(part)
        return digest.hexdigest()

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *failure: object) -> None:
        self._zip.close()


class Reader:
    """Raises NotABackup where the file is something else, or damaged."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
            self.manifest: dict[str, Any] = json.loads(self._zip.read(MANIFEST))
            self._zip.getinfo(DUMP)
        except FileNotFoundError as error:
            raise self._refuse(_("there is no such file")) from error
        except OSError as error:
            raise self._refuse(error.strerror or str(error)) from error
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise self._refuse(_("it is cut off, or another kind of file")) from error
        if not isinstance(self.manifest, dict) or self.manifest.get("format") != FORMAT:
            raise self._refuse(_("it is not of the form %(form)s") % {"form": FORMAT})

    def check_dump(self) -> None:
        """Reads the dump once: nothing is restored from a file that was damaged on its way."""
        digest = hashlib.sha256()
        try:
            for part in self.dump():
                digest.update(part)
        except (zipfile.BadZipFile, EOFError) as error:
            raise self._refuse(_("its dump is damaged")) from error
        if digest.hexdigest() != self.manifest.get("dump_sha256"):
            raise self._refuse(_("its dump is not the one that its manifest names"))

    def dump(self) -> Iterator[bytes]:
        with self._zip.open(DUMP) as source:
            while part := source.read(_CHUNK):
                yield part

    def checkpoints(self) -> dict[str, bytes]:
        """Company code → its checkpoint."""
        names = [name for name in self._zip.namelist() if name.startswith(CHECKPOINTS)]
        return {
            name.removeprefix(CHECKPOINTS).removesuffix(".json"): self._zip.read(name)
            for name in names
        }

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *failure: object) -> None:
        self._zip.close()

    def _refuse(self, reason: str) -> NotABackup:
        return NotABackup(path=self._path, reason=reason)
