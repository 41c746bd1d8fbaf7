"""What the launcher does where a service dies."""

import sys

import pytest

from ops import services
from ops.errors import SetupError
from ops.services import Service


def died(*, is_needed: bool) -> Service:
    refusing = [sys.executable, "-c", "import sys; sys.exit(2)"]
    one = Service("worker of north", refusing, {}, None, None, is_needed=is_needed)
    one.start()
    assert one.process
    assert one.process.wait(timeout=30) == 2
    return one


def test_one_that_cannot_run_ends_all() -> None:
    with pytest.raises(SetupError):
        died(is_needed=True).keep_alive()


def test_without_one_of_another_database_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    one = died(is_needed=False)
    before = one.process
    one.keep_alive()
    assert one.process is before  # not at once
    monkeypatch.setattr(services, "PAUSE_SECONDS", 0)
    for _ in range(services.DEATHS + 1):
        one.keep_alive()
        assert one.process is not before
        before = one.process
        assert before
        before.wait(timeout=30)
