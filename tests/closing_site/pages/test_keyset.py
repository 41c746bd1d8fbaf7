"""Pages by key: every row once, in order, forwards and back."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from closing_site.companies.models import User
from closing_site.pages.keyset import page_of
from tests.closing_site.pages.people import make_people

pytestmark = pytest.mark.django_db

SORTS = ["username", "-username", "first_name", "-first_name", "last_login", "-last_login"]
SIZE = 3


def query(turn: dict[str, str]) -> QueryDict:
    asked = QueryDict(mutable=True)
    asked.update(turn)
    return asked


def in_order(sort: str) -> list[str]:
    """As PostgreSQL sorts, all at once."""
    second = "-pk" if sort.startswith("-") else "pk"
    return [user.username for user in User.objects.order_by(sort, second)]


def forwards(sort: str) -> list[list[str]]:
    pages: list[list[str]] = []
    turn: dict[str, str] = {}
    while True:
        page = page_of(User.objects.all(), sort, query(turn), SIZE)
        pages.append([user.username for user in page.rows])
        if page.next is None:
            return pages
        turn = page.next


@pytest.mark.parametrize("sort", SORTS)
def test_every_row_is_on_one_page_in_order(sort: str) -> None:
    make_people()
    pages = forwards(sort)
    assert [name for page in pages for name in page] == in_order(sort)
    assert [len(page) for page in pages] == [3, 3, 3, 2]


@pytest.mark.parametrize("sort", SORTS)
def test_the_way_back_shows_the_same_pages(sort: str) -> None:
    make_people()
    pages = forwards(sort)
    turn: dict[str, str] | None = {}
    while turn is not None:
        last = page_of(User.objects.all(), sort, query(turn), SIZE)
        turn = last.next
    back = [[user.username for user in last.rows]]
    while last.previous is not None:
        last = page_of(User.objects.all(), sort, query(last.previous), SIZE)
        back.append([user.username for user in last.rows])
    assert back[::-1] == pages
    assert last.next is not None


def test_a_row_that_comes_or_goes_moves_no_other_to_a_second_page() -> None:
    make_people()
    first = page_of(User.objects.all(), "username", query({}), SIZE)
    User.objects.create(username="a000")
    User.objects.filter(username="p0001").delete()
    assert first.next is not None
    second = page_of(User.objects.all(), "username", query(first.next), SIZE)
    assert [user.username for user in second.rows] == ["p0003", "p0004", "p0005"]


@pytest.mark.parametrize("token", ["", "x", "WzFd", "bm9uc2Vuc2U", "W251bGwsICJ4Il0", "é"])
def test_a_mark_that_is_nonsense_gives_the_first_page(token: str) -> None:
    make_people()
    page = page_of(User.objects.all(), "last_login", query({"after": token}), SIZE)
    assert [user.username for user in page.rows] == in_order("last_login")[:SIZE]
    assert page.previous is None


def test_a_page_is_found_by_one_comparison_of_rows() -> None:
    """``(key, id) > (…, …)`` is what an index on both answers at once."""
    make_people(3)
    asked = query(page_of(User.objects.all(), "username", query({}), 1).next or {})
    with CaptureQueriesContext(connection) as captured:
        page_of(User.objects.all(), "username", asked, 1)
    (statement,) = [found["sql"] for found in captured.captured_queries]
    assert '("companies_user"."username", "companies_user"."id") > (' in statement
    assert " OR " not in statement
    assert "OFFSET" not in statement
