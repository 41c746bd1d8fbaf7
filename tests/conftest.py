"""Fixtures for the whole suite. Their databases are explained in tests/databases.py."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.test import Client, TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker

from closing_site.demo.actions import make_demo
from closing_site.periods.models import Period, PeriodStatus
from reports.pack import pack_of
from tests.databases import Databases
from tests.entering import make_shop
from tests.invoicing.tea import issue_january
from tests.posting import request_as_a_page
from tests.reports.locked import lock_month

#: ``with books_of(name, make):``
BooksOf = Callable[[str, Callable[[], object]], AbstractContextManager[None]]


def pytest_configure() -> None:
    """Hashing as slowly as a real password needs takes a third of a second each time."""
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = [quick, *settings.PASSWORD_HASHERS]


def make_demo_books() -> None:
    make_demo()
    pack_of(Period.objects.filter(status=PeriodStatus.LOCKED).latest("starts_on"))


@pytest.fixture(scope="session")
def databases(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Databases]:
    with django_db_blocker.unblock():
        opened = Databases()
        opened.point_django_at_clone()
    yield opened
    with django_db_blocker.unblock():
        opened.close()


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases) -> Iterator[None]:
    """In place of pytest-django's: a test that commits leaves its clone to be thrown away."""

    def renew(case: TransactionTestCase) -> None:
        databases.renew()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", renew)
        yield


@pytest.fixture(autouse=True, scope="session")
def _forms_of_pages() -> Iterator[None]:
    """A test's client posts as a form of the page does: with the company (tests/posting.py)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", request_as_a_page(Client.request))
        yield


@pytest.fixture(autouse=True, scope="session")
def _nothing_is_slow() -> Iterator[None]:
    """On a busy machine a statement may take long; noting that would be one statement more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CLOSING_SLOW_STATEMENT_MS", 600_000)
        yield


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    """A request leaves its language behind in the thread; the next test begins in English."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def books_of(
    databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> BooksOf:
    """``with books_of("name", make):`` in a module's fixture: the module's tests work in what
    ``make()`` leaves in an empty database, each that commits in a clone of its own. Made once a
    run."""

    @contextmanager
    def opened(name: str, make: Callable[[], object]) -> Iterator[None]:
        with ExitStack() as stack:
            with django_db_blocker.unblock():
                stack.enter_context(databases.with_books(name, make))
            yield

    return opened


@pytest.fixture(scope="module")
def demo_books(books_of: BooksOf) -> Iterator[None]:
    """The demo company's books: company DEMO, five months locked, 2026-10 open, people as in
    closing_site/demo/people.py, its last pack made.

    ``pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_books")]``, or with
    ``transaction=True`` where a browser looks.
    """

    with books_of("demo", make_demo_books):
        yield


@pytest.fixture(scope="module")
def shop_books(books_of: BooksOf) -> Iterator[None]:
    """The small company NW of tests/entering.py, which ``the_shop()`` finds."""
    with books_of("shop", make_shop):
        yield


@pytest.fixture(scope="module")
def january_books(books_of: BooksOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The company of tests/invoicing/tea.py with ``january_invoices()``."""
    with books_of("january", lambda: issue_january(tmp_path_factory.mktemp("january"))):
        yield


@pytest.fixture(scope="module")
def locked_books(books_of: BooksOf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The same company with ``locked_month()``."""
    with books_of("locked", lambda: lock_month(tmp_path_factory.mktemp("locked"))):
        yield


@pytest.fixture
def owner_cursor(
    request: pytest.FixtureRequest, db: None, databases: Databases
) -> Iterator[psycopg.Cursor[Any]]:
    """The owner's own connection to this test's database.

    It commits each statement where the test commits; else all it did is rolled back at the end.
    """
    with databases.connect_owner(autocommit=_commits(request)) as connection:
        yield connection.cursor()
        connection.rollback()


@pytest.fixture
def superuser_cursor(
    request: pytest.FixtureRequest, db: None, databases: Databases
) -> Iterator[psycopg.Cursor[Any]]:
    """As ``owner_cursor``, as the superuser; skips where the server is not our own."""
    with databases.connect_superuser(autocommit=_commits(request)) as connection:
        yield connection.cursor()
        connection.rollback()


def _commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    by_marker = bool(marker and (marker.kwargs.get("transaction") or True in marker.args[:1]))
    return by_marker or bool({"transactional_db", "live_server"} & set(request.fixturenames))
