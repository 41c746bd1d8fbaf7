"""Started by root, web and worker run as an ordinary user; else one line says why they do not."""

import os
import signal
from pathlib import Path

import pytest

from ops import serve
from ops.postgres import system
from ops.reachable import unusable
from ops.serving_user import serving_user
from tests.ops.conftest import Installation

IS_ROOT = os.geteuid() == 0
of_root = pytest.mark.skipif(not IS_ROOT, reason="only root has anything to drop")


def children_of(parent: int) -> dict[int, str]:
    """Process → its command, of all below it."""
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found |= {int(entry.name): command, **children_of(int(entry.name))}
    return found


@of_root
@pytest.mark.xdist_group("installation")
def test_web_and_workers_of_root_run_as_an_ordinary_user(
    installation: Installation, port: int
) -> None:
    installation.var.chmod(0o755)
    child = installation.start("--port", str(port), "--no-demo")
    try:
        assert child.stdout
        assert f":{port}/" in child.stdout.readline()
        served = {
            process: command
            for process, command in children_of(child.pid).items()
            if "gunicorn" in command or "worker" in command
        }
        assert len(served) >= 5  # the web with its two processes, and two workers
        user = serving_user()
        assert user and user.number not in (0, getattr(system.server_user(), "pw_uid", 0))
        assert {Path(f"/proc/{process}").stat().st_uid for process in served} == {user.number}
        key = installation.var / "seal_key.pem"
        assert (key.stat().st_uid, key.stat().st_mode & 0o777) == (0, 0o640)
        child.send_signal(signal.SIGTERM)
        _out, err = child.communicate(timeout=60)
    finally:
        installation.var.chmod(0o700)
        child.kill()
        child.communicate()
    assert err.count(f"'{user.name}'") == 1


@of_root
def test_what_the_user_cannot_read_keeps_root_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    assert serve.choose_user({"CLOSING_SEAL_KEY_FILE": str(key)}) is None
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert str(key) in told


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
