"""The quick ones of ``./run torture security``: each tries a lot, and nothing goes through."""

import pytest

from tests.torture.attack import Tried
from tests.torture.security import ATTACKS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("foreign_books")]


@pytest.mark.parametrize(("name", "least"), [("statements", 800), ("forgeries", 100)])
def test_nothing_goes_through(name: str, least: int) -> None:
    tried = Tried()
    assert list(ATTACKS[name](tried)) == []
    assert tried.total() >= least
