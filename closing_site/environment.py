"""Readers of the environment. Each refuses what it cannot use, naming the variable.

django-environ is not used: it takes any unknown word for "false", and its database URLs are not
libpq's (it lower-cases the host, so a socket below a folder with a capital letter is lost).
"""

import os
import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from psycopg import IsolationLevel, ProgrammingError
from psycopg.conninfo import conninfo_to_dict

FLAGS = {"1": True, "true": True, "yes": True, "on": True}
FLAGS |= {"0": False, "false": False, "no": False, "off": False, "": False}

#: A host as Django's ALLOWED_HOSTS takes it: a name, an address, ``.example.com`` or ``*``.
HOST = re.compile(r"\*|\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]")


#: How every connection plans: what is asked for lies in memory or on a disk without a head to move,
#: and compiling a plan costs more than it saves on months. A tenth of the usual sample tells enough
#: of the temporary tables of a run; autovacuum keeps the server's own.
PLANNING = "-c random_page_cost=1.1 -c jit=off -c default_statistics_target=10"
#: Whatever the database or the role has set: no table of somebody else's stands before ours, and a
#: temporary one last.
SEARCH_PATH = "-c search_path=public,pg_temp"


#: Names of this machine, to which nothing needs to be encrypted.
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ConfigurationError(Exception):
    """A sentence naming the variable at fault; manage.py and wsgi.py print it and exit with 2."""


