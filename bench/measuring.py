"""Measuring: the program and the bare SQL take turns, each in a fresh clone of the same state."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

from bench.books import APPROVER, PREPARER, Month
from bench.databases import Server
from bench.operations import Operation
from closing_site.companies.models import User
from closing_site.periods.parameters import period_parameters

SQL = Path(__file__).parent / "sql"
SPACE = re.compile(r"\s+")
#: Parameters that tell apart what one statement does for many.
TELLING = ("slug", "kind")


@dataclass
class Measured:
    """Seconds of each repetition, and where the program's time went, by statement."""

    operation: Operation
    size: int
    history: int
    rows: int = 0
    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    statements: Counter[str] = field(default_factory=Counter)

    @property
    def ratio(self) -> float | None:
        return median(self.ours) / median(self.bare) if self.bare else None


def measure(
    server: Server, operation: Operation, month: Month, state: str, *, repeat: int, history: int
) -> Measured:
    found = Measured(operation, month.plan.orders, history)
    for turn in range(repeat):
        left: dict[bool, dict[str, int]] = {}
        # Whoever comes second finds the state's files in the system's cache: they take turns.
        for is_ours in (True, False) if turn % 2 == 0 else (False, True):
            if not is_ours and not operation.has_bare:
                continue
            name = server.clone(state)
            if is_ours:
                _measure_ours(found, month)
            else:
                found.bare.append(_seconds_without(server, name, operation, month))
            left[is_ours] = _counted(server, name, operation)
            server.drop(name)
        if len(left) == 2 and left[True] != left[False]:
            raise RuntimeError(
                f"{operation.name}: the bare SQL wrote other rows: {left[False]}, not {left[True]}"
            )
    return found


def _measure_ours(found: Measured, month: Month) -> None:
    connection.ensure_connection()
    begun = time.perf_counter()
    with _statements(found.statements):
        found.rows = found.operation.run(month)
    found.ours.append(time.perf_counter() - begun)


def _seconds_without(server: Server, name: str, operation: Operation, month: Month) -> float:
    if operation.plain is None:
        return _seconds_of_bare(server, name, operation, month)
    plainly = operation.plain(month)
    begun = time.perf_counter()
    plainly()
    return time.perf_counter() - begun


def _seconds_of_bare(server: Server, name: str, operation: Operation, month: Month) -> float:
    period = month.period
    people = {
        role: User.objects.get(username=username).pk
        for role, username in (("by", PREPARER), ("approver", APPROVER))
    }
    parameters = {**period_parameters(period), **people, "code": period.code}
    script = (SQL / f"{operation.name}.sql").read_text()
    tables = SQL / f"{operation.name}.tables.sql"
    with server.without_laws(name) as owner:
        begun = time.perf_counter()
        with owner.transaction(), owner.cursor() as cursor:
            if operation.copies:
                cursor.execute(tables.read_text().encode())
            for kind in operation.copies:
                _copy(cursor, kind, month.everything / f"{kind}.csv")
            cursor.execute(script.encode(), parameters)
        return time.perf_counter() - begun


def _copy(cursor: Any, kind: str, path: Path) -> None:
    with (
        path.open("rb") as file,
        cursor.copy(f"COPY raw_{kind} FROM STDIN (FORMAT csv, HEADER)") as copy,
    ):
        while block := file.read(1 << 20):
            copy.write(block)


def _counted(server: Server, name: str, operation: Operation) -> dict[str, int]:
    with server.connect(name) as owner:
        return {
            table: int(owner.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()[0])  # type: ignore[index]
            for table in operation.tables
        }


@contextmanager
def _statements(seconds: Counter[str]) -> Iterator[None]:
    """Adds up how long each statement took, named by its beginning."""

    def timed(
        execute: Callable[..., Any], statement: Any, parameters: Any, many: bool, context: Any
    ) -> Any:
        begun = time.perf_counter()
        try:
            return execute(statement, parameters, many, context)
        finally:
            which = "".join(f"{parameters[n]}: " for n in TELLING if n in (parameters or ()))
            name = which + SPACE.sub(" ", str(statement)).strip()[:90]
            seconds[name] += time.perf_counter() - begun  # type: ignore[assignment]

    with connection.execute_wrapper(timed):
        yield
