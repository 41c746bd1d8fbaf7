"""Whether a server answers, asked without signing in."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

#: Django's names of what libpq calls otherwise. Who asks is told all the same without a role.
_NAMES: Final = {"HOST": "host", "PORT": "port"}
#: Of the options of an address, those that say how the server is reached.
_WAYS: Final = ("hostaddr", "connect_timeout", "sslmode", "sslrootcert", "sslcert", "sslkey")
#: Where the address names none: a machine that is away must not hold the question for minutes.
_SECONDS: Final = 5
_BETWEEN: Final = 1


def ping(database: Mapping[str, Any]) -> Ping:
    """What libpq learns of the server of Django's ``database``. REJECT: it is still starting."""
    parts: dict[str, Any] = {"connect_timeout": _SECONDS}
    parts |= {libpq: str(database[name]) for name, libpq in _NAMES.items() if database.get(name)}
    given = database.get("OPTIONS", {})
    parts |= {name: given[name] for name in _WAYS if name in given}
    return Ping(PGconn.ping(make_conninfo("", **parts).encode()))


def wait_for(database: Mapping[str, Any], name: str, *, say: Callable[[str], object]) -> None:
    """Until the server answers, also if only to refuse: what is wrong then is said by who connects.
    That it is waited for is said once, with the ``name`` of its address."""
    is_said = False
    while (answer := ping(database)) in (Ping.REJECT, Ping.NO_RESPONSE):
        if not is_said:
            what = "is still starting" if answer == Ping.REJECT else "does not answer yet"
            say(f"{name}: the server {what}: waiting for it.")
            is_said = True
        time.sleep(_BETWEEN)
