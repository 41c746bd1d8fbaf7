"""The program's own server: it comes up whatever was there before, once, and behind a password."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from ops import locks, places
from ops.errors import SetupError
from ops.postgres import place, process, system
from ops.postgres.cluster import APP, DATABASE, OWNER, Cluster

USE = "from ops.postgres.cluster import books; b = books(); s = b.use(); print(b.sql('SELECT 1'))"

# All in one process: making another installation takes seconds.
pytestmark = pytest.mark.xdist_group("installation")


@pytest.fixture
def share(books: Cluster) -> Iterator[int]:
    taken = books.use()
    yield taken
    books.leave(taken)


def pid_of(books: Cluster) -> int:
    return int((books.data / "postmaster.pid").read_text().split("\n", 1)[0])


def kill(books: Cluster) -> None:
    pid = pid_of(books)
    os.kill(pid, signal.SIGKILL)
    while system.is_server(pid, books.data):
        pass


def test_both_roles_reach_the_database_and_the_app_owns_nothing(books: Cluster, share: int) -> None:
    for role in (OWNER, APP):
        with psycopg.connect(books.url(role, DATABASE)) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (role,)
    assert (
        books.sql(f"SELECT rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = '{APP}'")
        == "f"
    )


def test_what_was_committed_survives_kill_9_of_the_server(books: Cluster, share: int) -> None:
    with psycopg.connect(books.url(OWNER, DATABASE), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    kill(books)
    books.revive()
    with psycopg.connect(books.url(OWNER, DATABASE), autocommit=True) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        connection.execute("DROP TABLE kept")


@contextmanager
def backend_at_work(books: Cluster) -> Iterator[None]:
    """A query of minutes, of a client of its own."""
    url = books.url(OWNER, DATABASE)
    # In the select list, where rows stream: in FROM they would fill the disk first.
    query = "SELECT sum(sqrt(n)) FROM (SELECT generate_series(1, 2000000000) AS n) AS numbers"
    code = f"import psycopg; psycopg.connect({url!r}).execute({query!r})"
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as client:
        while books.sql("SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT sum'") != "1":
            assert client.poll() is None
            time.sleep(0.05)
        yield
        client.wait(timeout=10)


@contextmanager
def number_given_to_another_process(books: Cluster) -> Iterator[None]:
    kill(books)
    stale = books.data / "postmaster.pid"
    _, *rest = stale.read_text().splitlines()
    with subprocess.Popen(["sleep", "60"], **system.as_server_user()) as other:
        stale.write_text("\n".join([str(other.pid), *rest]) + "\n")
        yield
        assert other.poll() is None
        other.kill()


def test_a_backend_at_work_does_not_keep_a_killed_server_down(books: Cluster, share: int) -> None:
    with backend_at_work(books):
        kill(books)
        books.revive()
        assert books.answers()


def test_its_mutant_that_leaves_the_backend_alone_does_not_come_up(
    books: Cluster, share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with backend_at_work(books):
        kill(books)
        with monkeypatch.context() as mutant:
            mutant.setattr(system, "end_orphans", lambda data: None)
            mutant.setattr(process, "START_ATTEMPTS", 1)
            with pytest.raises(SetupError, match="did not start"):
                books.revive()
        books.revive()


def test_the_number_of_a_killed_server_may_be_another_process_by_now(
    books: Cluster, share: int
) -> None:
    with number_given_to_another_process(books):
        books.revive()
        assert books.answers()


def test_its_mutant_that_believes_the_number_does_not_come_up(
    books: Cluster, share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with number_given_to_another_process(books):
        with monkeypatch.context() as mutant:
            mutant.setattr(process, "_forget_dead_server", lambda place: None)
            mutant.setattr(process, "START_ATTEMPTS", 1)
            with pytest.raises(SetupError, match="did not start"):
                books.revive()
        books.revive()


def postmasters(data: Path) -> list[int]:
    """The servers of this data folder; a server's own children are none."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and system.is_server(int(entry.name), data):
            # A backend may end between the two looks.
            with suppress(FileNotFoundError, ProcessLookupError):
                name_and_rest = (entry / "stat").read_text()
                parents[int(entry.name)] = int(name_and_rest.rpartition(")")[2].split()[1])
    return [pid for pid, parent in parents.items() if parent not in parents]


def test_two_at_once_start_one_server(books: Cluster) -> None:
    assert not process.is_alive(books)
    environment = {**os.environ, "PYTHONPATH": str(places.ROOT)}
    with ExitStack() as stack:
        children = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", f"{USE}; input()"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=environment,
                    text=True,
                )
            )
            for _ in range(2)
        ]
        for child in children:
            # Whatever goes wrong, none of them may live on and keep the server for itself.
            stack.callback(child.kill)
        for child in children:
            assert child.stdout
            assert child.stdout.readline() == "1\n"
        assert postmasters(books.data) == [pid_of(books)]
        for child in children:
            child.communicate("\n")
    books.leave(books.use())


def test_the_last_to_leave_stops_the_server(books: Cluster) -> None:
    first, second = books.use(), books.use()
    books.leave(first)
    assert books.answers()
    books.leave(second)
    assert not process.is_alive(books)


def test_no_one_gets_in_without_a_password(books: Cluster, share: int) -> None:
    assert stat.S_IMODE(books.socket.stat().st_mode) & 0o027 == 0
    for role in (OWNER, APP, "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=str(books.socket), user=role, dbname=DATABASE, password="")
    for path in places.server_home().glob("books.*.password"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_books_are_written_through_to_the_disk_and_served_on_no_network(
    books: Cluster, share: int
) -> None:
    assert books.sql("SHOW fsync") == "on"
    assert books.sql("SHOW listen_addresses") == ""


def test_ctrl_c_in_a_terminal_does_not_reach_the_server(books: Cluster, share: int) -> None:
    assert os.getsid(pid_of(books)) == pid_of(books) != os.getsid(0)


def test_data_of_another_version_are_refused_by_name(books: Cluster) -> None:
    books.leave(books.use())
    version = books.data / "PG_VERSION"
    kept = version.read_text()
    try:
        version.write_text("14\n")
        with pytest.raises(SetupError, match="PostgreSQL 14's, but 18 is installed"):
            books.use()
        assert locks.is_free(books.beside("users"))
    finally:
        version.write_text(kept)


def test_a_socket_finds_a_short_folder_where_the_checkout_lies_deep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deep = Path("/") / "/".join(["a-folder"] * 12)
    monkeypatch.setattr(place, "server_home", lambda: deep)
    assert len(str(Cluster("books").socket / ".s.PGSQL.5432")) <= 107
