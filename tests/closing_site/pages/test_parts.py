"""The page of all parts, in both languages and every theme."""

import re

import pytest
from django.test import Client

from closing_site.companies.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> User:
    user = User.objects.create_user("ann", is_staff=True)
    client.force_login(user)
    return user


def test_others_do_not_find_it(client: Client) -> None:
    assert client.get("/parts/").status_code == 302
    client.force_login(User.objects.create_user("bob"))
    assert client.get("/parts/").status_code == 404


def test_who_may_open_it_finds_it_in_the_menu(client: Client, staff: User) -> None:
    assert 'href="/parts/"' in client.get("/").content.decode()
    client.force_login(User.objects.create_user("bob"))
    assert 'href="/parts/"' not in client.get("/").content.decode()


@pytest.mark.parametrize(("language", "said"), [("en", "Findings"), ("zh-hans", "检查结果")])
def test_every_part_is_drawn_in_both_languages(
    client: Client, staff: User, language: str, said: str
) -> None:
    User.objects.update(language=language)
    page = client.get("/parts/").content.decode()
    assert said in page
    for part in ("figures", "timeline", "list-table", "findings", "chart", "form", "progress-part"):
        assert re.search(rf'class="{part}[ "]', page), part
    assert " style=" not in page


@pytest.mark.parametrize(
    ("theme", "media"),
    [("system", "screen and (prefers-color-scheme: dark)"), ("dark", "screen"), ("light", None)],
)
def test_a_person_s_theme_decides_which_colours_hold(
    client: Client, staff: User, theme: str, media: str | None
) -> None:
    answer = client.post("/theme/", {"theme": theme, "next": "/parts/"})
    assert answer.headers["Location"] == "/parts/"
    page = client.get("/parts/").content.decode()
    assert f'data-bs-theme="{theme}"' in page
    found = re.search(r'dark\.css"\s+media="([^"]+)"', page)
    assert (found[1] if found else None) == media


def test_a_theme_that_there_is_not_changes_nothing(client: Client, staff: User) -> None:
    client.post("/theme/", {"theme": "pink"})
    staff.refresh_from_db()
    assert staff.theme == "system"


def test_before_sign_in_the_system_decides(client: Client) -> None:
    assert 'data-bs-theme="system"' in client.get("/sign-in/").content.decode()
