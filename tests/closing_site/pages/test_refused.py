"""A refusal that a view lets through is a page that says so."""

import pytest
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from closing_site.companies import policy
from closing_site.companies.models import User
from closing_site.companies.policy import Access
from closing_site.refusals import Refusal, RulesDiffer

pytestmark = pytest.mark.django_db(transaction=True)


class TooLate(Refusal):
    """The month %(month)s is <over>."""


def refuses(request: HttpRequest) -> HttpResponse:
    raise TooLate(month="2026-05")


def updates(request: HttpRequest) -> HttpResponse:
    raise RulesDiffer


def breaks_a_law(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(
            "DO $$ BEGIN RAISE EXCEPTION 'Period 2026-05 is locked'"
            " USING ERRCODE = 'check_violation', CONSTRAINT = 'law_8'; END $$"
        )
    return HttpResponse()


def breaks_itself(request: HttpRequest) -> HttpResponse:
    raise IntegrityError("two rows of one kind")


urlpatterns = [
    path("refuses/", refuses, name="refuses"),
    path("updates/", updates, name="updates"),
    path("breaks-a-law/", breaks_a_law, name="breaks_a_law"),
    path("breaks-itself/", breaks_itself, name="breaks_itself"),
    path("", include("closing_site.urls")),
]


@pytest.fixture(autouse=True)
def own_pages(settings: Settings, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    settings.ROOT_URLCONF = __name__
    names = ("refuses", "updates", "breaks_a_law", "breaks_itself")
    added = dict.fromkeys(names, Access.SIGNED_IN)
    monkeypatch.setattr(policy, "POLICY", {**policy.POLICY, **added})
    client.force_login(User.objects.create_user("ann"))


def test_it_is_said_on_a_page_of_its_own(client: Client) -> None:
    answer = client.get("/refuses/")
    assert answer.status_code == 409
    assert "The month 2026-05 is &lt;over&gt;." in answer.content.decode()
    assert "<html" in answer.content.decode()


def test_what_an_update_refused_is_sent_again_with_one_press(client: Client) -> None:
    answer = client.post("/updates/", {"note": "as <typed>"})
    assert answer.status_code == 503
    page = answer.content.decode()
    assert 'name="note" value="as &lt;typed&gt;"' in page
    assert 'action="/updates/"' in page


def test_for_a_part_of_a_page_it_stands_among_the_messages(client: Client) -> None:
    answer = client.get("/refuses/", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_what_a_law_of_the_database_says_is_a_refusal_too(client: Client) -> None:
    answer = client.get("/breaks-a-law/")
    assert answer.status_code == 409
    assert "Period 2026-05 is locked" in answer.content.decode()


def test_an_error_of_the_program_is_none(client: Client) -> None:
    with pytest.raises(IntegrityError):
        client.get("/breaks-itself/")
