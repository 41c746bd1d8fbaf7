"""A list's page: filter, sort, pages, count, columns, and files of what the filter shows."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from closing_site.companies.models import TablePreference, User
from tests.closing_site.pages.people import make_people, reader, shown
from tests.sql_counts import assert_sql_count

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("people_pages")]


def link(answer: Any, rel: str) -> str:
    found = re.search(rf'rel="{rel}"\s+href="([^"]+)"', answer.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


def lines(answer: Any) -> list[list[str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


def cells(answer: Any) -> list[list[Any]]:
    file = io.BytesIO(b"".join(answer.streaming_content))
    return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()


def test_one_turns_the_pages_of_what_a_filter_shows(client: Client) -> None:
    reader(client)
    make_people(20)
    first = client.get("/people/?first_name=n1&sort=-username")
    assert shown(first) == ["p0019", "p0016", "p0013", "p0010"]
    assert link(first, "prev") == ""
    second = client.get(link(first, "next"))
    assert shown(second) == ["p0007", "p0004", "p0001"]
    assert link(second, "next") == ""
    assert shown(client.get(link(second, "prev"))) == shown(first)


def test_a_sort_that_there_is_not_is_passed_over(client: Client) -> None:
    reader(client)
    names = make_people(3)
    for sort in ("password", "email", "-x", "--username"):
        assert shown(client.get(f"/people/?sort={sort}")) == names


def test_each_filter_that_is_on_can_be_taken_off(client: Client) -> None:
    reader(client)
    make_people()
    page = client.get("/people/?first_name=n1&search=p&sort=-username").content.decode()
    assert 'href="/people/?search=p&amp;sort=-username"' in page
    assert 'href="/people/?first_name=n1&amp;sort=-username"' in page
    assert 'href="/people/?sort=-username"' in page


def test_the_count_stops_at_a_thousand(client: Client) -> None:
    reader(client)
    make_people(1_000)
    assert "1,000 found" in client.get("/people/").content.decode()
    User.objects.create(username="p9999")
    assert "1,000+ found" in client.get("/people/").content.decode()


def test_nothing_found_says_so_and_offers_to_clear(client: Client) -> None:
    reader(client)
    page = client.get("/people/?first_name=none").content.decode()
    assert "Nothing matches these filters." in page
    assert "There is nothing here yet." in client.get("/people/").content.decode()


def test_columns_are_kept_for_a_person(client: Client) -> None:
    user = reader(client)
    make_people(1)
    assert 'data-title="Address"' not in client.get("/people/").content.decode()
    chosen = {"table": "people", "columns": ["email", "username", "gone"], "next": "/people/?a=1"}
    assert client.post("/columns/", chosen).headers["Location"] == "/people/?a=1"
    page = client.get("/people/").content.decode()
    assert re.findall(r'data-title="(\w+)"', page) == ["Name", "Address"]
    client.post("/columns/", {"table": "people", "next": "https://evil.example/"})
    assert not TablePreference.objects.filter(user=user).exists()
    assert 'data-title="Address"' not in client.get("/people/").content.decode()


def test_only_the_list_is_sent_where_only_it_changes(client: Client) -> None:
    reader(client)
    make_people(1)
    asked = {"HX-Request": "true", "HX-Target": "list"}
    part = client.get("/people/", headers=asked)
    assert "<html" not in part.content.decode()
    assert shown(part) == ["p0000"]
    assert "HX-Request" in part.headers["Vary"]
    back = client.get("/people/", headers={**asked, "HX-History-Restore-Request": "true"})
    assert "<html" in back.content.decode()


def test_a_file_holds_all_that_the_filter_shows(client: Client) -> None:
    reader(client)
    make_people(20)
    wanted = ["p0019", "p0016", "p0013", "p0010", "p0007", "p0004", "p0001"]
    asked = "/people/?first_name=n1&sort=-username&export="
    titles, *rows = lines(client.get(asked + "csv"))
    assert titles == ["Name", "First name", "Seen"]
    assert [row[0] for row in rows] == wanted
    assert rows[0][2] == "2026-06-02 00:00:00"
    answer = client.get(asked + "xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="people.xlsx"'
    assert [row[0] for row in cells(answer)] == ["Name", *wanted]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_file_is_a_formula(client: Client, sign: str) -> None:
    reader(client)
    text = f"{sign}1+1"
    User.objects.create(username="p1", first_name=text)
    assert lines(client.get("/people/?export=csv"))[1][1] == f"'{text}"
    assert cells(client.get("/people/?export=xlsx"))[1][1].strip() == text.strip()


def test_what_people_write_is_shown_as_they_wrote_it(client: Client) -> None:
    reader(client)
    User.objects.create(username="p1", first_name="<b>bold</b>")
    assert "&lt;b&gt;bold&lt;/b&gt;" in client.get("/people/").content.decode()


def test_a_page_asks_as_few_questions_however_many_rows(client: Client) -> None:
    reader(client)
    make_people(50)
    with assert_sql_count("a list"):
        client.get("/people/?first_name=n1&sort=last_login")
