"""What ``prepare_database`` asks of a server before it changes anything."""

import threading
from pathlib import Path

import pytest
from django.db import connection, connections
from psycopg import sql
from psycopg.pq import Ping

from closing_site.companies.management.commands.prepare_database import refuse_encoding
from closing_site.database_objects.answering import ping, wait_for
from closing_site.environment import ConfigurationError
from tests.databases import Databases


def test_a_server_answers_whoever_asks_and_one_that_comes_later_is_waited_for(
    tmp_path: Path,
) -> None:
    known = connection.settings_dict
    assert ping({**known, "USER": "nobody", "PASSWORD": ""}) == Ping.OK

    socket = f".s.PGSQL.{known['PORT']}"
    later = {"HOST": str(tmp_path), "PORT": known["PORT"]}
    assert ping(later) == Ping.NO_RESPONSE

    said: list[str] = []
    arrival = threading.Timer(1.5, (tmp_path / socket).symlink_to, [Path(known["HOST"]) / socket])
    arrival.start()
    wait_for(later, "DATABASE_URL", say=said.append)
    assert ping(later) == Ping.OK
    assert len(said) == 1


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_database_that_counts_bytes_is_refused(databases: Databases) -> None:
    refuse_encoding(connections["owner"], "NAME")
    name = f"{connection.settings_dict['NAME']}_bytes"
    bytewise = connections["owner"].copy("bytewise")
    bytewise.settings_dict["NAME"] = name
    with databases.connect_superuser(autocommit=True) as superuser:
        words = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'"
        superuser.execute(sql.SQL(words).format(sql.Identifier(name)))
        try:
            with pytest.raises(ConfigurationError, match=r"^NAME: .* SQL_ASCII"):
                refuse_encoding(bytewise, "NAME")
        finally:
            bytewise.close()
            superuser.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
