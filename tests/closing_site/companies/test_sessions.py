"""When a session ends, and what asks for the password again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from pytest_django import Settings

from closing_site.companies import policy
from closing_site.companies.models import Company, Role, User, UserSession
from closing_site.companies.policy import POLICY, Roles
from tests.closing_site.companies.conftest import books
from tests.pages_of_entry import said

pytestmark = pytest.mark.django_db

PASSWORD = "a long sentence of words"
PART = {"HX-Request": "true"}


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(sorted(request.POST.items())))


urlpatterns = [
    path("heavy/", echo, name="heavy"),
    path("some_progress/", echo, name="some_progress"),
    path("", include("closing_site.urls")),
]


@pytest.fixture(autouse=True)
def own_pages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = __name__
    added = {
        "heavy": Roles(write=frozenset({Role.MANAGER}), asks_password=True),
        "some_progress": Roles(),
    }
    monkeypatch.setattr(policy, "POLICY", {**policy.POLICY, **added})


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def company(db: None) -> Company:
    return books("NW", [("ann", "manager")])


@pytest.fixture
def client(company: Company, clock: Any) -> Client:
    ann = User.objects.get(username="ann")
    ann.set_password(PASSWORD)
    ann.save()
    client = Client()
    client.force_login(ann)
    return client


def test_a_session_ends_after_idle_time(client: Client, clock: Any, settings: Settings) -> None:
    idle = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    assert idle == timedelta(hours=8)
    for _ in range(3):
        clock.shift(idle - timedelta(minutes=1))
        assert client.get("/").status_code == 200
    clock.shift(idle + timedelta(seconds=1))
    assert client.get("/").headers["Location"].startswith("/sign-in/")


def test_a_page_left_open_keeps_no_session_alive(client: Client, clock: Any) -> None:
    for _ in range(10):
        clock.shift(timedelta(hours=1))
        last = client.get("/some_progress/")
    assert last.headers["Location"].startswith("/sign-in/")


def test_going_on_writes_the_sessions_end_alone(client: Client, clock: Any) -> None:
    before = UserSession.objects.get()
    clock.shift(timedelta(minutes=2))
    client.get("/")
    after = UserSession.objects.get()
    assert after.session_data == before.session_data
    assert after.expire_date == before.expire_date + timedelta(minutes=2)
    clock.shift(timedelta(seconds=30))
    client.get("/")
    assert UserSession.objects.get().expire_date == after.expire_date


def test_what_weighs_heavily_asks_for_the_password_again(client: Client, clock: Any) -> None:
    sent = {"reason": 'say "so"', "idempotency_key": "k1", "lines": ["1", "2"]}
    assert "say" in client.post("/heavy/", sent).content.decode()
    clock.shift(timedelta(minutes=15))
    asked = client.post("/heavy/?month=1", sent)
    page = asked.content.decode()
    assert asked.status_code == 401
    assert 'action="/c/NW/heavy/?month=1"' in page
    assert 'name="reason" value="say &quot;so&quot;"' in page
    assert 'name="idempotency_key" value="k1"' in page
    assert page.count('name="lines"') == 2
    wrong = client.post("/heavy/", {**sent, "password_again": "wrong"})
    assert wrong.status_code == 401
    assert "is wrong" in said(wrong)
    right = client.post("/heavy/", {**sent, "password_again": PASSWORD})
    assert right.status_code == 200
    # The view sees what was typed before, and no password.
    assert PASSWORD not in right.content.decode()
    assert "password_again" not in right.content.decode()
    assert "k1" in right.content.decode()
    assert client.post("/heavy/", sent).status_code == 200


def test_a_part_of_a_page_asks_in_an_alert(client: Client, clock: Any) -> None:
    clock.shift(timedelta(minutes=16))
    asked = client.post("/heavy/", {"reason": "so"}, headers=PART)
    assert (asked.status_code, asked.headers["HX-Retarget"]) == (401, "#signed-out")
    assert "<html" not in asked.content.decode()
    assert 'hx-post="/confirm-password/"' in asked.content.decode()
    wrong = client.post("/confirm-password/", {"password_again": "wrong"}, headers=PART)
    assert wrong.status_code == 401
    done = client.post("/confirm-password/", {"password_again": PASSWORD}, headers=PART)
    assert done.status_code == 200
    assert client.post("/heavy/", {"reason": "so"}, headers=PART).status_code == 200


def test_the_password_given_again_gives_the_session_a_new_key(client: Client, clock: Any) -> None:
    clock.shift(timedelta(minutes=16))
    before = client.cookies["sessionid"].value
    assert client.post("/heavy/", {"password_again": PASSWORD}).status_code == 200
    assert client.cookies["sessionid"].value != before
    assert client.get("/").status_code == 200
    former = Client()
    former.cookies["sessionid"] = before
    # A request that was on its way is answered; then the key is of no use.
    assert former.get("/some_progress/").status_code == 200
    clock.shift(timedelta(seconds=11))
    assert former.get("/some_progress/").status_code == 302


def test_guessing_the_password_again_locks_out(client: Client, clock: Any) -> None:
    clock.shift(timedelta(minutes=16))
    tried = [client.post("/heavy/", {"password_again": "wrong"}).status_code for _ in range(5)]
    assert tried == [401, 401, 401, 401, 429]
    assert client.post("/heavy/", {"password_again": PASSWORD}).status_code == 429
    part = client.post("/confirm-password/", {"password_again": PASSWORD}, headers=PART)
    assert (part.status_code, part.headers["HX-Retarget"]) == (401, "#signed-out")


def test_who_may_not_do_it_is_refused_before_being_asked(client: Client, clock: Any) -> None:
    member = User.objects.get(username="ann").memberships.get()
    member.role = Role.AUDITOR
    member.save()
    clock.shift(timedelta(minutes=16))
    assert client.post("/heavy/", {}).status_code == 403


def test_another_session_of_the_same_person_is_not_fresh_by_it(client: Client, clock: Any) -> None:
    clock.shift(timedelta(minutes=16))
    other = Client()
    other.force_login(User.objects.get(username="ann"))
    assert other.post("/heavy/", {}).status_code == 200
    assert client.post("/heavy/", {}).status_code == 401


def test_approving_locking_reopening_and_granting_support_ask() -> None:
    asking = {name for name, rule in POLICY.items() if getattr(rule, "asks_password", False)}
    assert asking == {
        *("wizard_decide_lock", "wizard_lock_now", "wizard_reopen", "wizard_decide_reopening"),
        "support_grant",
    }
