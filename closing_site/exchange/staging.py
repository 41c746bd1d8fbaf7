"""Reading a file into a temporary table: its cells checked, its good rows copied.

A batch of rows is turned on its side, so that a column's distinct values are read once each.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Any

from django.db import connection
from django.utils.translation import gettext, gettext_noop

from closing_site import sql
from closing_site.exchange import cells
from closing_site.exchange.cells import Unreadable, escaped
from closing_site.exchange.headers import Header, no_header, read_header
from closing_site.exchange.kinds import Column, Kind
from closing_site.exchange.sources import Malformed, Row, Source
from closing_site.staged import Problem, Staged

TOO_MANY_CELLS = gettext_noop("The row has more cells than the header.")
ALSO = gettext_noop("%(reason)s Also %(others)s.")
TWICE = gettext_noop("The same stands on line %(first)s already.")

BATCH = 5000


@dataclass
class Reading:
    """One file on its way in. ``rows`` counts those with something in them, good and bad."""

    kind: Kind
    source: Source
    staged: Staged
    header: Header
    rows: int = 0
    left_out: list[str] = field(default_factory=list)


def stage_nothing(kind: Kind, *, is_partial: bool) -> Staged:
    """The empty table of a kind of which there is no file."""
    staged = Staged(kind.name, f"staged_{kind.name}", kind.key, frozenset(), is_partial)
    columns = [f"{column.name} {column.sql_type}" for column in kind.columns]
    columns += [f"{name} {sql_type}" for name, (_, sql_type, _) in kind.derived.items()]
    sql.execute(f"DROP TABLE IF EXISTS {staged.table}")
    sql.execute(
        f"CREATE TEMPORARY TABLE {staged.table} (line integer, {', '.join(columns)}) ON COMMIT DROP"
    )
    return staged


def stage_file(kind: Kind, source: Source, *, is_partial: bool) -> Reading:
    """Raises NotReadable."""
    staged = stage_nothing(kind, is_partial=is_partial)
    rows = source.rows()
    header = no_header(kind)
    for line, found in rows:
        if isinstance(found, Malformed):
            header = Header([], {}, [], [Problem(line, kind.required[0], "", found.reason)], None)
        else:
            header = read_header(kind, line, found)
        break
    staged.given = frozenset(header.places)
    staged.includes_tax = header.includes_tax
    staged.problems += header.problems
    reading = Reading(kind, source, staged, header)
    if header.problems:
        reading.rows = sum(1 for _row in rows)
        return reading
    _copy(reading, rows)
    sql.execute(f"ANALYZE {staged.table}")
    staged.refuse_doubles(TWICE)
    return reading


def _copy(reading: Reading, rows: Iterator[Row]) -> None:
    kind, staged = reading.kind, reading.staged
    columns = [column for column in kind.columns if column.name in staged.given]
    names = ["line", *(column.name for column in columns), *kind.derived]
    statement = f"COPY {staged.table} ({', '.join(names)}) FROM STDIN WITH (NULL '')"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        while batch := list(islice(rows, BATCH)):
            reading.rows += len(batch)
            if good := "".join(_checked(reading, columns, batch)):
                copy.write(good)
    with connection.cursor() as cursor, cursor.copy("COPY left_out FROM STDIN") as copy:
        for key in reading.left_out:
            copy.write(f"{kind.name}\t{escaped(key)}\n")
    reading.left_out.clear()


def _checked(reading: Reading, columns: list[Column], batch: list[Row]) -> Iterator[str]:
    """The batch's good rows, each as a line for COPY; the bad ones become problems."""
    width = len(reading.header.cells)
    lines: list[int] = []
    rows: list[list[str]] = []
    problems: dict[int, list[Problem]] = {}
    for line, row in batch:
        if isinstance(row, Malformed):
            problems[line] = [Problem(line, reading.kind.key[0], row.text[:80], row.reason)]
            continue
        if len(row) > width and any(row[width:]):
            extra = " ".join(row[width:])[:80]
            problems[line] = [Problem(line, "", extra, gettext(TOO_MANY_CELLS))]
        lines.append(line)
        rows.append(row)
    sides = list(islice(zip_longest(*rows, fillvalue=""), width)) if rows else []
    sides += [("",) * len(rows)] * (width - len(sides))
    read: list[Any] = [map(str, lines)]
    for column in columns:
        side = sides[reading.header.places[column.name]]
        meanings = {value: _read(column, value.strip()) for value in set(side)}
        if any(isinstance(meaning, Unreadable) for meaning in meanings.values()):
            for line, value in zip(lines, side, strict=True):
                if isinstance(meaning := meanings[value], Unreadable):
                    problem = Problem(line, column.name, value.strip(), meaning.reason)
                    problems.setdefault(line, []).append(problem)
        read.append(map(meanings.__getitem__, side))
    for source, _, derive in reading.kind.derived.values():
        side = sides[reading.header.places[source]]
        derived = {value: escaped(derive(value.strip())) for value in set(side)}
        read.append(map(derived.__getitem__, side))
    if not problems:
        yield "".join(f"{line}\n" for line in map("\t".join, zip(*read, strict=True)))
        return
    for found in problems.values():
        reading.staged.problems.append(_joined(found))
    places = [reading.header.places[name] for name in reading.kind.key]
    for line, row, texts in zip(lines, rows, zip(*read, strict=True), strict=True):
        if line not in problems:
            yield "\t".join(texts) + "\n"
        else:
            key = [row[place].strip() if place < len(row) else "" for place in places]
            reading.left_out.append("\x1f".join(key).replace("\0", ""))


def _read(column: Column, value: str) -> str | Unreadable:
    if value:
        return column.read(value)
    return Unreadable(gettext(cells.BLANK)) if column.is_needed else ""


def _joined(found: list[Problem]) -> Problem:
    """One problem per row: the first, its reason naming the others."""
    first, *others = found
    if not others:
        return first
    told = "; ".join(f"{other.column} ({other.value}): {other.reason}" for other in others)
    reason = gettext(ALSO) % {"reason": first.reason, "others": told.removesuffix(".")}
    return Problem(first.line, first.column, first.value, reason)
