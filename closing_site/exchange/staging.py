"""Reading a file into a temporary table: its cells checked, its good rows copied."""

import os
import tempfile
from dataclasses import dataclass, field
from typing import IO, Any, Final

from django.db import connection
from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.exchange.errors import NotReadable
from closing_site.exchange.reader_process import FileTask, Reader, problem, reader
from closing_site.exchange.reading.reader import UNFORESEEN
from closing_site.kind import Kind
from closing_site.staged import Problem, Staged
from closing_site.staging import stage_nothing
from closing_site.told import told, told_again

TWICE = gettext_noop("The same stands on line %(first)s already.")
BLOCK: Final = 1 << 16


@dataclass
class Reading:
    """One file on its way in. ``rows`` counts those with something in them, good and bad.

    ``is_refused``: its header or its encoding says too little, so that no row of it is known;
    ``is_readable``: though not imported, its rows can be written to a file of bad rows.
    """

    kind: Kind
    task: FileTask
    staged: Staged
    rows: int = 0
    encoding: str = ""
    #: The columns of what the reader writes.
    names: list[str] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    is_refused: bool = False
    is_readable: bool = True
    #: What a person is to say before it can be imported: "discount_means", "encoding".
    asks: str = ""

    @property
    def name(self) -> str:
        return self.task.path.name


def stage_file(kind: Kind, task: FileTask, *, is_partial: bool) -> Reading:
    """Where the file cannot be read at all, its first line is bad."""
    staged = stage_nothing(kind, is_partial=is_partial)
    # A file of bad rows, corrected and imported again, brings those rows and no others.
    staged.is_incomplete = task.path.stem.endswith(".bad")
    reading = Reading(kind, task, staged)
    with tempfile.TemporaryFile() as bad_keys:
        try:
            with reader(
                {"do": "rows", **task.as_json()}, name=task.path.name, bad_keys=bad_keys
            ) as running:
                _take_header(reading, running.answer())
                _copy(reading, running)
                _take_counts(reading, running.answer())
        except NotReadable as refusal:
            reading.is_readable = False
            reading.asks = "" if task.sheet or reading.encoding else "encoding"
            _refuse(reading, [Problem(1, "", "", refusal.message)])
        if reading.is_refused:
            sql.execute(f"TRUNCATE {staged.table}")
            return reading
        _copy_bad_keys(bad_keys)
    sql.execute(f"ANALYZE {staged.table}")
    staged.refuse_doubles(TWICE)
    return reading


def _take_header(reading: Reading, said: dict[str, Any]) -> None:
    reading.encoding = said["encoding"]
    reading.staged.given = frozenset(said["given"])
    reading.staged.includes_tax = said["includes_tax"]
    known = {"line", *(column.name for column in reading.kind.columns), *reading.kind.derived}
    # The reader met a hostile file before: its words are not believed.
    if not known.issuperset(said["names"]):
        raise NotReadable(file=reading.name, reason=told(UNFORESEEN))
    reading.names = said["names"]


def _take_counts(reading: Reading, said: dict[str, Any]) -> None:
    reading.rows = said["rows"]
    reading.unknown_columns = [told_again(name) for name in said["unknown"]]
    reading.asks = said["asks"]
    if said["refused"]:
        _refuse(reading, [problem(fault) for fault in said["refused"]])
        return
    reading.staged.problems += [problem(fault) for fault in said["faults"]]
    reading.staged.bad += said["bad"]


def _refuse(reading: Reading, problems: list[Problem]) -> None:
    reading.is_refused = True
    staged = reading.staged
    staged.given, staged.includes_tax = frozenset(), None
    staged.problems, staged.bad = problems, len(problems)


def _copy(reading: Reading, running: Reader) -> None:
    """Block by block, so that this process holds nothing of the file while the other one reads."""
    if not reading.names:
        while os.read(running.good_rows, BLOCK):
            pass
        return
    names = ", ".join(reading.names)
    statement = f"COPY {reading.staged.table} ({names}) FROM STDIN WITH (NULL '')"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        while block := os.read(running.good_rows, BLOCK):
            copy.write(block)


def _copy_bad_keys(bad_keys: IO[bytes]) -> None:
    bad_keys.seek(0)
    statement = "COPY left_out (kind, key, line) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        while block := bad_keys.read(BLOCK):
            copy.write(block)
