"""The bad rows of a file, as a file of the same format beside it: to mend and import again."""

import csv
from collections.abc import Iterator
from contextlib import suppress

from closing_site.exchange.errors import BadRowsNotWritten
from closing_site.exchange.sources import Malformed, Row
from closing_site.exchange.staging import Reading


def write_bad_rows(reading: Reading) -> str:
    """The name of the file, empty where there is no bad row. An old one is replaced.

    Raises BadRowsNotWritten.
    """
    if not reading.staged.problems or not reading.is_readable:
        return ""
    path = reading.source.bad_path(reading.kind.name)
    partial = path.with_name(f"{path.name}.partial")
    # The mark tells a spreadsheet that it is UTF-8 now; a plain UTF-8 file stays as plain.
    encoding = "utf-8" if reading.source.encoding() == "utf-8" else "utf-8-sig"
    try:
        with partial.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            for row in _bad(reading):
                if isinstance(row, Malformed):
                    file.write(row.text)
                else:
                    writer.writerow(row)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise BadRowsNotWritten(file=path.name, reason=error.strerror or error) from error
    return path.name


def _bad(reading: Reading) -> Iterator[list[str] | Malformed]:
    lines = {problem.line for problem in reading.staged.problems}
    rows: Iterator[Row] = reading.source.rows()
    is_all = bool(reading.header.problems)
    for position, (line, row) in enumerate(rows):
        if position == 0 or is_all or line in lines:
            yield row
