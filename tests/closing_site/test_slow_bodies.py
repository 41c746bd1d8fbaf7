"""Real sockets: who sends steadily is read to the end, who does not is cut off."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from closing_site import slow_bodies
from closing_site.slow_bodies import SteadyBody, steady

LENGTH = 40_000


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[socket.socket, socket.socket]]:
    monkeypatch.setattr(slow_bodies, "PATIENCE", 0.2)
    here, there = socket.socketpair()
    here.settimeout(20)
    with here, there:
        yield here, there


def read_all(here: socket.socket, length: int = LENGTH) -> bytes:
    with here.makefile("rb") as file:
        body = SteadyBody(file, here, length)
        found = body.read()
        body.close()
        return found


def test_who_sends_steadily_is_read(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes in all: longer here than one look."""
    monkeypatch.setattr(slow_bodies, "PATIENCE", 1.0)
    monkeypatch.setattr(slow_bodies, "LEAST_BYTES", 1)
    here, there = pair

    def send() -> None:
        for _ in range(8):
            there.sendall(b"x" * (LENGTH // 8))
            time.sleep(0.2)

    threading.Thread(target=send, daemon=True).start()
    assert read_all(here) == b"x" * LENGTH


def test_who_sends_drop_by_drop_is_cut_off(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    ended = threading.Event()

    def drip() -> None:
        with suppress(OSError):
            while not ended.wait(0.02):
                there.send(b"x")

    threading.Thread(target=drip, daemon=True).start()
    begun = time.monotonic()
    try:
        assert len(read_all(here)) < LENGTH
    finally:
        ended.set()
    assert time.monotonic() - begun < 10


def test_who_sends_nothing_is_cut_off(pair: tuple[socket.socket, socket.socket]) -> None:
    here, _there = pair
    assert read_all(here) == b""


def test_a_short_body_needs_no_more_than_it_has(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    here, there = pair
    there.sendall(b"abc")
    assert read_all(here, 3) == b"abc"


def test_a_line_is_read_as_a_line(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    there.sendall(b"first\nsecond")
    with here.makefile("rb") as file:
        body = SteadyBody(file, here, 12)
        assert (body.readline(), body.read(), body.readline()) == (b"first\n", b"second", b"")


def test_what_is_left_is_read_or_cut_off(pair: tuple[socket.socket, socket.socket]) -> None:
    """An application that refuses without reading: a slow sender holds nobody even then."""
    here, there = pair
    there.sendall(b"x" * 10)
    with here.makefile("rb") as file:
        body = SteadyBody(file, here, LENGTH)
        begun = time.monotonic()
        body.drop_rest()
        assert time.monotonic() - begun < 10
        assert here.recv(1) == b""


def test_what_goes_on_and_on_is_cut_off(
    pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_bodies, "MOST_DROPPED", 10)
    here, there = pair
    there.sendall(b"x" * 1_000)
    with here.makefile("rb") as file:
        SteadyBody(file, here, LENGTH).drop_rest()
    there.settimeout(5)
    with suppress(OSError):
        for _ in range(1_000):
            there.send(b"x" * 10_000)
        raise AssertionError("still open for reading")


def test_without_a_body_nothing_is_watched() -> None:
    def application(environ: dict[str, Any], _start: Any) -> list[bytes]:
        return [type(environ.get("wsgi.input")).__name__.encode()]

    here, there = socket.socketpair()
    there.close()
    kept = here.makefile("rb")
    environ: dict[str, Any] = {"wsgi.input": kept, "gunicorn.socket": here}
    assert steady(application)(environ, None) == [b"BufferedReader"]
    assert steady(application)({**environ, "CONTENT_LENGTH": "5"}, None) == [b"SteadyBody"]
    kept.close()
    here.close()
