"""Companies on two databases: SHOP's books lie on ``north``, HOMECO's at home."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connections
from django.test import Client
from django.urls import reverse

from closing_site import placing, sql
from ops.places import ROOT
from tests.databases import Databases
from tests.stories.books import COMPANY, import_files, import_parties, payments, sales

NORTH, HOMECO = "north", "HOMECO"
PASSWORD = "correct horse battery"
MONTH = "2025-01"


def signed_in(name: str) -> Client:
    client = Client()
    answer = client.post(reverse("sign_in"), {"username": name, "password": PASSWORD})
    assert answer.status_code == HTTPStatus.FOUND
    return client


def rows(table: str) -> int:
    return int(sql.value(f"SELECT count(*) FROM {table}"))


def trade(tmp_path: Path) -> None:
    import_parties(tmp_path)
    import_files(
        tmp_path,
        **sales("S1 ACME 2025-01-10 119.00", "S2 BETA 2025-01-20 238.00"),
        **payments("P1,ACME,2025-01-25,119.00,S1"),
    )


def environment_of(databases: Databases, north: str = "") -> dict[str, str]:
    """What an operator sets for a process of its own. ``north``: another database in its place."""
    north = north or str(connections.settings[NORTH]["NAME"])
    return {
        **os.environ,
        "DATABASE_URL": _url("default", databases.name),
        "DATABASE_OWNER_URL": _url("owner", databases.name),
        "CLOSING_DATABASES": f"{NORTH}:{COMPANY}={_url('default', north)}",
        "CLOSING_OWNER_DATABASES": f"{NORTH}:={_url('owner', north)}",
    }


def _url(alias: str, name: str) -> str:
    held: dict[str, Any] = {**connections[alias].get_connection_params()}
    parts = {key: held[key] for key in ("host", "port", "user", "password") if held.get(key)}
    query = "&".join(f"{key}={quote(str(value), safe='')}" for key, value in parts.items())
    return f"postgresql:///{name}?{query}"


def as_process(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """``manage.py ARGUMENTS``, as a process of its own."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@contextmanager
def second_is(other: str) -> Iterator[None]:
    """Another database of this name stands in the place of the second."""
    known = connections.settings[NORTH]
    name = known["NAME"]
    connections[NORTH].close()
    known["NAME"] = other
    placing._not_before.clear()
    try:
        yield
    finally:
        connections[NORTH].close()
        known["NAME"] = name
        placing._not_before.clear()


def away() -> AbstractContextManager[None]:
    """The second does not answer."""
    return second_is("closing_test_that_is_not")
