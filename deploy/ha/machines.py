"""The machines of a highly available installation, all on this one: their files, their processes.

A database machine has PostgreSQL under Patroni, and pgbouncer beside it; a web machine has web and
workers. etcd says who is the primary, haproxy leads there.
"""

import json
import os
import pwd
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]
DATABASE, OWNER, APP = "closing", "closing_owner", "closing_app"
NAMES = ("one", "two")
#: What Debian's packages bring; PostgreSQL's own folder is looked for.
PROGRAMS = ("etcd", "patroni", "pgbouncer", "haproxy", "openssl", "psql")
PACKAGES = "patroni etcd-server pgbouncer haproxy postgresql openssl"
WATCH_SECONDS = 0.3
END_SECONDS = 20


class NotShown(Exception):
    """Something that had to hold does not; or a part does not start. A sentence."""


def wait_for(what: str, seconds: float, is_so: Any) -> float:
    """Until ``is_so`` gives something true; returns the seconds it took. Raises NotShown."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if is_so():
            return time.monotonic() - begun
        time.sleep(0.2)
    raise NotShown(f"{what}: not within {seconds:.0f} seconds.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def server_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        raise NotShown(f"PostgreSQL is not installed: apt-get install {PACKAGES}")
    return found[-1].parent


@dataclass
class Part:
    """One process, started again when it dies, as systemd would with Restart=always."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str]
    user: str | None = None
    restarts: int = 0
    is_wanted: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self.is_wanted = True
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT if self.user is None else "/",
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                start_new_session=True,
            )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """As a machine that loses its power: nothing is told to anyone."""
        self.is_wanted = False
        self.signal(signal.SIGKILL)
        if self.process:
            self.process.wait()

    def signal(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def end(self) -> None:
        self.is_wanted = False
        self.signal(signal.SIGTERM)
        if self.process:
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()


class Machines:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user = "postgres" if os.geteuid() == 0 else None
        self.parts: dict[str, Part] = {}
        self.passwords = {name: os.urandom(16).hex() for name in ("postgres", "copy", OWNER, APP)}
        self.programs = server_programs()
        names = ["etcd", "etcd peer", "books", "books direct", "pages"]
        for name in NAMES:
            names += [f"{what} {name}" for what in ("postgres", "patroni", "bouncer", "web")]
        self.ports: dict[str, int] = {}
        while len(set(self.ports.values())) < len(names):
            self.ports = {name: free_port() for name in names}
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._keep_alive, daemon=True)

    # Files

    def write_files(self) -> None:
        self.folder.chmod(0o755)
        for name in ("etcd", "haproxy", *(f"database-{one}" for one in NAMES)):
            self._make(name)
        secret = self._make("program")
        self._run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", secret / "seal_key.pem"])
        pem = self.folder / "haproxy" / "pages.pem"
        self._run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
            + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
            + ["-keyout", secret / "key.pem", "-out", secret / "certificate.pem"]
        )
        pem.write_text((secret / "certificate.pem").read_text() + (secret / "key.pem").read_text())
        (self.folder / "haproxy" / "503.http").write_text(WAITING_ANSWER)
        (self.folder / "haproxy" / "haproxy.cfg").write_text(self._haproxy())
        for name in NAMES:
            home = self.folder / f"database-{name}"
            (home / "patroni.yml").write_text(json.dumps(self._patroni(name), indent=2))
            (home / "users.txt").write_text(f'"{APP}" "{self.passwords[APP]}"\n')
            (home / "pgbouncer.ini").write_text(self._pgbouncer(name))
        self._give_all()

    def _make(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(mode=0o700)
        return path

    def _give_all(self) -> None:
        if not self.user:
            return
        entry = pwd.getpwnam(self.user)
        for name in ("etcd", "haproxy", *(f"database-{one}" for one in NAMES)):
            for path in (self.folder / name, *(self.folder / name).rglob("*")):
                os.chown(path, entry.pw_uid, entry.pw_gid)

    def _run(self, command: list[Any]) -> None:
        subprocess.run([str(word) for word in command], check=True, capture_output=True)

    def _patroni(self, name: str) -> dict[str, Any]:
        home = self.folder / f"database-{name}"
        port, rest = self.ports[f"postgres {name}"], self.ports[f"patroni {name}"]
        secret = self.passwords
        return {
            "scope": "closing",
            "name": name,
            "restapi": {"listen": f"{HOST}:{rest}", "connect_address": f"{HOST}:{rest}"},
            "etcd3": {"host": f"{HOST}:{self.ports['etcd']}"},
            "bootstrap": {
                "dcs": {
                    # What Patroni allows at least: a primary that says nothing is given up after
                    # ``ttl`` seconds.
                    "ttl": 20,
                    "loop_wait": 3,
                    "retry_timeout": 5,
                    "synchronous_mode": True,
                    "postgresql": {
                        "use_pg_rewind": True,
                        "use_slots": True,
                        "parameters": {
                            "max_connections": 120,
                            "shared_buffers": "256MB",
                            "work_mem": "64MB",
                            "max_wal_size": "4GB",
                            "wal_keep_size": "512MB",
                            "wal_log_hints": "on",
                            "synchronous_commit": "on",
                        },
                    },
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
            },
            "postgresql": {
                "listen": f"{HOST}:{port}",
                "connect_address": f"{HOST}:{port}",
                "data_dir": str(home / "data"),
                "bin_dir": str(self.programs),
                "pgpass": str(home / "pgpass"),
                "parameters": {"unix_socket_directories": str(home)},
                "pg_hba": [
                    "host all all 127.0.0.1/32 scram-sha-256",
                    "host replication copy 127.0.0.1/32 scram-sha-256",
                    "local all all scram-sha-256",
                ],
                "authentication": {
                    "superuser": {"username": "postgres", "password": secret["postgres"]},
                    "replication": {"username": "copy", "password": secret["copy"]},
                },
            },
        }

    def _pgbouncer(self, name: str) -> str:
        home = self.folder / f"database-{name}"
        return f"""\
[databases]
{DATABASE} = host={HOST} port={self.ports[f"postgres {name}"]}
[pgbouncer]
listen_addr = {HOST}
listen_port = {self.ports[f"bouncer {name}"]}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {home}/users.txt
; Sessions, not transactions: the workers listen, and the program sets what holds for a session.
pool_mode = session
max_client_conn = 400
default_pool_size = 80
; Before pgbouncer 1.20 the start-up options have to be ignored; the role has them instead.
ignore_startup_parameters = extra_float_digits,options
server_login_retry = 1
server_connect_timeout = 3
query_wait_timeout = 10
pidfile = {home}/pgbouncer.pid
"""

    def _haproxy(self) -> str:
        port = self.ports

        def database(title: str, bound: str, behind: str) -> str:
            servers = "\n".join(
                f"    server {name} {HOST}:{port[f'{behind} {name}']}"
                f" check port {port[f'patroni {name}']}"
                for name in NAMES
            )
            return f"""\
listen {title}
    mode tcp
    bind {HOST}:{port[bound]}
    timeout client 24h
    timeout server 24h
    option httpchk GET /primary
    http-check expect status 200
    default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
"""

        web = "\n".join(f"    server {name} {HOST}:{port[f'web {name}']} check" for name in NAMES)
        return f"""\
global
    maxconn 1000
defaults
    timeout connect 3s
    timeout client 150s
    timeout server 150s
    timeout check 5s
    errorfile 503 {self.folder}/haproxy/503.http
{database("books", "books", "bouncer")}
{database("books_direct", "books direct", "postgres")}
frontend pages
    mode http
    bind {HOST}:{port["pages"]} ssl crt {self.folder}/haproxy/pages.pem
    option http-buffer-request
    http-request set-header X-Forwarded-Proto https
    http-request set-header X-Forwarded-For %[src]
    http-request deny if {{ path /metrics }}
    default_backend web
backend web
    mode http
    balance roundrobin
    option redispatch
    # Whether the process lives, not whether the database does: then its own page says so.
    option httpchk
    http-check send meth GET uri /livez hdr Host localhost
    default-server inter 2s fall 4 rise 1
{web}
"""

    # Processes

    def start_databases(self) -> None:
        etcd, peer = (f"http://{HOST}:{self.ports[name]}" for name in ("etcd", "etcd peer"))
        self._add(
            "etcd",
            ["/usr/bin/etcd", "--name", "only", "--data-dir", str(self.folder / "etcd" / "data")]
            + ["--listen-client-urls", etcd, "--advertise-client-urls", etcd]
            + ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer]
            + ["--initial-cluster", f"only={peer}", "--logger", "zap", "--log-level", "warn"],
        )
        wait_for("etcd answers", 30, lambda: self._get(f"{etcd}/health"))
        for name in NAMES:
            home = self.folder / f"database-{name}"
            self._add(f"patroni {name}", ["/usr/bin/patroni", str(home / "patroni.yml")])
            self._add(f"bouncer {name}", ["/usr/sbin/pgbouncer", str(home / "pgbouncer.ini")])
            if name == NAMES[0]:
                wait_for("the first PostgreSQL is primary", 90, lambda: self.primary() == NAMES[0])
        config = str(self.folder / "haproxy" / "haproxy.cfg")
        self._add("haproxy", ["/usr/sbin/haproxy", "-db", "-q", "-f", config])
        wait_for("the second is its synchronous standby", 120, self.has_synchronous_standby)
        self._watch.start()

    def start_web_machines(self) -> None:
        python = ROOT_PYTHON
        for name in NAMES:
            web = [python, "-m", "gunicorn", "closing_site.wsgi:application", "--preload"]
            web += ["--bind", f"{HOST}:{self.ports[f'web {name}']}", "--workers", "1"]
            web += ["--threads", "4", "--timeout", "120", "--graceful-timeout", "5"]
            web += ["--log-level", "warning", "--no-control-socket"]
            self._add(f"web {name}", web, of_program=True)
            for queue in ("default", "papers"):
                worker = [python, "manage.py", "worker", queue]
                self._add(f"worker {queue} {name}", worker, of_program=True)

    def _add(self, name: str, command: list[str], *, of_program: bool = False) -> None:
        log = self.folder / f"{name.replace(' ', '-')}.log"
        user = None if of_program else self.user
        environment = (
            self.environment() if of_program else {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        )
        self.parts[name] = Part(name, command, log, environment, user)
        self.parts[name].start()

    def environment(self, *, is_owner: bool = False) -> dict[str, str]:
        """The program's own; the owner's address goes past pgbouncer, and to no service."""
        secret = self.folder / "program"
        own = {
            "DATABASE_URL": self._address(APP, "books"),
            "SECRET_KEY": self.passwords[APP] + self.passwords[OWNER],
            "ALLOWED_HOSTS": "localhost",
            "CLOSING_SEAL_KEY_FILE": str(secret / "seal_key.pem"),
            "CLOSING_VAR": str(VAR),
            "TRUSTED_PROXIES": HOST,
            "DEBUG": "0",
            "PATH": f"{Path(ROOT_PYTHON).parent}:{os.environ.get('PATH', os.defpath)}",
            "LC_ALL": "C.UTF-8",
        }
        if is_owner:
            own["DATABASE_OWNER_URL"] = self._address(OWNER, "books direct")
        return own

    def _address(self, role: str, port: str) -> str:
        # A machine without power ends no connection: these settings notice it.
        noticing = "connect_timeout=3&keepalives_idle=5&keepalives_interval=2&keepalives_count=3"
        noticing += "&tcp_user_timeout=10000"
        place = f"{HOST}:{self.ports[port]}/{DATABASE}"
        return f"postgresql://{role}:{self.passwords[role]}@{place}?{noticing}"

    def kill_database(self, name: str) -> None:
        """The whole machine: Patroni first, else it would start PostgreSQL again."""
        self.parts[f"patroni {name}"].kill()
        self._kill_server(name)
        self.parts[f"bouncer {name}"].kill()

    def start_database(self, name: str) -> None:
        for part in ("patroni", "bouncer"):
            self.parts[f"{part} {name}"].start()

    def _kill_server(self, name: str) -> None:
        data = self.folder / f"database-{name}" / "data"
        try:
            pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
            if os.readlink(f"/proc/{pid}/cwd") == str(data):
                os.kill(pid, signal.SIGKILL)
        except (OSError, ValueError):
            return

    def end(self) -> None:
        self._over.set()
        if self._watch.is_alive():
            self._watch.join()
        order = ("web", "worker", "haproxy", "bouncer", "patroni", "etcd")
        for kind in order:
            ended = [part for name, part in self.parts.items() if name.split()[0] == kind]
            for part in ended:
                part.is_wanted = False
                part.signal(signal.SIGTERM)
            for part in ended:
                part.end()
        for name in NAMES:
            self._kill_server(name)

    def _keep_alive(self) -> None:
        while not self._over.wait(WATCH_SECONDS):
            for part in [*self.parts.values()]:
                if part.is_wanted and not part.is_alive():
                    part.restarts += 1
                    part.start()

    # Questions

    def _get(self, url: str) -> bytes:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                read: bytes = answer.read()
                return read
        except OSError:
            return b""

    def cluster(self) -> list[dict[str, Any]]:
        for name in NAMES:
            if found := self._get(f"http://{HOST}:{self.ports[f'patroni {name}']}/cluster"):
                members: list[dict[str, Any]] = json.loads(found)["members"]
                return members
        return []

    def primary(self) -> str:
        for name in NAMES:
            if self._get(f"http://{HOST}:{self.ports[f'patroni {name}']}/primary"):
                return name
        return ""

    def has_synchronous_standby(self) -> bool:
        return any(member["role"] == "sync_standby" for member in self.cluster())

    def switch_over(self, leader: str, candidate: str) -> None:
        body = json.dumps({"leader": leader, "candidate": candidate}).encode()
        url = f"http://{HOST}:{self.ports[f'patroni {leader}']}/switchover"
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()

    def ask(self, query: str, *, database: str = DATABASE, of: str = "") -> list[list[str]]:
        """Rows, as the administrator of the primary. Raises NotShown with what the server said."""
        port = self.ports[f"postgres {of or self.primary()}"]
        done = subprocess.run(
            ["psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
            + ["-h", HOST, "-p", str(port), "-U", "postgres", "-d", database],
            input=query,
            env={"PATH": os.defpath, "PGPASSWORD": self.passwords["postgres"]},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotShown(f"PostgreSQL: {done.stderr.strip()}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def manage(self, *arguments: str, is_owner: bool = False, extra: str = "") -> str:
        """What the program's command prints. Raises NotShown where it refuses."""
        done = subprocess.run(
            [ROOT_PYTHON, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment(is_owner=is_owner), "SHOWN": extra},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = f"{done.stdout[-1500:]}{done.stderr[-1500:]}"
            raise NotShown(f"{' '.join(arguments[:2])}: status {done.returncode}: {said}")
        return done.stdout


VAR = Path(os.environ.get("CLOSING_VAR") or ROOT / "var")
ROOT_PYTHON = str(VAR / "venv" / "bin" / "python")

#: What haproxy says while no web machine lives.
WAITING_ANSWER = """\
HTTP/1.0 503 Service Unavailable\r
Content-Type: text/html; charset=utf-8\r
Cache-Control: no-store\r
Retry-After: 10\r
Connection: close\r
\r
<!doctype html><html lang="en"><title>One moment</title>
<p>The program is being started or moved. Nothing was saved by this request: send it again in a
minute.</p>
<p lang="zh-Hans">程序正在启动或切换，本次请求没有保存任何内容：请一分钟后重新提交。</p></html>
"""
