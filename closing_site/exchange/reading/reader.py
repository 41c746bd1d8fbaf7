"""Reads one file, as a process of its own: whatever the file does to it, it does to nobody else.

Run by ``closing_site.exchange.reader_process``. Imports neither Django nor any model, limits its
own memory, time and output, and knows nothing but the file: no database, no key. What it is to do
comes on standard input as one line of JSON; what it finds goes out as lines of JSON.

- ``sheets``: the names of a workbook's sheets.
- ``rows``: the good rows as COPY's text format to standard output; header, counts and the first bad
  rows as JSON; line and key of every bad row to a file.
- ``bad_rows``: the header and the rows of the lines that follow on standard input, as CSV to
  standard output.
"""

import csv
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from closing_site.cells import escaped
from closing_site.exchange.kinds import KINDS
from closing_site.exchange.reading.checking import AmbiguousColumn, Checker, batches
from closing_site.exchange.reading.encodings import Encoding, named_encoding
from closing_site.exchange.reading.faults import Fault, UnreadableFile
from closing_site.exchange.reading.headers import Header, no_header, read_header
from closing_site.exchange.reading.sources import (
    CsvFile,
    Malformed,
    Row,
    Sheet,
    Source,
    sheet_names,
)
from closing_site.kind import Kind
from closing_site.message import Message, gettext_noop

NO_MEMORY: Final = gettext_noop("reading it takes more memory than a file may take; divide it")
NO_ROOM: Final = gettext_noop("reading it takes more room on disk than a file may take; divide it")
NOT_FOUND: Final = gettext_noop("it cannot be opened")
UNFORESEEN: Final = gettext_noop("it is damaged in a way that was not foreseen")

MOST_MEMORY: Final = 2**30
MOST_OUTPUT: Final = 2**31
MOST_FILES: Final = 64
CPU_SECONDS: Final = 60
GRACE: Final = 5
#: And one second more for so many bytes.
BYTES_A_SECOND: Final = 5 * 2**20


@dataclass(frozen=True)
class Task:
    path: Path
    sheet: str | None
    kind: Kind
    encoding: Encoding | None
    discount_means: str

    @property
    def source(self) -> Source:
        return Sheet(self.path, self.sheet) if self.sheet else CsvFile(self.path, self.encoding)


def cpu_seconds(size: int) -> int:
    return CPU_SECONDS + size // BYTES_A_SECOND


def limit_resources(size: int) -> None:
    """What this process may take, from now on."""
    seconds = cpu_seconds(size)
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_NOFILE, MOST_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        # Too much processor time ends it at the soft limit, with a signal of its own: at the hard
        # one it ends as what takes too much memory does.
        last = most + GRACE if what == resource.RLIMIT_CPU else most
        if hard != resource.RLIM_INFINITY:
            most, last = min(most, hard), min(last, hard)
        resource.setrlimit(what, (most, last))


def main() -> None:
    given = json.loads(sys.stdin.readline())
    say = _sayer(given["answers"])
    path = Path(given["path"])
    try:
        limit_resources(path.stat().st_size)
        if given["do"] == "sheets":
            say({"sheets": sheet_names(path)})
            return
        encoding = given.get("encoding")
        task = Task(
            path=path,
            sheet=given.get("sheet"),
            kind=KINDS[given["kind"]],
            encoding=named_encoding(encoding) if encoding else None,
            discount_means=given.get("discount_means") or "",
        )
        if given["do"] == "rows":
            _rows(task, say, given["bad_keys"])
        else:
            _bad_rows(task, is_all=given["is_all"])
            say({"done": True})
    except UnreadableFile as refusal:
        say({"unreadable": refusal.reason.as_json()})
    except MemoryError:
        say({"unreadable": Message(NO_MEMORY).as_json()})
    except BrokenPipeError:
        # Who asked has gone.
        os._exit(1)
    except FileNotFoundError:
        say({"unreadable": Message(NOT_FOUND).as_json()})
    except OSError:
        say({"unreadable": Message(NO_ROOM).as_json()})
    except BaseException:
        # A library's panic is no Exception; whoever runs this process keeps the trace.
        say({"unreadable": Message(UNFORESEEN).as_json()})
        raise


