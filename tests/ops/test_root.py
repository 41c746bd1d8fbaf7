"""Whoever starts everything as root is told so, in one line."""

import os

import pytest

from ops.serve import warn_of_root


@pytest.mark.parametrize(("user", "lines"), [(0, 1), (1000, 0)])
def test_root_is_warned_in_one_line(
    user: int, lines: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    warn_of_root()
    assert capsys.readouterr().err.count("\n") == lines
