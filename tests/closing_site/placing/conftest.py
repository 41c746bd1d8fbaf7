"""Two databases, and a company on each (two.py)."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import connections
from django.test import override_settings

from closing_site import placing
from closing_site.companies.actions import change_password
from closing_site.companies.models import User
from tests.closing_site.placing.two import HOMECO, MONTH, NORTH, PASSWORD
from tests.commands import run
from tests.databases import Databases
from tests.stories.books import COMPANY, open_company


@pytest.fixture(scope="module")
def north(django_db_setup: None) -> Iterator[None]:
    """``north`` is a database that the program knows, before any test asks for it."""
    known = connections.settings
    known[NORTH] = {**known["default"], "NAME": "", "OPTIONS": {**known["default"]["OPTIONS"]}}
    yield
    del known[NORTH]
    # What was opened by this thread has the settings of these tests.
    with suppress(AttributeError):
        del connections[NORTH]


@pytest.fixture
def two_databases(transactional_db: None, databases: Databases) -> Iterator[None]:
    """The second is a clone beside this process's own."""
    name = databases.clone()
    connections.settings[NORTH]["NAME"] = name
    try:
        with override_settings(CLOSING_PLACES={NORTH: frozenset({COMPANY.casefold()})}):
            yield
    finally:
        placing.go_back()
        connections[NORTH].close()
        databases.drop(name)


@pytest.fixture
def companies(two_databases: None) -> None:
    """ann works in both; ann and mo have passwords."""
    with placing.at(NORTH):
        open_company()
    made, status = run(
        *("create_company", HOMECO, "--name", "Home", "--currency", "EUR", "--country", "DE"),
        *("--first-period", MONTH, "--member", "ann:finance", "--member", "ida:admin"),
    )
    assert status == 0, made
    for name in ("ann", "mo", "ida"):
        change_password(user=User.objects.get(username=name), password=PASSWORD)
