"""Started by root, web and worker run as an ordinary user; else one line says why they do not."""

import os
import time
from pathlib import Path

import pytest

from ops import serve
from ops.places import ROOT, venv
from ops.postgres import cluster, system
from ops.reachable import unusable
from ops.services import Service
from ops.serving_user import ServingUser, serving_user


@pytest.fixture
def user() -> ServingUser:
    found = serving_user()
    if found is None:
        pytest.skip("only root has anything to drop")
    return found


def test_a_service_runs_as_an_ordinary_user_who_reaches_the_database_and_nothing_else(
    user: ServingUser, tmp_path: Path
) -> None:
    tests = cluster.tests()
    told = tmp_path / "told"
    told.touch()
    user.own(told)
    for folder in (tmp_path, *tmp_path.parents):
        folder.chmod(folder.stat().st_mode | 0o011)
    # As web and worker are started; psql is one program that any user of the group may run.
    asked = f"{system.binaries() / 'psql'} -XAtc 'SELECT 1' '{tests.url(cluster.APP, 'postgres')}'"
    refused = f"cat {tests.beside('closing_app.password')} || ls {tests.data}"
    script = f"(id -u; {asked}; ({refused}) && echo open) > {told} 2> /dev/null; sleep 60"
    service = Service("test", ["/bin/sh", "-c", script], {"PATH": os.defpath}, None, user)
    service.start()
    try:
        deadline = time.monotonic() + 20
        while told.read_text().count("\n") < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.2)
    finally:
        service.ask_to_end()
        service.wait_for_end(time.monotonic() + 10)
    assert told.read_text().split() == [str(user.number), "1"]
    server = system.server_user()
    assert server
    assert user.number not in (0, server.pw_uid)


def test_the_launchers_seal_key_is_read_and_not_written_by_them(
    user: ServingUser, tmp_path: Path
) -> None:
    key = tmp_path / "seal_key.pem"
    key.touch(mode=0o600)
    user.let_read(key)
    found = key.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (0, user.group, 0o640)


def test_what_the_user_cannot_read_keeps_root_and_is_named(
    user: ServingUser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    unreadable = user.unreadable([ROOT, venv()], []) or str(key)
    assert serve.choose_user({"CLOSING_SEAL_KEY_FILE": str(key)}) is None
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert unreadable in told


def test_an_ordinary_user_stays_and_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert serve.choose_user({}) is None
    assert capsys.readouterr().err == ""


def test_the_first_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "read").touch()
    assert [*unusable(f"read:{tmp_path}"), *unusable(f"write:{tmp_path}")] == []
    away = tmp_path / "away"
    assert [*unusable(f"read:{away}")] == [*unusable(f"write:{away}")] == [str(away)]
