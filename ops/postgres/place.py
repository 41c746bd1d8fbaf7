"""Where one server lies, and how to reach it."""

import hashlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ops.errors import SetupError
from ops.places import server_home
from ops.postgres import system
from ops.secrets import password

PORT = 5432
SUPERUSER = "postgres"

#: The kernel's limit for the path of a socket is 107 bytes.
LONGEST_SOCKET_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}")


@dataclass(frozen=True)
class Place:
    name: str

    @property
    def folder(self) -> Path:
        """Of the folders that servers write in."""
        return server_home()

    @property
    def home(self) -> Path:
        """What the server itself may write."""
        return self.folder / self.name

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def socket(self) -> Path:
        """The folder of the socket; a short one in /tmp where the checkout lies too deep."""
        folder = self.home / "socket"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        return Path("/tmp") / f"closing-{os.geteuid()}-{name}"

    @property
    def log(self) -> Path:
        return self.beside("log")

    def beside(self, suffix: str) -> Path:
        """A file of the launcher's about this server, where the server's user cannot write."""
        return server_home() / f"{self.name}.{suffix}"

    def password(self, role: str) -> str:
        return password(self.beside(f"{role}.password"))

    def url(self, role: str, database: str) -> str:
        socket = quote(str(self.socket), safe="")
        return f"postgresql://{role}:{self.password(role)}@{socket}:{PORT}/{database}"

    def sql(self, statements: str, database: str = SUPERUSER) -> str:
        """What psql prints for these statements, run as the superuser.

        Raises SetupError with what the server said.
        """
        done = self._psql(statements, database)
        if done.returncode:
            raise SetupError(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def answers(self) -> bool:
        return self._psql("SELECT 1", SUPERUSER).returncode == 0

    def _psql(self, statements: str, database: str) -> subprocess.CompletedProcess[str]:
        secret = {"PGPASSWORD": self.password(SUPERUSER), "PGCONNECT_TIMEOUT": "10"}
        command = [str(system.binaries() / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", str(self.socket), "-p", str(PORT), "-U", SUPERUSER, "-d", database]
        return subprocess.run(
            command,
            input=statements,
            env={"PATH": os.defpath, "LC_ALL": "C", **secret},
            capture_output=True,
            text=True,
            check=False,
        )
