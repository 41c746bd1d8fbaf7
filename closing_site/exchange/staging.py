"""Reading a file into a temporary table: its cells checked, its good rows copied."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_noop

from closing_site import sql
from closing_site.cells import escaped
from closing_site.exchange.checking import Checker, batches
from closing_site.exchange.errors import NotReadable
from closing_site.exchange.headers import Header, no_header, read_header
from closing_site.exchange.sources import Malformed, Row, Source
from closing_site.kind import Kind, stage_nothing
from closing_site.staged import Problem, Staged

TWICE = gettext_noop("The same stands on line %(first)s already.")


@dataclass
class Reading:
    """One file on its way in. ``rows`` counts those with something in them, good and bad."""

    kind: Kind
    source: Source
    staged: Staged
    header: Header
    rows: int = 0
    is_readable: bool = True


def stage_file(kind: Kind, source: Source, *, is_partial: bool) -> Reading:
    """Where the file cannot be read at all, its first line is bad."""
    rows = source.rows()
    is_readable = True
    try:
        header = _header(kind, next(rows, None))
    except NotReadable as refusal:
        is_readable = False
        header = Header([], {}, [], [Problem(1, "", "", refusal.message)], None)
    staged = stage_nothing(kind, is_partial=is_partial)
    staged.given = frozenset(header.places)
    staged.includes_tax = header.includes_tax
    # A file of bad rows, mended and imported again, brings those rows and no others.
    staged.is_incomplete = source.path.stem.endswith(".bad")
    reading = Reading(kind, source, staged, header, is_readable=is_readable)
    if header.problems:
        staged.problems += header.problems
        reading.rows = sum(1 for _row in rows)
        return reading
    _copy(reading, rows)
    sql.execute(f"ANALYZE {staged.table}")
    staged.refuse_doubles(TWICE)
    return reading


def _header(kind: Kind, first: Row | None) -> Header:
    if first is None:
        return no_header(kind)
    line, cells = first
    if isinstance(cells, Malformed):
        return Header([], {}, [], [Problem(line, "", cells.text[:80], cells.reason)], None)
    return read_header(kind, line, cells)


def _copy(reading: Reading, rows: Iterator[Row]) -> None:
    kind, staged = reading.kind, reading.staged
    checker = Checker(kind, reading.header)
    statement = f"COPY {staged.table} ({', '.join(checker.names)}) FROM STDIN WITH (NULL '')"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in batches(rows):
            reading.rows += len(batch)
            copy.write(checker.good_rows(batch))
    staged.problems += checker.problems
    reading.header.unknown.extend(checker.nameless)
    with connection.cursor() as cursor, cursor.copy("COPY left_out FROM STDIN") as copy:
        for key in checker.bad_keys:
            copy.write(f"{kind.name}\t{escaped(key)}\n")
