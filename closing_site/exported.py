"""Rows of the books as a file of the exchange format. Each app declares its own files, as
``EXPORTED`` in its module ``exported.py``: what ``import_data`` reads, ``export_data`` writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from closing_site.kind import Kind

#: In a text cell: what a spreadsheet would run, or one with such apostrophes before it. It gets an
#: apostrophe more, which reading takes away again (free_text.unescaped), so that every text comes
#: back as it is.
_TO_ESCAPE: Final = r"E'^''*[=+@\t\r\uFF1D\uFF0B\uFF0D\uFF20-]'"


@dataclass(frozen=True)
class Exported:
    """One file: ``columns`` maps each of its columns to the SQL of its value, ``rows`` is what
    follows the SELECT list, with ``%(company)s``; ``types`` has the columns that are no text."""

    name: str
    columns: Mapping[str, str]
    rows: str
    types: Mapping[str, str]

    @property
    def query(self) -> str:
        """SQL of the rows, each cell as the text that stands in the file."""
        cells = [_cell(text, self.types.get(name, "text")) for name, text in self.columns.items()]
        listed = ", ".join(
            f"{cell} AS {name}" for cell, name in zip(cells, self.columns, strict=True)
        )
        return f"SELECT {listed} {self.rows}"


@dataclass(frozen=True)
class NotCarried:
    """What no exchange file holds: a name for scripts, and the SQL that counts its rows."""

    name: str
    count: str


def exported(kind: Kind, columns: Mapping[str, str], rows: str) -> Exported:
    """The file of a kind that is imported."""
    types = {column.name: column.sql_type for column in kind.columns}
    return Exported(kind.name, columns, rows, types)


def _cell(value: str, sql_type: str) -> str:
    if sql_type == "numeric":
        return f"trim_scale({value})::text"
    if sql_type == "date":
        return f"to_char({value}, 'YYYY-MM-DD')"
    if sql_type == "boolean":
        return f"CASE WHEN {value} THEN '1' WHEN NOT {value} THEN '0' END"
    if sql_type != "text":
        return f"({value})::text"
    return f"CASE WHEN {value} ~ {_TO_ESCAPE} THEN '''' || {value} ELSE nullif({value}, '') END"
