"""Books with a locked and an open month, made once a module and cloned for each test."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pytest_django import DjangoDbBlocker

from tests.databases import Databases
from tests.laws.books import Books, two_months


@pytest.fixture(scope="module")
def books(
    databases: Databases,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Books]:
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            books = two_months(tmp_path_factory.mktemp("books"))
            stack.enter_context(databases.prepared())
        yield books
