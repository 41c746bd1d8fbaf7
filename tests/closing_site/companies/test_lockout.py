"""Wrong passwords: whom they lock out, how long, and that they tell nothing."""

from datetime import timedelta
from typing import ClassVar

import pytest
import time_machine
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from closing_site.companies.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long sentence of words"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.9"


@pytest.fixture(autouse=True)
def ann() -> User:
    return User.objects.create_user("ann", password=PASSWORD)


def attempt(name: str, password: str, address: str = HERE) -> int:
    sent = {"username": name, "password": password}
    return Client().post("/sign-in/", sent, REMOTE_ADDR=address).status_code


def test_attempts_during_a_lock_do_not_prolong_it() -> None:
    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        for _ in range(5):
            attempt("ann", "wrong")
        for minute in (4, 8, 14):
            clock.move_to(begun + timedelta(minutes=minute))
            assert attempt("ann", "wrong") == 429
            assert attempt("ann", PASSWORD) == 429
        clock.move_to(begun + timedelta(minutes=15, seconds=1))
        assert attempt("ann", PASSWORD) == 302


def test_one_password_over_many_names_is_stopped(settings: Settings) -> None:
    """Names that no one has count like the others."""
    most = settings.LOCKOUT_NAMES_PER_ADDRESS
    tried = [attempt(f"name{place}", "Winter2026") for place in range(most + 1)]
    assert tried[: most - 1] == [200] * (most - 1)
    assert tried[-2:] == [429, 429]
    assert attempt("ann", "Winter2026") == 429
    assert attempt("ann", PASSWORD, ELSEWHERE) == 302


def test_success_with_an_own_name_gives_no_further_names(settings: Settings) -> None:
    for place in range(settings.LOCKOUT_NAMES_PER_ADDRESS):
        attempt(f"name{place}", "Winter2026")
        if place == 3:
            assert attempt("ann", PASSWORD) == 302
    assert attempt("another", "Winter2026") == 429


def test_one_name_tried_from_many_addresses_is_locked_but_where_its_owner_was(
    settings: Settings,
) -> None:
    assert attempt("ann", PASSWORD, ELSEWHERE) == 302
    for place in range(settings.LOCKOUT_FAILURES_PER_NAME):
        attempt("ann", "wrong", f"203.0.113.{place // 4}")
    assert attempt("ann", PASSWORD, "203.0.113.200") == 429
    assert attempt("ann", PASSWORD, ELSEWHERE) == 302


def test_a_forged_header_gives_no_new_attempts() -> None:
    for place in range(6):
        sent = {"username": "ann", "password": "wrong"}
        headers = {"X-Forwarded-For": f"203.0.113.{place}"}
        answer = Client().post("/sign-in/", sent, REMOTE_ADDR=HERE, headers=headers)
    assert answer.status_code == 429


def test_the_old_password_is_guessed_no_more_often_than_at_the_door(ann: User) -> None:
    client = Client()
    client.force_login(ann)
    new = "three blue boats"
    sent = {"new_password1": new, "new_password2": new}
    tried = [
        client.post("/preferences/", {**sent, "old_password": "wrong"}).status_code
        for _ in range(5)
    ]
    assert tried == [200, 200, 200, 200, 429]
    assert client.post("/preferences/", {**sent, "old_password": PASSWORD}).status_code == 429
    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)


def test_the_admin_has_no_second_door(ann: User) -> None:
    User.objects.filter(pk=ann.pk).update(is_staff=True)
    client = Client()
    sent = {"username": "ann", "password": PASSWORD}
    assert client.post("/admin/login/", sent).headers["Location"] == "/sign-in/"
    client.force_login(ann)
    assert client.post("/admin/password_change/", {}).headers["Location"] == "/preferences/"


class CountingHasher(PBKDF2PasswordHasher):
    """It counts what it hashes."""

    algorithm = "counting"
    iterations = 1
    hashed: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        self.hashed.append(password)
        return super().encode(password, salt, iterations)


def test_no_one_learns_who_exists(ann: User, settings: Settings) -> None:
    """Same page, same status, same work for a wrong password, an unknown name, one who may not sign
    in, and one without a password."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    for name in ("ann", "gone"):
        User.objects.filter(username=name).delete()
        User.objects.create_user(name, password=PASSWORD)
    User.objects.filter(username="gone").update(is_active=False)
    User.objects.create_user("without")
    pages = []
    for name, password in (
        ("ann", "wrong"),
        ("no-one", "wrong"),
        ("gone", PASSWORD),
        ("without", "wrong"),
    ):
        CountingHasher.hashed.clear()
        answer = Client().post("/sign-in/", {"username": name, "password": password})
        page = answer.content.decode().replace(f'value="{name}"', "")
        token = answer.context["csrf_token"]
        pages.append((answer.status_code, page.replace(str(token), "")))
        assert len(CountingHasher.hashed) == 1, name
    assert len(set(pages)) == 1


@pytest.fixture
def demo_person(ann: User) -> User:
    ann.has_demo_password = True
    ann.save()
    return ann


def test_demo_accounts_open_nothing_in_production(demo_person: User, settings: Settings) -> None:
    client = Client()
    client.force_login(demo_person)
    assert client.get("/").status_code == 200
    settings.DEMO_CAN_SIGN_IN = False
    assert attempt("ann", PASSWORD) == 200
    # Not even who was signed in before.
    assert client.get("/").status_code == 302
    demo_person.set_password("three blue boats")
    demo_person.save()
    assert attempt("ann", "three blue boats") == 302


def test_the_check_before_deployment_fails_while_there_are_demo_accounts(
    demo_person: User,
) -> None:
    with pytest.raises(SystemCheckError, match=r"demo accounts.*ann"):
        call_command("check", deploy=True, tags=["security"])
    User.objects.update(is_active=False)
    call_command("check", deploy=True, tags=["security"])