def text(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise ConfigurationError(f"{name} is not set.")
    return value


#: 128 bits as hexadecimal digits; of one sign again and again it is none.
LEAST_SECRET, LEAST_SIGNS = 32, 8


def secret(name: str, *, may_be_weak: bool) -> str:
    """A random text that nobody can guess."""
    value = text(name)
    is_weak = len(value) < LEAST_SECRET or len(set(value)) < LEAST_SIGNS
    if not may_be_weak and (is_weak or value.startswith("django-insecure-")):
        raise ConfigurationError(
            f"{name} is short or easy to guess: with DEBUG=0 it needs {LEAST_SECRET} random signs "
            "or more, as from: openssl rand -hex 32"
        )
    return value


def flag(name: str) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value not in FLAGS:
        raise ConfigurationError(f"{name} must be 1 or 0, not '{value}'.")
    return FLAGS[value]


def hosts(name: str, *, default: list[str]) -> list[str]:
    """Host names separated by commas; required where there is no default."""
    if not os.environ.get(name, "").strip():
        if default:
            return default
        raise ConfigurationError(f"{name} is not set: name the hosts that are served, with commas.")
    found = [host.strip() for host in os.environ[name].split(",") if host.strip()]
    for host in found:
        if not HOST.fullmatch(host):
            raise ConfigurationError(
                f"{name} takes host names without scheme or port, with commas; '{host}' is none."
            )
    return found


def number(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number within bounds."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not re.fullmatch("[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise ConfigurationError(
            f"{name} must be a whole number from {least} to {most}, not '{value}'."
        )
    return int(value)


def names(name: str) -> frozenset[str]:
    """Names with commas; none by default."""
    return frozenset(filter(None, map(str.strip, os.environ.get(name, "").split(","))))


#: In ``networks``: whoever connects through a socket in the file system, and so has no address.
UNIX = "unix"


def networks(name: str) -> tuple[IPv4Network | IPv6Network | str, ...]:
    """Addresses and networks (``10.0.0.0/8``) with commas, and ``unix``; none by default."""
    found: list[IPv4Network | IPv6Network | str] = []
    for part in filter(None, map(str.strip, os.environ.get(name, "").split(","))):
        try:
            found.append(UNIX if part == UNIX else ip_network(part))
        except ValueError as error:
            raise ConfigurationError(
                f"{name} takes addresses and networks with commas, as in 10.0.0.5, 10.1.0.0/16,"
                f" and the word {UNIX}; '{part}' is none: {error}."
            ) from error
    return tuple(found)


def require_secrecy(security: str, *, host: str, user: str) -> None:
    """No password goes over the network as it is."""
    if security == "none" and user and host not in LOOPBACK:
        raise ConfigurationError(
            "EMAIL_SECURITY is none, which would send EMAIL_HOST_PASSWORD to another machine as it"
            " is: set it to starttls or tls."
        )


def folder(name: str, *, default: Path) -> Path:
    path = Path(os.environ.get(name, "").strip() or default)
    if not path.is_absolute():
        raise ConfigurationError(f"{name} must be an absolute path, not '{path}'.")
    if _is_no_folder(path):
        raise ConfigurationError(f"{name} must be a folder; '{path}' is not.")
    return path


def _is_no_folder(path: Path) -> bool:
    """False where nothing is there, or this process may not look."""
    try:
        return path.exists() and not path.is_dir()
    except PermissionError:
        return False


def optional_folder(name: str) -> Path | None:
    """The path of a folder, where one is named. Whether it can be written is asked by who writes
    there: for the web it may lie behind a wall, and a disk that is away stops no page."""
    value = os.environ.get(name, "").strip()
    return folder(name, default=Path(value)) if value else None


def choice(name: str, *, of: tuple[str, ...], default: str) -> str:
    value = os.environ.get(name, "").strip() or default
    if value not in of:
        raise ConfigurationError(f"{name} must be one of {', '.join(of)}, not '{value}'.")
    return value


def seal_key_file(name: str) -> Path:
    """The path of an Ed25519 private key in PEM. It is read here only to know that it can be."""
    path = Path(text(name))
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ConfigurationError(f"{name}: '{path}' cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"{name}: '{path}' holds no private key in PEM.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"{name}: the key in '{path}' is not an Ed25519 private key.")
    return path


#: In CLOSING_DATABASES: a name, the companies that it holds, and its address.
PLACE = re.compile(r"(?P<name>[a-z][a-z0-9_]{0,19}):(?P<codes>[\w.,-]*)=(?P<url>postgres\S+)")
#: Names that mean something else.
NO_PLACES = frozenset({"default", "owner", "home", "each"})
#: The demo's people have passwords, which lie at home.
AT_HOME_ALWAYS = "demo"


#: Of a database that others work without: a machine that lost its power ends no connection.
SOON_LOST = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


@dataclass(frozen=True)
class Place:
    """A database besides the one of DATABASE_URL, and the codes (case-folded) of its companies."""

    codes: frozenset[str]
    database: dict[str, Any]


def places(name: str) -> dict[str, Place]:
    """``north:ACME,TOR=postgresql://role:password@host/database``, one after another with blanks.

    Refuses whatever would split a company's books, or mix up two databases.
    """
    found: dict[str, Place] = {}
    for entry in os.environ.get(name, "").split():
        match = PLACE.fullmatch(entry)
        if match is None:
            # The entry is not repeated: it may hold a password.
            raise ConfigurationError(
                f"{name}: entry {len(found) + 1} has not the form"
                " NAME:CODE,CODE=postgresql://role:password@host/database; the name is of small"
                " letters, digits and _."
            )
        place = match["name"]
        if place in NO_PLACES or place in found:
            raise ConfigurationError(
                f"{name}: '{place}' is taken: give each database a name of its own."
            )
        codes = frozenset(code.casefold() for code in match["codes"].split(",") if code)
        if AT_HOME_ALWAYS in codes:
            raise ConfigurationError(f"{name}: the demo company stays on the first database.")
        for other, known in found.items():
            if twice := sorted(codes & known.codes):
                raise ConfigurationError(
                    f"{name}: {twice[0].upper()} is placed on '{other}' and on '{place}': a"
                    " company's books lie on one database."
                )
        address = {
            **_database(f"{name}: '{place}'", match["url"]),
            # Whoever works elsewhere does not wait long for it.
            "CONN_HEALTH_CHECKS": True,
        }
        for option, value in SOON_LOST.items():
            address["OPTIONS"].setdefault(option, value)
        found[place] = Place(codes, address)
    return found


def place(name: str, known: dict[str, Place]) -> str:
    """The name of the database at which the process begins."""
    value = os.environ.get(name, "").strip() or "home"
    if value not in ("home", *known):
        raise ConfigurationError(
            f"{name}: CLOSING_DATABASES names no database '{value}'; there are:"
            f" {', '.join(('home', *known))}."
        )
    return value


def require_apart(home: dict[str, Any], found: dict[str, Place]) -> None:
    """Two names of one database would show a company's books twice."""
    known = {_where(home): "DATABASE_URL"}
    for place, held in found.items():
        if other := known.get(_where(held.database)):
            raise ConfigurationError(f"CLOSING_DATABASES: '{place}' is the database of {other}.")
        known[_where(held.database)] = f"'{place}'"


def _where(database: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(database[part]) for part in ("HOST", "PORT", "NAME"))


def database(name: str) -> dict[str, Any]:
    """Django's settings for ``postgresql://role:password@host:port/database``, read by libpq.

    Raises ConfigurationError without repeating the value, which may hold a password.
    """
    return _database(name, text(name))


def _database(name: str, url: str) -> dict[str, Any]:
    form = "postgresql://role:password@host:port/database"
    if not url.startswith(("postgresql://", "postgres://")):
        raise ConfigurationError(f"{name} must have the form {form}.")
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ConfigurationError(f"{name} must have the form {form}.") from error
    for part, what in (("user", "role"), ("dbname", "database")):
        if not parts.get(part):
            raise ConfigurationError(f"{name} names no {what}; its form is {form}.")
    if not all(port.isdigit() or not port for port in str(parts.get("port", "")).split(",")):
        raise ConfigurationError(f"{name} has a port that is not a number; its form is {form}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user"),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": {
            **parts,
            "options": f"{parts.get('options', '')} {PLANNING} {SEARCH_PATH}".strip(),
            "isolation_level": IsolationLevel.READ_COMMITTED,
        },
    }
