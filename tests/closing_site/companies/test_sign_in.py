import pytest
from django.test import Client
from pytest_django import Settings

from closing_site.companies.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long sentence of words"


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann", password=PASSWORD)


def attempt(client: Client, password: str, address: str = "192.0.2.1", next_page: str = "") -> int:
    answer = client.post(
        "/sign-in/",
        {"username": "ann", "password": password, "next": next_page},
        REMOTE_ADDR=address,
    )
    client.location = answer.headers.get("Location")  # type: ignore[attr-defined]
    return answer.status_code


def test_a_person_signs_in_goes_where_they_wanted_and_signs_out(client: Client, ann: User) -> None:
    assert attempt(client, PASSWORD, next_page="/?company=NW") == 302
    assert client.location == "/?company=NW"  # type: ignore[attr-defined]
    assert client.get("/").status_code == 200
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302


def test_no_one_is_led_to_another_site(client: Client, ann: User) -> None:
    attempt(client, PASSWORD, next_page="https://evil.example/")
    assert client.location == "/"  # type: ignore[attr-defined]


def test_a_link_alone_signs_no_one_out(client: Client, ann: User) -> None:
    client.force_login(ann)
    assert client.get("/sign-out/").status_code == 405


def test_who_is_signed_in_already_goes_on(client: Client, ann: User) -> None:
    client.force_login(ann)
    assert client.get("/sign-in/").headers["Location"] == "/"


def test_without_a_password_no_one_signs_in(client: Client) -> None:
    user = User(username="ann")
    user.set_unusable_password()
    user.save()
    for password in ("", "!", user.password):
        assert attempt(client, password) == 200
    assert client.get("/").status_code == 302


def test_after_five_wrong_passwords_the_right_one_has_to_wait(
    client: Client, ann: User, settings: Settings
) -> None:
    answers = [attempt(client, "wrong") for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert answers == [200, 200, 200, 200, 429]
    assert attempt(client, PASSWORD) == 429
    page = client.post(
        "/sign-in/", {"username": "ann", "password": PASSWORD}, REMOTE_ADDR="192.0.2.1"
    )
    assert "Wait 15 minutes" in page.content.decode()


def test_elsewhere_the_same_person_is_let_in(client: Client, ann: User) -> None:
    for _ in range(5):
        attempt(client, "wrong")
    assert attempt(client, PASSWORD, address="192.0.2.2") == 302


def test_a_form_from_another_site_is_refused(ann: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert attempt(client, PASSWORD) == 403
