"""Books with a locked and an open month, made once a module and cloned for each test."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.commands import run
from tests.databases import Databases
from tests.laws.books import CODE, FEBRUARY, REASON, Books, two_months


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


@pytest.fixture
def checkpoint(books: Books, tmp_path: Path) -> Path:
    path = tmp_path / "checkpoint.json"
    told, status = run("export_checkpoint", "--company", CODE, "--output", str(path))
    assert status == 0, told
    return path


@pytest.fixture
def signed(books: Books) -> Books:
    """February, with all five steps signed off: one word from its lock."""
    closed, _status = run(
        *("close_period", FEBRUARY, "--company", CODE, "--as", "ann"),
        *("--defer-exceptions", REASON, "--acknowledge-warnings", REASON),
    )
    assert closed["stopped_at"] == "lock", closed
    return books
