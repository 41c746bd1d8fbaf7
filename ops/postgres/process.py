"""Making, starting and stopping one server. The caller holds the lock that makes it the only one.

The wheel's own ``get_server()`` is not used: it believes the number of a process that was killed.
"""

import os
import shutil
import subprocess
import sys
import time

from ops.errors import SetupError
from ops.postgres import system
from ops.postgres.place import PORT, SUPERUSER, Place

#: A start may fail while a dead server's memory is being given back; not this often.
START_ATTEMPTS = 10
#: How long a server may need to read its journal again after a crash.
RECOVERY_SECONDS = 600
#: Above this the log of a server that starts is begun anew.
LONGEST_LOG = 10_000_000

#: Servers that this process started. They outlive it; a Popen that is thrown away complains.
_started: list[subprocess.Popen[bytes]] = []


def is_alive(place: Place) -> bool:
    """Whether the process runs. Whether it answers is for a connection to say."""
    try:
        pid = int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return False
    return system.is_server(pid, place.data)


def initialise(place: Place) -> None:
    if user := system.server_user():
        print(
            f"Running as root: PostgreSQL runs as user '{user.pw_name}', its data in {place.home}.",
            file=sys.stderr,
        )
    shutil.rmtree(place.home, ignore_errors=True)
    place.home.mkdir(mode=0o700)
    secret = place.home / "password"
    secret.touch(mode=0o600)
    secret.write_text(place.password(SUPERUSER))
    for path in (place.home, secret):
        system.give_to_server(path)
    partial = place.home / "partial"
    command = ["initdb", "-D", str(partial), "-U", SUPERUSER, f"--pwfile={secret}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(place, command, "Making the database server")
    secret.unlink()
    # Renamed only now, so that an interrupted start leaves nothing that looks like a server.
    partial.rename(place.data)


def start(place: Place, options: dict[str, str]) -> None:
    """Start the server and wait until a connection succeeds; whatever was there before is dead."""
    _check_version(place)
    _make_socket_folder(place)
    process: subprocess.Popen[bytes] | None = None
    attempts = 0
    deadline = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < deadline:
        if is_alive(place):
            if place.answers():
                return
        elif process is None or process.poll() is not None:
            if attempts == START_ATTEMPTS:
                break
            attempts += 1
            system.end_orphans(place.data)
            _forget_dead_server(place)
            process = _launch(place, options)
        time.sleep(0.03 * attempts)
    last_words = place.log.read_text(errors="replace").splitlines()[-5:]
    raise SetupError("\n".join([f"PostgreSQL did not start ({place.log}):", *last_words]))


def stop(place: Place) -> None:
    if is_alive(place):
        command = ["pg_ctl", "stop", "-D", str(place.data), "-m", "fast", "-w", "-t", "60"]
        _run(place, command, "Stopping PostgreSQL")


def _forget_dead_server(place: Place) -> None:
    """Its number may be another process's by now, and the new server would wait for that one."""
    for lock in (place.data / "postmaster.pid", place.socket / f".s.PGSQL.{PORT}.lock"):
        lock.unlink(missing_ok=True)


def _launch(place: Place, options: dict[str, str]) -> subprocess.Popen[bytes]:
    """The server, on a socket and no network, in a session of its own: Ctrl-C is not for it."""
    options = {
        **options,
        "listen_addresses": "",
        "unix_socket_directories": str(place.socket),
        "unix_socket_permissions": f"{system.socket_mode():04o}",
        "port": str(PORT),
    }
    command = [str(system.binaries() / "postgres"), "-D", str(place.data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    is_long = place.log.exists() and place.log.stat().st_size > LONGEST_LOG
    with place.log.open("wb" if is_long else "ab") as log:
        server = subprocess.Popen(
            command,
            cwd=place.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **system.as_server_user(),
        )
    _started.append(server)
    return server


def _check_version(place: Place) -> None:
    data = (place.data / "PG_VERSION").read_text().strip()
    command = [str(system.binaries() / "postgres"), "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    program = told.split()[-1].split(".")[0]
    if data != program:
        raise SetupError(
            f"The data in {place.data} are PostgreSQL {data}'s, but {program} is installed. "
            "With the version of this program that made them: ./run backup FILE. Then put "
            f"{place.home} aside (mv {place.home} {place.home}.{data}) and, with this version: "
            "./run restore FILE."
        )


def _make_socket_folder(place: Place) -> None:
    place.socket.mkdir(mode=0o700, exist_ok=True)
    # In /tmp another user may have made the folder first, to listen in our place.
    is_ours = place.socket.lstat().st_uid in (os.geteuid(), place.home.stat().st_uid)
    if place.socket.is_symlink() or not is_ours:
        raise SetupError(f"{place.socket} belongs to someone else; remove it.")
    # The data below are the server's alone all the same.
    for folder in (place.home, place.socket):
        folder.chmod(system.socket_mode() & 0o750)
    system.give_to_server(place.socket)


def _run(place: Place, command: list[str], what: str) -> None:
    done = subprocess.run(
        [str(system.binaries() / command[0]), *command[1:]],
        cwd=place.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **system.as_server_user(),
    )
    if done.returncode:
        raise SetupError(f"{what} failed: {(done.stderr or done.stdout).strip()}")
