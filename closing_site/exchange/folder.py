"""Finding the exchange files at a path."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from closing_site import words
from closing_site.exchange.errors import NoExchangeFile, NoSuchPath, TwoOfAKind
from closing_site.exchange.kinds import KINDS
from closing_site.exchange.reader_process import FileTask, sheet_names
from closing_site.kind import Kind

_KIND_BY_NAME = {name: KINDS[name] for name in KINDS} | {
    alias: KINDS[name] for name, aliases in words.FILES.items() for alias in aliases
}


@dataclass(frozen=True)
class Found:
    """``sources``: in the order in which they are taken in. ``skipped``: what is no such file."""

    sources: list[tuple[Kind, FileTask]]
    skipped: list[str]


def find_sources(path: Path, chosen: Mapping[str, str] | None = None) -> Found:
    """``chosen``: name of a file, or of a file and a sheet of it, that says nothing → its kind;
    where it is given, there may be nothing else.

    Raises NoSuchPath, NoExchangeFile (where there is none), TwoOfAKind, NotReadable.
    """
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if not file.is_dir())
    elif path.is_file():
        files = [path]
    else:
        raise NoSuchPath(path=path)
    sources: dict[str, FileTask] = {}
    skipped: list[str] = []
    for file in files:
        found = list(_sources_of(file, is_alone=file == path))
        if not found:
            skipped.append(file.name)
        for name, named, source in found:
            kind = named or KINDS.get((chosen or {}).get(name, ""))
            if kind is None:
                skipped.append(name)
                continue
            if first := sources.get(kind.name):
                raise TwoOfAKind(first=first.path.name, second=file.name, kind=kind.name)
            sources[kind.name] = replace(source, kind=kind.name)
    if not sources and chosen is None:
        raise NoExchangeFile(path=path, names=", ".join(KINDS))
    return Found(
        [(kind, sources[kind.name]) for kind in KINDS.values() if kind.name in sources], skipped
    )


def _sources_of(file: Path, *, is_alone: bool) -> Iterator[tuple[str, Kind | None, FileTask]]:
    """What a file holds, with the names it is known by. A file of bad rows, orders.bad.csv, counts
    only when it is asked for: beside orders.csv it would come twice."""
    suffix, stem = file.suffix.lower(), file.stem
    if suffix == ".csv":
        kind = _kind_of(stem.removesuffix(".bad") if is_alone else stem)
        yield file.name, kind, FileTask(file)
    elif suffix == ".xlsx" and not stem.startswith("~$"):
        names = sheet_names(file)
        for name in names:
            # A workbook named orders.xlsx may call its only sheet Sheet1.
            kind = _kind_of(name) or (_kind_of(stem) if len(names) == 1 else None)
            yield f"{file.name} ({name})", kind, FileTask(file, sheet=name)


def _kind_of(name: str) -> Kind | None:
    return _KIND_BY_NAME.get(name.strip().casefold())
