"""The demo company's books beside those of another company, in each what every page needs."""

from collections.abc import Iterator

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


@pytest.fixture(scope="module")
def foreign_books(
    demo_books: None, books_of: BooksOf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """None of the demo company's people belongs to the other company, FOREIGN."""

    def make() -> None:
        make_foreign(tmp_path_factory.mktemp("foreign"))
        # The demo company has none.
        demo = Company.objects.get(code="DEMO")
        add_member(company=demo, username="cashier", role=Role.CASHIER, by="finance")
        for company, by in (("DEMO", "finance"), (FOREIGN, "stranger")):
            make_upload(company, by)
            make_invitation(company, by)
            make_support_request(company)

    with books_of("foreign", make):
        yield
