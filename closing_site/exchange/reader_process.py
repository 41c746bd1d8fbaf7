"""Reading a file in a process of its own: see ``closing_site.exchange.reading.reader``.

A file may ask for all memory, take for ever or end the process that reads it; whoever called gets
a sentence all the same.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path
from threading import Timer
from typing import IO, Any, Final

from django.utils.translation import gettext_noop

from closing_site.exchange.errors import NotReadable
from closing_site.exchange.reading.reader import NO_MEMORY, UNFORESEEN, cpu_seconds
from closing_site.staged import Problem
from closing_site.told import told, told_again

TOO_SLOW: Final = gettext_noop("reading it takes longer than a file may take; divide it")

_ROOT: Final = Path(__file__).resolve().parents[2]
#: ``-I`` leaves out the current folder and what the environment says, so ours is named.
_PROGRAM: Final = (
    f"import sys; sys.path.insert(0, {str(_ROOT)!r});"
    " from closing_site.exchange.reading.reader import main; main()"
)
#: Of its own time the process takes a part: it waits for the database, and for other processes.
_WALL_FACTOR: Final = 10
_KEPT_TRACE: Final = 4000

_log = getLogger(__name__)


@dataclass
class FileTask:
    """What to read, and how. ``encoding``, ``discount_means``: as a person says, else blank."""

    path: Path
    kind: str = ""
    sheet: str = ""
    encoding: str = ""
    discount_means: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "path": str(self.path.resolve()),
            "kind": self.kind,
            "sheet": self.sheet,
            "encoding": self.encoding,
            "discount_means": self.discount_means,
        }


class Reader:
    """A running reader of the file ``name``; ``good_rows`` is its standard output."""

    def __init__(
        self, name: str, process: "subprocess.Popen[bytes]", answers: IO[bytes], trace: IO[bytes]
    ) -> None:
        self.name = name
        self._process = process
        self._answers = answers
        self._trace = trace
        self.is_late = False

    @property
    def good_rows(self) -> int:
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def answer(self) -> dict[str, Any]:
        """Its next word. Raises NotReadable."""
        line = self._answers.readline()
        if not line:
            raise self._died()
        said: dict[str, Any] = json.loads(line)
        if "unreadable" in said:
            raise NotReadable(file=self.name, reason=told_again(said["unreadable"]))
        return said

    def _died(self) -> NotReadable:
        code = self._process.wait()
        self._trace.seek(0)
        trace = self._trace.read(_KEPT_TRACE).decode(errors="replace")
        _log.warning("Reading %s ended with %s: %s", self.name, code, trace)
        if self.is_late or code == -signal.SIGXCPU:
            return NotReadable(file=self.name, reason=told(TOO_SLOW))
        # What has no memory left is aborted or killed.
        reason = NO_MEMORY if code < 0 else UNFORESEEN
        return NotReadable(file=self.name, reason=told(reason))

    def stop(self) -> None:
        if self._process.poll() is None:
            # Of a process that has just ended there is no group.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def give_up(self) -> None:
        self.is_late = True
        self.stop()


@contextmanager
def reader(
    do: dict[str, Any],
    *,
    name: str,
    bad_keys: IO[bytes] | None = None,
    lines: IO[bytes] | None = None,
    out: IO[bytes] | int = subprocess.PIPE,
) -> Iterator[Reader]:
    """A process that reads, ended whatever happens. ``lines``: what follows on its input."""
    answers, to_answers = os.pipe()
    passed = [to_answers, *([bad_keys.fileno()] if bad_keys else [])]
    asked = {**do, "answers": to_answers}
    if bad_keys:
        asked["bad_keys"] = bad_keys.fileno()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as trace:
        given.write(json.dumps(asked).encode() + b"\n")
        if lines:
            while block := lines.read(1 << 16):
                given.write(block)
        given.seek(0)
        with os.fdopen(answers, "rb") as heard:
            try:
                process = subprocess.Popen(
                    [sys.executable, "-I", "-c", _PROGRAM],
                    stdin=given,
                    stdout=out,
                    stderr=trace,
                    pass_fds=passed,
                    # Nothing of ours: no key, no address of a database.
                    env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
                    start_new_session=True,
                )
            finally:
                os.close(to_answers)
            running = Reader(name, process, heard, trace)
            size = Path(do["path"]).stat().st_size if Path(do["path"]).exists() else 0
            timer = Timer(cpu_seconds(size) * _WALL_FACTOR, running.give_up)
            timer.daemon = True
            timer.start()
            try:
                yield running
            finally:
                timer.cancel()
                running.stop()
                if process.stdout:
                    process.stdout.close()


def sheet_names(path: Path) -> list[str]:
    """Raises NotReadable."""
    with reader({"do": "sheets", "path": str(path.resolve())}, name=path.name) as running:
        names: list[str] = running.answer()["sheets"]
        return names


def problem(fault: list[Any]) -> Problem:
    line, column, value, reason = fault
    return Problem(line, column, value, told_again(reason))
