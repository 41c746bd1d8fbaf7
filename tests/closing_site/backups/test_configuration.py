"""``check_configuration`` names what is wrong, and what to do."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from closing_site import health
from closing_site.backups.configuration import (
    ACCEPTED,
    OK,
    WARNING,
    WRONG,
    checked_configuration,
    open_to_others,
)
from closing_site.companies.models import User
from tests.commands import run

pytestmark = pytest.mark.django_db


def states() -> dict[str, str]:
    return {one.name: one.state for one in checked_configuration()}


def test_what_tests_run_with_is_no_production(settings: Any) -> None:
    settings.DEBUG = True
    told, status = run("check_configuration")
    assert status == 1
    assert {"name": "debug", "state": WRONG}.items() <= told["checks"][0].items()


def test_an_installation_in_order(settings: Any, tmp_path: Path) -> None:
    settings.DEBUG = False
    settings.CLOSING_BACKUP_DIR = tmp_path
    found = states()
    assert found["debug"] == found["seal_key"] == found["rules"] == found["demo"] == OK
    assert found["serving_role"] == found["pg_dump"] == found["backup_folder"] == OK
    assert found["last_backup"] == WARNING
    settings.CLOSING_BACKUP_DIR = tmp_path / "away"
    assert states()["backup_folder"] == WARNING


def test_a_seal_key_open_to_others_is_wrong(settings: Any, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(Path(settings.CLOSING_SEAL_KEY_FILE).read_bytes())
    settings.CLOSING_SEAL_KEY_FILE = key
    key.chmod(0o644)
    assert states()["seal_key"] == WRONG
    key.chmod(0o640)
    assert states()["seal_key"] == OK
    settings.CLOSING_BACKUP_DIR = tmp_path
    assert states()["seal_key"] == WRONG


def test_demo_passwords_are_wrong_in_production(settings: Any) -> None:
    User.objects.create(username="demo", has_demo_password=True)
    settings.DEBUG = False
    assert states()["demo"] == WRONG
    settings.CLOSING_ACCEPTED = {"demo"}
    assert states()["demo"] == ACCEPTED


def test_what_the_books_rest_on_nobody_accepts(settings: Any) -> None:
    settings.DEBUG = True
    settings.CLOSING_ACCEPTED = {"debug", "demo"}
    told, status = run("check_configuration")
    found = {one["name"]: one for one in told["checks"]}
    assert (status, found["debug"]["state"]) == (1, WRONG)
    assert found["acceptance"]["state"] == WRONG
    assert "debug" in found["acceptance"]["says"]
    assert "demo" not in found["acceptance"]["says"]


@pytest.mark.parametrize(
    ("host", "mode", "is_open"),
    [
        ("db.example", "require", True),
        ("localhost,db.example", "", True),
        ("db.example", "verify-full", False),
        ("/var/run/postgresql", "", False),
        ("127.0.0.1", "", False),
    ],
)
def test_the_way_to_the_database_is_checked(host: str, mode: str, is_open: bool) -> None:
    options = {"sslmode": mode} if mode else {}
    assert bool(open_to_others({"HOST": host, "OPTIONS": options})) is is_open
    assert "database_default_secrecy" in states()


def test_without_pg_dump_no_backup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert states()["pg_dump"] == WARNING


def test_start_up_options_that_a_pooler_drops_are_wrong() -> None:
    assert states()["connection_settings"] == OK
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = mine, public")
        found = {one.name: one for one in checked_configuration()}["connection_settings"]
        assert found.state == WRONG
        assert "SET search_path = public, pg_temp" in found.says
        assert "jit" not in found.says


def test_a_role_may_have_the_programs_own_settings(superuser_cursor: Any) -> None:
    superuser_cursor.execute("SELECT current_database()")
    ((database,),) = superuser_cursor.fetchall()
    role = connection.settings_dict["USER"]
    for setting in ("search_path = public, pg_temp", "jit = off", "work_mem = '5MB'"):
        superuser_cursor.execute(f'ALTER ROLE {role} IN DATABASE "{database}" SET {setting}')
    superuser_cursor.connection.commit()
    try:
        assert health.database_settings() == ["work_mem"]
    finally:
        superuser_cursor.execute(f'ALTER ROLE {role} IN DATABASE "{database}" RESET ALL')
        superuser_cursor.connection.commit()
