import stat
from pathlib import Path

import pytest

from closing_site import environment
from ops import secrets


def test_secrets_are_kept_and_readable_by_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOSING_VAR", str(tmp_path))
    assert secrets.secret_key() == secrets.secret_key()
    for path in (tmp_path / "secret_key", secrets.seal_key_file()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_seal_key_is_one_that_the_program_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOSING_VAR", str(tmp_path))
    monkeypatch.setenv("CLOSING_SEAL_KEY_FILE", str(secrets.seal_key_file()))
    assert environment.seal_key_file("CLOSING_SEAL_KEY_FILE") == tmp_path / "seal_key.pem"
