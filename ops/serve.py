"""``./run``: the database up and migrated, web and worker running, until Ctrl-C."""

import argparse
import os
import shutil
import socket
import sys

from ops.environment import places
from ops.errors import Failed, SetupError
from ops.places import var, venv_python
from ops.postgres.cluster import Cluster, books
from ops.services import Service, supervise
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
        warn_of_root()
        revive = None if ready.share is None else cluster.revive
        return supervise(_services(ready, options.port), _url(options.port), revive)


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


def warn_of_root() -> None:
    """The database server runs as another user even so; web and worker do not."""
    if os.geteuid() == 0:
        print(
            "Running as root: web and worker run as root too."
            " Start ./run as an ordinary user, or use deploy/systemd.",
            file=sys.stderr,
        )


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


def _with_metrics(environment: dict[str, str]) -> dict[str, str]:
    """The web processes add up their figures in a folder, empty at each start."""
    if "PROMETHEUS_MULTIPROC_DIR" in environment:
        return environment
    folder = var() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return {**environment, "PROMETHEUS_MULTIPROC_DIR": str(folder)}


def _services(ready: Ready, port: int) -> list[Service]:
    python = str(venv_python())
    # Web and worker serve; the owner's address is not for them.
    environment = {**ready.environment}
    for name in ("DATABASE_OWNER_URL", "CLOSING_OWNER_DATABASES"):
        environment.pop(name, None)
    web = [python, "-m", "gunicorn", "closing_site.wsgi:application", "--preload"]
    web += ["--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"]
    web += ["--timeout", "120", "--graceful-timeout", "20", "--log-level", "warning"]
    web += ["--no-control-socket"]
    services = [Service("web", web, _with_metrics(environment), ready.share)]
    for name, queue in WORKERS.items():
        worker = [python, MANAGE, "worker", queue]
        services.append(Service(name, worker, environment, ready.share))
        for place in places():
            there = {**environment, "CLOSING_AT": place}
            services.append(Service(f"{name} of {place}", worker, there, ready.share))
    return services
