"""Writing what was measured as a page."""

import os
import platform
import resource
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.measuring import Measured

HEAD = """# Results

Written by `./run bench`. Seconds are medians (least to most); a ratio is ours to the bare SQL in
`bench/sql/`, measured by turns in clones of the same database. What is to be reached is in
MEASURES.
"""
#: Statements shown of each operation.
SHOWN = 5


def write_results(path: Path, measured: Sequence[Measured], server: dict[str, str]) -> None:
    path.write_text("\n".join(_lines(measured, server)) + "\n", encoding="utf-8")


def _lines(measured: Sequence[Measured], server: dict[str, str]) -> Iterable[str]:
    yield HEAD
    yield from _machine(server)
    for size, history in dict.fromkeys((found.size, found.history) for found in measured):
        own = [found for found in measured if (found.size, found.history) == (size, history)]
        yield f"\n## {size:,} orders, {history} months of history\n"
        yield "| Operation | Rows | Bare SQL | Ours | Ratio | To reach |"
        yield "|---|---|---|---|---|---|"
        yield from (_row(found) for found in own)
    yield from _growth(measured)
    yield from _dominating(measured)


def _machine(server: dict[str, str]) -> Iterable[str]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {_processor()},"
    yield f"{platform.system()} {platform.release()}, Python {platform.python_version()};"
    yield "PostgreSQL " + ", ".join(f"{name} {value}" for name, value in server.items()) + ";"
    yield f"most memory of the program's process: {peak:,} MB."


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def _row(found: Measured) -> str:
    operation = found.operation
    ratio = f"{found.ratio:.2f}×" if found.ratio else "–"
    cells = (operation.title, f"{found.rows:,}", _spread(found.bare), _spread(found.ours))
    return "| " + " | ".join((*cells, ratio, operation.goal or "–")) + " |"


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    return f"{median(seconds):.2f} s ({min(seconds):.2f}–{max(seconds):.2f})"


def _growth(measured: Sequence[Measured]) -> Iterable[str]:
    """From the second largest size to the largest, and from no history to the most."""
    found = {(m.operation.name, m.size, m.history): median(m.ours) for m in measured}
    sizes = sorted({m.size for m in measured})
    histories = sorted({m.history for m in measured})
    rows = []
    for name in dict.fromkeys(m.operation.name for m in measured):
        for history in histories if len(sizes) > 1 else ():
            small, large = (
                found.get((name, sizes[-2], history)),
                found.get((name, sizes[-1], history)),
            )
            if small and large:
                step = f"{sizes[-2]:,} → {sizes[-1]:,} orders, {history} months"
                rows.append(f"| {name} | {step} | {large / small:.2f}× |")
        for size in sizes if len(histories) > 1 else ():
            none, most = (
                found.get((name, size, histories[0])),
                found.get((name, size, histories[-1])),
            )
            if none and most:
                step = f"{histories[0]} → {histories[-1]} months, {size:,} orders"
                rows.append(f"| {name} | {step} | {most / none:.2f}× |")
    if rows:
        yield "\n## Growth\n"
        yield "| Operation | From → to | Ours |"
        yield "|---|---|---|"
        yield from rows


def _dominating(measured: Sequence[Measured]) -> Iterable[str]:
    yield "\n## What dominates\n"
    largest = max(found.size for found in measured)
    for found in measured:
        if found.size != largest:
            continue
        total = sum(found.ours)
        yield f"{found.operation.title}, {found.history} months of history:\n"
        for statement, seconds in found.statements.most_common(SHOWN):
            yield f"- {seconds / total:.0%} `{statement}`"
        yield ""
