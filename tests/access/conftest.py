"""The demo company's books beside those of another company, in each what every page needs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from closing_site.companies.actions import add_member
from closing_site.companies.models import Company, Role
from tests.access.addresses import (
    FOREIGN,
    make_foreign,
    make_invitation,
    make_support_request,
    make_upload,
)
from tests.conftest import BooksOf


def make_foreign_books(folder: Path) -> None:
    """In the demo company's books; none of its people belongs to the other company, FOREIGN."""
    make_foreign(folder)
    # The demo company has none.
    demo = Company.objects.get(code="DEMO")
    add_member(company=demo, username="cashier", role=Role.CASHIER, by="finance")
    for company, by in (("DEMO", "finance"), (FOREIGN, "stranger")):
        make_upload(company, by)
        make_invitation(company, by)
        make_support_request(company)


@pytest.fixture(scope="module")
def foreign_books(
    demo_books: None, books_of: BooksOf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with books_of("foreign", lambda: make_foreign_books(tmp_path_factory.mktemp("foreign"))):
        yield
