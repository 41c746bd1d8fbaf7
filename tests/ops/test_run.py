"""``./run`` as a person uses it, in an installation of its own."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ops.postgres import process
from ops.postgres.cluster import APP, OWNER, Cluster
from tests.ops.conftest import Installation

# All in one process: making another installation takes seconds.
pytestmark = pytest.mark.xdist_group("installation")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(installation: Installation, port: int) -> Iterator[subprocess.Popen[str]]:
    child = installation.start("--port", str(port), "--no-demo")
    assert child.stdout
    assert f"http://127.0.0.1:{port}/" in child.stdout.readline()
    yield child
    child.kill()
    child.communicate()


def health(port: int) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_serves_in_good_health_and_ends_in_order(
    served: subprocess.Popen[str], port: int, books: Cluster
) -> None:
    status, found = health(port)
    assert status == 200
    assert {
        "database": "ok",
        "migrations": "ok",
        "rules": "ok",
        "worker": "ok",
        "queues": {"default": "ok", "papers": "ok"},
        "failed_jobs": 0,
        "last_backup": None,
        "database_settings": [],
    }.items() <= found.items()
    served.send_signal(signal.SIGTERM)
    assert served.wait(timeout=40) == 0
    assert not process.is_alive(books)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_kill_9_of_the_database_is_mended_while_serving(
    served: subprocess.Popen[str], port: int, books: Cluster
) -> None:
    os.kill(int((books.data / "postmaster.pid").read_text().split("\n", 1)[0]), signal.SIGKILL)
    deadline = time.monotonic() + 60
    while health(port)[0] != 200 or not process.is_alive(books):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    served.send_signal(signal.SIGINT)
    assert served.wait(timeout=40) == 0


def test_manage_prints_nothing_of_its_own(installation: Installation) -> None:
    done = installation.run("manage", "shell", "-v0", "-c", "print('{}')")
    assert (done.returncode, done.stdout) == (0, "{}\n")


def test_manage_ends_as_its_command_does(installation: Installation) -> None:
    done = installation.run("manage", "check", "--no-such-option")
    assert done.returncode == 2


def test_a_taken_port_is_named(installation: Installation, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = installation.run("--port", str(port))
    assert done.returncode == 2
    assert done.stderr.startswith(f"Port {port} is taken")


def test_without_debug_no_demo_is_made_and_the_rest_is_served(
    installation: Installation, port: int
) -> None:
    child = installation.start(
        *("--port", str(port)),
        DEBUG="0",
        ALLOWED_HOSTS="127.0.0.1",
        SECRET_KEY=secrets.token_hex(32),
    )
    try:
        assert child.stdout
        assert f"http://127.0.0.1:{port}/" in child.stdout.readline()
        assert health(port)[0] == 200
        child.send_signal(signal.SIGTERM)
        _out, err = child.communicate(timeout=40)
    finally:
        child.kill()
        child.communicate()
    assert "--yes-demo" in err


def test_the_demo_is_made_once_and_its_logins_are_told(
    installation: Installation, port: int
) -> None:
    child = installation.start("--port", str(port))
    try:
        assert child.stdout
        lines = [child.stdout.readline()]
        while lines[-1] and "http://" not in lines[-1]:
            lines.append(child.stdout.readline())
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=40)
    finally:
        child.kill()
        child.communicate()
    assert any("finance / demo-finance" in line for line in lines)
    again = installation.run("manage", "make_demo", "--json")
    assert json.loads(again.stdout)["made"] is False


def test_dropping_all_data_needs_a_yes(installation: Installation, port: int) -> None:
    done = installation.run("--fresh", "--port", str(port))
    assert done.returncode == 2
    assert "--yes" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///books"),
        ("DATABASE_OWNER_URL", "postgresql://owner@127.0.0.1:1/closing"),
        ("DEBUG", "perhaps"),
        ("ALLOWED_HOSTS", "https://closing.example"),
        ("CLOSING_SEAL_KEY_FILE", "/no/such/file"),
        ("CLOSING_SINGLE_ROLE", "maybe"),
    ],
)
def test_a_malformed_variable_stops_the_start_with_a_sentence_that_names_it(
    installation: Installation, name: str, value: str
) -> None:
    addresses = {
        "DATABASE_URL": "postgresql://app@127.0.0.1:1/closing",
        "DATABASE_OWNER_URL": "postgresql://owner@127.0.0.1:1/closing",
    }
    done = installation.run("manage", "check", **{**addresses, name: value})
    assert done.returncode == 2
    assert done.stderr.startswith(name)
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_state_folder_that_cannot_be_made_is_refused_by_name(installation: Installation) -> None:
    done = installation.run("manage", "check", CLOSING_VAR="/dev/null/var")
    assert done.returncode == 2
    assert "CLOSING_VAR" in done.stderr


def test_an_unknown_command_is_answered_with_those_there_are(installation: Installation) -> None:
    done = installation.run("serve")
    assert done.returncode == 2
    assert "./run manage" in done.stderr


def test_restoring_a_second_database_finds_it_as_empty_as_it_was(
    installation: Installation, books: Cluster
) -> None:
    share = books.use()
    try:
        books.sql(f"CREATE DATABASE second OWNER {OWNER}")
        second = {
            "CLOSING_DATABASES": f"north:ACME={books.url(APP, 'second')}",
            "CLOSING_OWNER_DATABASES": f"north:={books.url(OWNER, 'second')}",
        }
        for command in (("manage", "--at", "north", "restore"), ("restore", "--at", "north")):
            done = installation.run(*command, "/no/such.backup", **second)
            assert (done.returncode, "/no/such.backup" in done.stderr) == (1, True), done.stderr
        done = installation.run("restore", "--at", "north", "--fresh", "--yes", "x", **second)
        assert done.returncode == 2
        count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert books.sql(count, "second") == "0"
    finally:
        books.sql("DROP DATABASE IF EXISTS second WITH (FORCE)")
        books.leave(share)