def _sayer(answers: int) -> Callable[[dict[str, Any]], None]:
    out = os.fdopen(answers, "w", encoding="ascii")

    def say(answer: dict[str, Any]) -> None:
        out.write(json.dumps(answer) + "\n")
        out.flush()

    return say


def _rows(task: Task, say: Callable[[dict[str, Any]], None], bad_keys: int) -> None:
    """Says the header first; then, when standard output is closed, what came of the rows."""
    encoding = task.source.encoding()
    rows = task.source.rows(encoding)
    line, header = _header(task.kind, rows)
    checker = None
    names: list[str] = []
    if not header.problems:
        checker = Checker(
            task.kind,
            header,
            header_line=line,
            discount_means=task.discount_means,
            is_sheet=bool(task.sheet),
        )
        names = checker.names
    say(
        {
            "names": names,
            "given": list(header.places),
            "includes_tax": header.includes_tax,
            "encoding": encoding.label if encoding else "",
        }
    )
    count, refused = _copy(task.kind, rows, checker, bad_keys)
    faults = header.problems + ([refused] if refused else [])
    nameless = checker.nameless if checker else []
    say(
        {
            "rows": count,
            "refused": [_as_json(fault) for fault in faults],
            "asks": "discount_means" if refused else "",
            "bad": checker.bad if checker else 0,
            "faults": [_as_json(fault) for fault in (checker.faults if checker else [])],
            "unknown": [*header.unknown, *(one.as_json() for one in nameless)],
        }
    )


def _copy(
    kind: Kind, rows: Iterator[Row], checker: Checker | None, bad_keys: int
) -> tuple[int, Fault | None]:
    """The good rows to standard output. Of a file whose header says too little, the rows are
    counted alone."""
    count, refused = 0, None
    with (
        os.fdopen(sys.stdout.fileno(), "w", encoding="utf-8", closefd=True) as out,
        os.fdopen(bad_keys, "w", encoding="utf-8") as keys,
    ):
        for batch in batches(rows):
            count += len(batch)
            if checker is None or refused:
                continue
            try:
                out.write(checker.good_rows(batch))
            except AmbiguousColumn as ambiguous:
                refused = ambiguous.fault
                continue
            for line, key in checker.bad_keys:
                keys.write(f"{kind.name}\t{escaped(key)}\t{line}\n")
    return count, refused


def _header(kind: Kind, rows: Iterator[Row]) -> tuple[int, Header]:
    first = next(rows, None)
    if first is None:
        return 1, no_header(kind)
    line, cells = first
    if isinstance(cells, Malformed):
        fault = Fault(line, "", cells.text[:80], cells.reason)
        return line, Header.unusable(fault)
    return line, read_header(kind, line, cells)


def _bad_rows(task: Task, *, is_all: bool) -> None:
    encoding = task.source.encoding()
    rows = task.source.rows(encoding)
    first = next(rows, None)
    if first is None:
        return
    _line, cells = first
    # The mark tells a spreadsheet that it is UTF-8 now; a plain UTF-8 file stays as plain.
    is_plain = encoding is not None and encoding.label == "UTF-8"
    with os.fdopen(
        sys.stdout.fileno(), "w", encoding="utf-8" if is_plain else "utf-8-sig", newline=""
    ) as out:
        writer = csv.writer(out, lineterminator="\n")
        _write(out, writer, cells)
        if is_all:
            for _line, row in rows:
                _write(out, writer, row)
            return
        lines = map(int, sys.stdin)
        wanted = next(lines, None)
        for line, row in rows:
            while wanted is not None and wanted < line:
                wanted = next(lines, None)
            if wanted == line:
                _write(out, writer, row)


def _write(out: IO[str], writer: Any, row: list[str] | Malformed) -> None:
    if isinstance(row, Malformed):
        out.write(row.text)
    else:
        writer.writerow([cell.replace("\0", "") for cell in row])


def _as_json(fault: Fault) -> list[Any]:
    return [fault.line, fault.column, fault.value, fault.reason.as_json()]


if __name__ == "__main__":
    main()
