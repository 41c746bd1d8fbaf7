import pytest
from django.conf import settings as site
from django.test import Client

from closing_site.companies.models import User

pytestmark = pytest.mark.django_db

CHINESE = '<html lang="zh-hans"'
ENGLISH = '<html lang="en"'


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann")


def page(client: Client, path: str = "/", **headers: str) -> str:
    return client.get(path, headers=headers).content.decode()


def test_before_sign_in_the_browser_says_which(client: Client) -> None:
    assert CHINESE in page(client, "/sign-in/", accept_language="zh-CN,zh;q=0.9")
    assert ENGLISH in page(client, "/sign-in/", accept_language="fr")


def test_the_sign_in_page_can_be_switched(client: Client) -> None:
    answer = client.post("/language/", {"language": "zh-hans", "next": "/sign-in/?next=/"})
    assert answer.headers["Location"] == "/sign-in/?next=/"
    assert CHINESE in page(client, "/sign-in/")


def test_what_a_person_chose_follows_them_to_another_browser(client: Client, ann: User) -> None:
    client.force_login(ann)
    client.post("/language/", {"language": "zh-hans"})
    elsewhere = Client()
    elsewhere.force_login(ann)
    assert CHINESE in page(elsewhere, accept_language="en")
    assert CHINESE in page(elsewhere, "/no/such/page", accept_language="en")


#: Django itself is translated into German; we are not.
@pytest.mark.parametrize("language", ["xx", "de"])
def test_a_language_that_there_is_not_changes_nothing(
    client: Client, ann: User, language: str
) -> None:
    client.force_login(ann)
    client.post("/language/", {"language": language})
    ann.refresh_from_db()
    assert ann.language == ""
    assert ENGLISH in page(client)


@pytest.mark.parametrize("language", ["xx", "de"])
def test_a_language_that_is_gone_by_now_does_no_harm(
    client: Client, ann: User, language: str
) -> None:
    User.objects.update(language=language)
    client.force_login(ann)
    assert ENGLISH in page(client)


def test_no_one_is_led_to_another_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_both_languages_are_there() -> None:
    assert [code for code, _ in site.LANGUAGES] == ["en", "zh-hans"]
