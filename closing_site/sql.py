"""Running set-based SQL over Django's connection."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

Parameters = Mapping[str, Any]


def execute(statement: str, parameters: Parameters | None = None) -> int:
    """How many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or {})
        return int(cursor.rowcount)


def rows(statement: str, parameters: Parameters | None = None) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or {})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def value(statement: str, parameters: Parameters | None = None) -> Any:
    """The first column of the first row; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or {})
        row = cursor.fetchone()
        return row[0] if row else None


#: Below this a plan made for the table as it was will do.
BIG = 1000


#: Of pages of 8 kB: whatever is known of a table as small, any plan will do.
FEW_PAGES = 64


def analyze(*tables: str, changed: int = BIG) -> None:
    """Tell the planner what a big insert has brought, before the next joins."""
    if changed < BIG:
        return
    value("SELECT closing_analyze(%(tables)s::regclass[])", {"tables": list(tables)})


def analyze_unknown() -> None:
    """Tell the planner of tables of which it knows nothing, or that are a fifth larger than it
    knows: those of a restored, moved or failed-over database. Cheap where there are none."""
    value("SELECT closing_analyze_unknown(%(fewest)s)", {"fewest": FEW_PAGES})
