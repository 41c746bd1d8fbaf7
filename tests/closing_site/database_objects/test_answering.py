"""Whether a server answers is asked without a role that it knows."""

import threading
from pathlib import Path

from django.db import connection
from psycopg.pq import Ping

from closing_site.database_objects.answering import ping, wait_for


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
