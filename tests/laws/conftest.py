"""Books with a locked and an open month, made once a run and cloned for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import run
from tests.conftest import BooksOf
from tests.laws.books import CODE, FEBRUARY, REASON, Books, two_months


@pytest.fixture(scope="module")
def books(books_of: BooksOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with books_of("months", lambda: two_months(tmp_path_factory.mktemp("months"))):
        yield Books(tmp_path_factory.mktemp("books"))


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
