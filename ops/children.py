"""Running one program to its end, as if the person had started it themselves."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType


def run(
    command: list[str],
    environment: dict[str, str],
    *,
    share: int | None = None,
    folder: Path | None = None,
    quiet: bool = False,
) -> int:
    """Its exit status, 128 + n where signal n ended it.

    The share in the database server is handed on, so that the server outlives a killed launcher for
    as long as the program runs. ``quiet`` sends what it prints to standard error.
    """
    child = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=sys.stderr if quiet else None,
        pass_fds=[] if share is None else [share],
    )

    def hand_on(number: int, frame: FrameType | None) -> None:
        # A terminal has told the child already; a second time would mean "at once".
        if number != signal.SIGINT or not os.isatty(0):
            child.send_signal(number)

    previous = {
        number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        status = child.wait()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status
