"""``./run``: the database up and migrated, web and worker running, until Ctrl-C."""

import argparse
import os
import shutil
import socket
import sys
from pathlib import Path

from ops.environment import places
from ops.errors import Failed, SetupError
from ops.places import ROOT, var, venv, venv_python
from ops.postgres.cluster import Cluster, books
from ops.secrets import seal_key_file
from ops.services import Service, supervise
from ops.serving_user import ServingUser, serving_user
from ops.setup import MANAGE, Ready, database_ready, prepare

HELP = """\
./run [OPTIONS]                 set up what is missing, then serve until Ctrl-C
    --port N                    another port than 8000
    --no-demo                   without the demo company
    --fresh [--yes]             first drop all data, after asking (--yes: without asking)
    --yes-demo                  the demo company, its passwords known to all, also with DEBUG=0"""

HOST = "127.0.0.1"

#: Name of a worker process → the queue it serves (closing_site/queues.py): what people wait
#: for is never behind papers.
WORKERS = {"worker": "default", "papers worker": "papers"}

#: The status of a command that refused.
REFUSED = 1


def serve(arguments: list[str]) -> int:
    options = _parse(arguments)
    _require_free_port(options.port)
    cluster = books()
    with database_ready(cluster) as ready:
        if options.fresh:
            start_afresh(cluster, ready, asked=options.yes)
        prepare(ready, cluster)
        if options.demo:
            _make_demo(ready, agreed=options.yes_demo)
        user = choose_user(ready.environment)
        revive = None if ready.share is None else cluster.revive
        return supervise(_services(ready, options.port, user), _url(options.port), revive)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("./run", usage=HELP, add_help=False, allow_abbrev=False)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-demo", dest="demo", action="store_false")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--yes-demo", action="store_true")
    options = parser.parse_args(arguments)
    if not 0 < options.port < 65536:
        raise SetupError(f"--port must be between 1 and 65535, not {options.port}.")
    return options


def choose_user(environment: dict[str, str]) -> ServingUser | None:
    """Whom web and worker run as: an ordinary user where root starts them, and is told so; root
    with a warning where no such user can read the program; None: as they are started."""
    if os.geteuid() != 0:
        return None
    user = serving_user()
    if user is None:
        missing = "this machine has no user for them"
    elif found := user.unreadable(*_needed(environment)):
        missing = f"user '{user.name}' cannot use {found}"
    else:
        print(f"Running as root: web and worker run as user '{user.name}'.", file=sys.stderr)
        return user
    print(
        f"Running as root: web and worker run as root too, since {missing}."
        " Start ./run as an ordinary user, or use deploy/systemd.",
        file=sys.stderr,
    )
    return None


def _needed(environment: dict[str, str]) -> tuple[list[Path], list[Path]]:
    """What whoever serves reads, and where they write. The launcher's own seal key is given to
    them; another one must be readable already."""
    read = [ROOT, venv(), var() / "locale"]
    if (key := Path(environment["CLOSING_SEAL_KEY_FILE"])) != seal_key_file():
        read.append(key)
    names = ("CLOSING_BACKUP_DIR", "PROMETHEUS_MULTIPROC_DIR")
    return read, [Path(environment[name]) for name in names if environment.get(name)]


def _url(port: int) -> str:
    return f"http://{HOST}:{port}"


def _require_free_port(port: int) -> None:
    with socket.socket() as probe:
        # As the server itself will: a port whose last connections still linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise SetupError(f"Port {port} may not be used: choose one above 1023.") from error
        except OSError as error:
            raise SetupError(
                f"Port {port} is taken: end what listens there, or choose another with --port."
            ) from error


def start_afresh(cluster: Cluster, ready: Ready, *, asked: bool) -> None:
    if ready.share is None:
        raise SetupError("--fresh drops the program's own database, never that of DATABASE_URL.")
    if cluster.is_shared(ready.share):
        raise SetupError("--fresh: another ./run uses the database; end it first.")
    if not asked:
        if not sys.stdin.isatty():
            raise SetupError("--fresh drops all data: say --yes where no one can be asked.")
        print("All data of this installation will be dropped. Type yes to go on: ", end="")
        if input().strip() != "yes":
            raise SetupError("Nothing was dropped.")
    cluster.remake_database()


def _make_demo(ready: Ready, *, agreed: bool) -> None:
    """The command keeps what is there. It refuses with DEBUG=0 unless someone agreed, and where its
    people would take over users who exist: it says so, and the rest is served all the same.
    """
    arguments = ["--yes-demo"] if agreed else []
    if (status := ready.manage("make_demo", *arguments)) not in (0, REFUSED):
        raise Failed(status)


def _folder_of(user: ServingUser | None, name: str) -> Path:
    """A folder of whoever serves, empty at each start."""
    folder = var() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    if user:
        user.own(folder)
    return folder


def _services(ready: Ready, port: int, user: ServingUser | None) -> list[Service]:
    python = str(venv_python())
    # Web and worker serve; the owner's address is not for them.
    environment = {**ready.environment}
    for name in ("DATABASE_OWNER_URL", "CLOSING_OWNER_DATABASES"):
        environment.pop(name, None)
    if user:
        environment["HOME"] = str(_folder_of(user, "home"))
        if (key := seal_key_file()) == Path(environment["CLOSING_SEAL_KEY_FILE"]):
            user.let_read(key)
    metrics = environment.get("PROMETHEUS_MULTIPROC_DIR") or str(_folder_of(user, "metrics"))
    # The web processes add up their figures there.
    of_web = {**environment, "PROMETHEUS_MULTIPROC_DIR": metrics}
    web = [python, "-m", "gunicorn", "closing_site.wsgi:application", "--preload"]
    web += ["--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"]
    web += ["--timeout", "120", "--graceful-timeout", "20", "--log-level", "warning"]
    web += ["--no-control-socket"]
    services = [Service("web", web, of_web, ready.share, user)]
    for name, queue in WORKERS.items():
        worker = [python, MANAGE, "worker", queue]
        services.append(Service(name, worker, environment, ready.share, user))
        for place in places():
            there = {**environment, "CLOSING_AT": place}
            # Whatever is wrong with that database, the others are served.
            name_there = f"{name} of {place}"
            one = Service(name_there, worker, there, ready.share, user, is_needed=False)
            services.append(one)
    return services
