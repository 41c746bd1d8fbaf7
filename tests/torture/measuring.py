"""What reading a hostile file costs: seconds, and the most memory of the process that reads it."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from subprocess import TimeoutExpired
from time import monotonic
from typing import Any, Final
from unittest.mock import patch

from closing_site.exchange import reader_process, reading
from closing_site.exchange.errors import NotReadable
from closing_site.refusals import Refusal

#: The reader in a child of this small process, which hears of its end what the kernel counted. (Of
#: a process that Python starts the kernel counts what its parent had as well.)
_PROGRAM: Final = """
import os, sys
child = os.fork()
if child:
    # What the child closes is closed.
    os.closerange(0, 2), os.closerange(3, 1024)
    _, status, used = os.wait4(child, 0)
    with open({log!r}, "a") as log:
        log.write(f"{{used.ru_maxrss}}\\n")
    if os.WIFSIGNALED(status):
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.waitstatus_to_exitcode(status))
{program}
"""
#: Seconds in which a reader ends that has said its last word.
PATIENCE: Final = 5
MB: Final = 2**20
KB: Final = 2**10


@dataclass
class Measured:
    """``memory`` in bytes; ``outcome`` is the slug of what was said, "read" where it was read."""

    size: int = 0
    seconds: float = 0
    memory: int = 0
    outcomes: set[str] = field(default_factory=set)


@contextmanager
def reader_measured(folder: Path) -> Iterator[Measured]:
    """Of what is read within: the longest and the largest."""
    log = folder / "reader.log"
    program = _PROGRAM.format(log=str(log), program=reader_process._PROGRAM)
    measured = Measured()
    begun = monotonic()
    with (
        patch.object(reader_process, "_PROGRAM", program),
        patch.object(reader_process.Reader, "stop", _ended_by_itself),
    ):
        yield measured
    measured.seconds = monotonic() - begun
    if log.exists():
        measured.memory = max(map(int, log.read_text().split()), default=0) * KB
        log.unlink()


_stop = reader_process.Reader.stop


def _ended_by_itself(reader: reader_process.Reader) -> None:
    """One that has said why it stops is not killed before it is counted."""
    if not reader.is_late:
        with suppress(TimeoutExpired):
            reader._process.wait(PATIENCE)
    _stop(reader)


@contextmanager
def own_memory_measured() -> Iterator[Measured]:
    """Of what is done in this process: how much more it took than it had."""
    measured = Measured()
    before = _resident("VmRSS")
    # Forgets what was most until now.
    Path("/proc/self/clear_refs").write_text("5")
    begun = monotonic()
    yield measured
    measured.seconds = monotonic() - begun
    measured.memory = max(_resident("VmHWM") - before, 0)


def _resident(what: str) -> int:
    (found,) = re.findall(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found) * KB


class Table:
    """A line for each kind of hostile file."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Measured]] = defaultdict(list)

    def add(self, group: str, measured: Measured) -> None:
        self.rows[group].append(measured)

    def lines(self, title: str, *, memory_of: str = "reader") -> list[str]:
        heads = [title, "Files", "Largest", "Longest, s", f"Most memory of the {memory_of}, MB"]
        lines = [f"| {' | '.join([*heads, 'Outcome'])} |", "|---|---:|---:|---:|---:|---|"]
        for group, found in self.rows.items():
            cells = (
                group,
                str(len(found)),
                size_text(max(one.size for one in found)),
                f"{max(one.seconds for one in found):.2f}",
                str(round(max(one.memory for one in found) / MB)) if found[0].memory else "–",
                ", ".join(sorted({f"`{one}`" for each in found for one in each.outcomes})),
            )
            lines.append(f"| {' | '.join(cells)} |")
        return [*lines, ""]


def size_text(size: int) -> str:
    return f"{size / MB:.1f} MB" if size >= MB else f"{max(size / KB, 0.1):.1f} KB"


def slug_of(said: Any) -> str:
    """Of a refusal its name; of a sentence the name of the constant that holds it."""
    if isinstance(said, NotReadable):
        reason = said.parameters["reason"]
        return slug_of(reason) if hasattr(reason, "message") else "not-readable"
    if isinstance(said, Refusal):
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(said).__name__).lower()
    text = getattr(said, "message", "") or str(said)
    if text == (NotReadable.__doc__ or ""):
        return slug_of(said.parameters["reason"])
    if text.startswith("%(reason)s"):
        # Several things are wrong with the row: the first counts.
        return slug_of(said.parameters["reason"])
    return _names().get(text) or "-".join(re.findall(r"[a-z]+", text.lower())[:4])


@cache
def _names() -> dict[str, str]:
    # What the reader alone imports says why a file cannot be read.
    for one in iter_modules(reading.__path__, f"{reading.__name__}."):
        import_module(one.name)
    ours = ("closing_site", "orders", "payments")
    return {
        value: name.lower().replace("_", "-")
        for path, module in [*sys.modules.items()]
        if path.startswith(ours)
        for name, value in [*vars(module).items()]
        if name.isupper() and isinstance(value, str) and " " in value
    }
