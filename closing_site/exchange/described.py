"""docs/files.md: every column of every exchange file, and what its cells take."""

from typing import Final

from closing_site.cells import TAKES
from closing_site.exchange.kinds import KINDS, NOT_YET
from closing_site.kind import Column, Kind

HEAD: Final = """\
# Exchange files

Every column of the files that **Imports** and `import_data` read, and what its cells take.
*needed*: no cell may be blank. *in the header*: the column must be there, its cells may be blank.
A column that is left out leaves what is kept as it is; a blank cell clears it. Forms on pages take
the same. A row that breaks a rule is named with its line, and nothing is written unless the good
rows alone are asked for. Rules between columns and files (known codes, totals, days within months,
the company's rates) are in [finance](finance.md). This page is written by
`./run manage describe_files --output docs/files.md`.
"""


def files_page() -> str:
    """In Markdown."""
    parts = [HEAD, *map(_table, KINDS.values())]
    names = ", ".join(f"`{name}`" for name in NOT_YET)
    return "\n".join([*parts, f"Listed and skipped, because they are not imported yet: {names}.\n"])


def _table(kind: Kind) -> str:
    key = ", ".join(f"`{name}`" for name in kind.key)
    head = f"## {kind.name}\n\nOne row for each {key}.\n\n| Column | | Takes |\n|---|---|---|"
    return "\n".join([head, *map(_row, kind.columns), ""])


def _row(column: Column) -> str:
    need = "needed" if column.is_needed else "in the header" if column.is_required else ""
    return f"| `{column.name}` | {need} | {TAKES[column.read]} |"
