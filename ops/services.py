"""Web and worker, watched: started again when they die, ended together."""

import ctypes
import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from urllib.parse import urlsplit

from ops.errors import SetupError
from ops.places import ROOT
from ops.serving_user import ServingUser

#: One that dies this young, this often, would only die again.
YOUNG_SECONDS = 10
DEATHS = 3

LONGEST_START = 60
#: A service without which the rest works is not given up, but tried again only so often.
PAUSE_SECONDS = 30
#: Above the services' own limits for finishing what they are at.
LONGEST_END = 30
#: How often the services, and the database under them, are looked after.
WATCH_SECONDS = 0.5

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Ended(Exception):
    """Someone asked the launcher to end."""


@dataclass
class Service:
    name: str
    command: list[str]
    environment: dict[str, str]
    share: int | None
    user: ServingUser | None
    #: Whether all end where it cannot run.
    is_needed: bool = True
    deaths: int = 0
    started: float = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            # In a group of its own: Ctrl-C reaches the launcher alone, which ends it in order.
            process_group=0,
            # Where the launcher is killed, its port must not stay taken.
            preexec_fn=_end_with_parent,
            pass_fds=[] if self.share is None else [self.share],
            **(self.user.process() if self.user else {}),
        )

    def keep_alive(self) -> None:
        """Start it again where it has died. Raises SetupError where that is no use."""
        if self.process is None or self.process.poll() is None:
            return
        if not self.is_needed and time.monotonic() - self.started < PAUSE_SECONDS:
            return
        is_young = time.monotonic() - self.started < YOUNG_SECONDS
        self.deaths = self.deaths + 1 if is_young else 1
        status = self.process.returncode
        # It has refused, in a sentence of its own; or it will not come up.
        if self.is_needed and (status == 2 or self.deaths >= DEATHS):
            raise SetupError(f"The {self.name} process cannot run (exit status {status}).")
        print(f"The {self.name} process died ({status}); starting it again.", file=sys.stderr)
        self.start()

    def ask_to_end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait_for_end(self, deadline: float) -> None:
        if self.process:
            try:
                self.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def supervise(services: list[Service], url: str, revive: Callable[[], None] | None) -> int:
    """Run the services until someone asks for the end; print the address once they are up."""
    previous = {number: signal.signal(number, _end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for service in services:
            service.start()
        is_announced = False
        begun = time.monotonic()
        while True:
            if not is_announced and (_is_well(url) or time.monotonic() - begun > LONGEST_START):
                print(f"Closing is served at {url}/  (Ctrl-C ends it)", flush=True)
                is_announced = True
            time.sleep(WATCH_SECONDS if is_announced else 0.1)
            if revive:
                revive()
            for service in services:
                service.keep_alive()
    except Ended:
        return 0
    finally:
        for number in previous:
            signal.signal(number, signal.SIG_IGN)
        for service in services:
            service.ask_to_end()
        deadline = time.monotonic() + LONGEST_END
        for service in services:
            service.wait_for_end(deadline)
        for number, handler in previous.items():
            signal.signal(number, handler)


def _is_well(url: str) -> bool:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        # A host that ALLOWED_HOSTS leaves out is refused with 400: the web is up all the same.
        return connection.getresponse().status in (200, 400)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(number: int, frame: FrameType | None) -> None:
    raise Ended


def _end_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
