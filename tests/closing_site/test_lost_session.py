"""A database that is gone for a moment is no mistake of the program: 503, and try again."""

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client, RequestFactory

from closing_site.lost_session import is_lost_session
from closing_site.observing.views import server_error

NOWHERE = "postgresql://somebody@127.0.0.1:1/nothing?connect_timeout=1"


def test_a_page_without_a_database_says_when_to_come_again() -> None:
    asked, sent = RequestFactory().get("/c/NW/orders/?page=2"), RequestFactory().post("/orders/")
    try:
        psycopg.connect(NOWHERE)
    except psycopg.OperationalError:
        answer, of_form = server_error(asked), server_error(sent)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert 'href="/c/NW/orders/?page=2"' in answer.content.decode()
    # A link would ask for the page and lose what was sent: the browser sends it again.
    assert 'href="/orders/' not in of_form.content.decode()


def test_a_view_that_loses_its_session_answers_503(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: object) -> object:
        raise OperationalError from psycopg.OperationalError("server closed the connection")

    client.raise_request_exception = False
    monkeypatch.setattr("closing_site.companies.sessions.SessionStore.load", gone)
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    assert client.get("/orders/").status_code == 503


def test_a_former_primary_that_takes_no_writes_is_a_lost_session(db: None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            cursor.execute("UPDATE companies_usersession SET session_data = ''")
    assert is_lost_session(caught.value)


def test_a_mistake_stays_a_mistake() -> None:
    try:
        raise ValueError
    except ValueError:
        assert server_error(RequestFactory().get("/")).status_code == 500
