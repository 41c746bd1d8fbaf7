"""The bad rows of a file, as a file of the same format beside it: to fix and import again."""

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from django.db import connection

from closing_site.exchange.errors import BadRowsNotWritten
from closing_site.exchange.reader_process import FileTask, reader
from closing_site.exchange.staging import Reading

#: Whatever their number, they are never in memory together.
LINES = """
    COPY (SELECT DISTINCT line FROM left_out WHERE kind = '{kind}' AND line IS NOT NULL
        ORDER BY line) TO STDOUT
"""


def write_bad_rows(reading: Reading) -> str:
    """The name of the file, empty where there is no bad row. An old one is replaced.

    Raises BadRowsNotWritten, NotReadable.
    """
    if not reading.staged.bad or not reading.is_readable:
        return ""
    path = bad_path(reading.task)
    partial = path.with_name(f"{path.name}.partial")
    asked = {"do": "bad_rows", "is_all": reading.is_refused, **reading.task.as_json()}
    try:
        with tempfile.TemporaryFile() as lines, partial.open("wb") as file:
            if not reading.is_refused:
                _write_lines(lines, reading.kind.name)
            with reader(asked, name=reading.name, lines=lines, out=file) as running:
                running.answer()
        partial.replace(path)
    except OSError as error:
        raise BadRowsNotWritten(file=path.name, reason=error.strerror or error) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return path.name


def bad_path(task: FileTask) -> Path:
    """Where bad rows go; those of a file of bad rows stay there, a sheet's go beside the book."""
    if task.sheet:
        return task.path.with_name(f"{task.kind}.bad.csv")
    return task.path.with_name(f"{task.path.stem.removesuffix('.bad')}.bad.csv")


def _write_lines(lines: IO[bytes], kind: str) -> None:
    with connection.cursor() as cursor, cursor.copy(LINES.format(kind=kind)) as copy:
        for block in copy:
            lines.write(block)
    lines.seek(0)
