"""``check_configuration`` names what is wrong, and what to do."""

from pathlib import Path
from typing import Any

import pytest

from closing_site.backups.configuration import OK, WARNING, WRONG, checked_configuration
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


def test_without_pg_dump_no_backup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert states()["pg_dump"] == WARNING
