"""Law 13: a row keeps its key and its company; an update that changed them would leave no trace."""

import pytest
from django.db import IntegrityError, ProgrammingError

from closing_site.database_objects.declarations import keyed_tables
from closing_site.laws import Keyed
from tests.laws.books import Books, execute, rows

pytestmark = pytest.mark.django_db

REFUSED = (IntegrityError, ProgrammingError)
#: What the role that serves only reads.
MAY_NOT = "permission denied"
#: Rows that change in nothing.
STAYS = "is final|only grows|is locked|stays as it is|sign again|ask again|keeps its days"
TABLES = sorted(keyed_tables(), key=lambda keyed: keyed.table)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("companies_membership", "role = 'admin'"),
        ("companies_user", "password = 'x'"),
        ("payments_payment", "amount = amount + 1"),
    ],
)
def test_no_update_leaves_without_an_entry(books: Books, table: str, change: str) -> None:
    """Today's example: the key moves with the value, and before and after never meet."""
    with pytest.raises(IntegrityError, match=f"A row of {table} keeps its key"):
        execute(f"UPDATE {table} SET id = id + 100000, {change}")


@pytest.mark.parametrize("keyed", TABLES, ids=lambda keyed: keyed.table)
def test_no_update_names_the_key(books: Books, keyed: Keyed) -> None:
    with pytest.raises(REFUSED, match=f"keeps its key|{MAY_NOT}"):
        execute(f"UPDATE {keyed.table} SET {keyed.key} = {keyed.key} WHERE false")


def test_no_row_goes_to_another_company(books: Books) -> None:
    other = Books.begin(books.folder, code="OTHER").company.pk
    for keyed in TABLES:
        if keyed.has_company and rows(f"SELECT FROM {keyed.table} LIMIT 1"):
            with pytest.raises(REFUSED, match=f"keeps its company|{MAY_NOT}|{STAYS}"):
                execute(f"UPDATE {keyed.table} SET company_id = {other}")
