"""Where one is signed in: listed, ended, and ended by time."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.test import Client
from django.utils import timezone

from closing_site.companies.browsers import browser_name
from closing_site.companies.lockout import KEPT
from closing_site.companies.models import Company, User, UserSession
from closing_site.desk.tasks import forget_ended_sessions
from tests.closing_site.companies.conftest import books
from tests.commands import run
from tests.pages_of_entry import said

pytestmark = pytest.mark.django_db

PASSWORD = "a long sentence of words"
PAGE = "/preferences/sessions/"
HANDLE = re.compile(r'name="session" value="([^"]+)"')
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)


@pytest.fixture(autouse=True)
def company(db: None) -> Company:
    return books("NW", [("ann", "manager"), ("bo", "finance")])


@pytest.fixture
def ann(company: Company) -> User:
    """With a password."""
    found = User.objects.get(username="ann")
    found.set_password(PASSWORD)
    found.save()
    return found


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def signed_in(username: str = "ann") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def by_password(browser: str, address: str) -> Client:
    client = Client(headers={"User-Agent": browser}, REMOTE_ADDR=address)
    assert client.post("/sign-in/", {"username": "ann", "password": PASSWORD}).status_code == 302
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def handles(client: Client) -> list[str]:
    return HANDLE.findall(client.get(PAGE).content.decode())


def test_one_s_own_sessions_are_listed_without_their_keys(ann: User) -> None:
    here = by_password(FIREFOX, "10.0.0.7")
    by_password(EDGE, "10.0.0.8")
    signed_in("bo")
    page = here.get(PAGE)
    for shown in ("Firefox on Linux", "Edge on Windows", "10.0.0.7", "10.0.0.8", "This session"):
        assert shown in said(page)
    assert len(handles(here)) == 1
    for key in UserSession.objects.values_list("session_key", flat=True):
        assert key not in page.content.decode()


def test_one_is_ended_and_the_others_go_on() -> None:
    here, there, third = signed_in(), signed_in(), signed_in()
    ours = set(handles(there)) & set(handles(third))
    assert here.post(f"{PAGE}end/", {"session": (set(handles(here)) - ours).pop()})
    assert [is_signed_in(one) for one in (here, there, third)].count(True) == 2
    assert is_signed_in(here)


def test_nobody_ends_another_person_s() -> None:
    ann, bo = signed_in(), signed_in("bo")
    signed_in("bo")
    (theirs,) = handles(bo)
    assert ann.post(f"{PAGE}end/", {"session": theirs}).status_code == 302
    assert len(handles(bo)) == 1


def test_all_others_are_ended() -> None:
    here, there, bo = signed_in(), signed_in(), signed_in("bo")
    here.post(f"{PAGE}end-others/")
    assert (is_signed_in(here), is_signed_in(there), is_signed_in(bo)) == (True, False, True)


@pytest.mark.parametrize("path", [f"{PAGE}end/", f"{PAGE}end-others/"])
def test_ending_asks_for_the_password_again(ann: User, clock: Any, path: str) -> None:
    here, there = signed_in(), signed_in()
    (handle,) = handles(here)
    clock.shift(timedelta(minutes=16))
    asked = here.post(path, {"session": handle})
    assert asked.status_code == 401
    assert is_signed_in(there)
    here.post(path, {"session": handle, "password_again": PASSWORD})
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)


def test_what_a_new_password_ended_is_not_listed(ann: User) -> None:
    here = signed_in()
    signed_in()
    word = "new boats sail too"
    sent = {"old_password": PASSWORD, "new_password1": word, "new_password2": word}
    assert here.post("/preferences/", sent).status_code == 302
    assert handles(here) == []
    assert "This session" in said(here.get(PAGE))


def test_a_session_ends_a_day_after_sign_in_whatever_is_done_in_it(clock: Any) -> None:
    client = signed_in()
    for _ in range(3):
        clock.shift(timedelta(hours=7))
        assert is_signed_in(client)
    # What is kept in it now does not prolong it either.
    client.post("/companies/NW/choose/", {"company": "NW"})
    clock.shift(timedelta(hours=3, seconds=1))
    assert not is_signed_in(client)


def test_an_operator_ends_the_sessions_of_one_or_of_all() -> None:
    ann, bo = signed_in(), signed_in("bo")
    assert run("end_sessions", "ann") == ({"user": "ann", "ended": 1}, 0)
    assert (is_signed_in(ann), is_signed_in(bo)) == (False, True)
    assert run("end_sessions", "--all") == ({"user": "", "ended": 1}, 0)
    assert not is_signed_in(bo)
    assert run("end_sessions", "nobody")[1] == 1


def test_ended_sessions_are_forgotten(clock: Any) -> None:
    signed_in()
    clock.shift(timedelta(hours=9))
    signed_in("bo")
    forget_ended_sessions(0)
    assert UserSession.objects.get().user_id == User.objects.get(username="bo").pk


def test_addresses_of_sign_ins_are_forgotten(ann: User, clock: Any) -> None:
    Client().post("/sign-in/", {"username": "ann", "password": "wrong"})
    by_password(FIREFOX, "10.0.0.7")
    clock.shift(KEPT - timedelta(hours=1))
    by_password(EDGE, "10.0.0.8")
    forget_ended_sessions(0)
    assert AccessLog.objects.count() == 2
    clock.shift(timedelta(hours=2))
    forget_ended_sessions(0)
    assert AccessLog.objects.get().ip_address == "10.0.0.8"
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("curl/8.0", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_named_in_plain_words(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
