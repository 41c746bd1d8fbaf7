"""What is sent slower than a person's line ever is does not hold a thread: WSGI, before Django.

A thread that reads a form from a socket waits for the sender. Every few seconds some bytes must
have arrived, else the connection is closed for reading and the request ends as cut off.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

#: Seconds between two looks, and the bytes that have to come between them: about 1 KB a second.
PATIENCE: Final = 5.0
LEAST_BYTES: Final = 5_000
#: Read in pieces, so that progress can be seen.
PIECE: Final = 4_096
#: Of what nobody asked for: as much as an ordinary upload, so that its sender reads the answer.
MOST_DROPPED: Final = 64 * 2**20

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class SteadyBody:
    """``wsgi.input`` that is watched until it has been read to its end."""

    def __init__(self, body: Any, connection: Any, length: int) -> None:
        self._body = body
        self._connection = connection
        self._left = length
        self._seen = length
        self._timer: threading.Timer | None = None

    def read(self, size: int = -1) -> bytes:
        wanted = self._wanted(size)
        found = bytearray()
        while len(found) < wanted:
            self._watch()
            piece = self._body.read(min(PIECE, wanted - len(found)))
            self._took(len(piece))
            if not piece:
                break
            found += piece
        return bytes(found)

    def readline(self, size: int = -1) -> bytes:
        wanted = self._wanted(size)
        if not wanted:
            return b""
        self._watch()
        line: bytes = self._body.readline(wanted)
        self._took(len(line))
        return line

    def drop_rest(self) -> None:
        """Reads what the application left: gunicorn would, without looking at the clock. Of one
        that goes on and on the connection is closed for reading."""
        most = MOST_DROPPED
        with suppress(OSError):
            while most > 0 and (piece := self.read(min(most, 16 * PIECE))):
                most -= len(piece)
        if self._left > 0:
            self._cut_off()
        self.close()

    def close(self) -> None:
        """Nobody reads any more."""
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def _wanted(self, size: int | None) -> int:
        return self._left if size is None or size < 0 else min(size, self._left)

    def _took(self, count: int) -> None:
        self._left -= count
        if not count or self._left <= 0:
            self.close()

    def _watch(self) -> None:
        if self._timer is None and self._left > 0:
            self._seen = self._left
            self._timer = threading.Timer(PATIENCE, self._look)
            self._timer.daemon = True
            self._timer.start()

    def _look(self) -> None:
        came, self._timer = self._seen - self._left, None
        if came < min(LEAST_BYTES, self._seen):
            self._cut_off()
        else:
            self._watch()

    def _cut_off(self) -> None:
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RD)


def steady(application: Application) -> Application:
    """The application, with bodies that come steadily or not at all."""

    def served(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        connection = environ.get("gunicorn.socket")
        length = environ.get("CONTENT_LENGTH") or ""
        if connection is None or not length.isdecimal() or int(length) == 0:
            return application(environ, start_response)
        body = environ["wsgi.input"] = SteadyBody(environ["wsgi.input"], connection, int(length))
        try:
            return application(environ, start_response)
        finally:
            body.drop_rest()

    return served
