"""What is too large is refused before it is read, with a page that says how much may be sent."""

from typing import Any

import pytest
from django.test import Client

from closing_site.companies.body_size import MOST_OF_FORM

pytestmark = pytest.mark.django_db

TYPE = "application/x-www-form-urlencoded"


class Unread:
    """A body that must not be read."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def sent(client: Client, path: str, length: str) -> Any:
    environ: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
    return client.generic("POST", path, "", TYPE, **environ)


@pytest.mark.parametrize("length", [str(MOST_OF_FORM + 1), "9" * 30, "-1", "x"])
@pytest.mark.parametrize("path", ["/sign-in/", "/orders/new/"])
def test_a_form_has_a_limit(client: Client, path: str, length: str) -> None:
    assert sent(client, path, length).status_code == 413


def test_files_have_one_of_their_own(client: Client, settings: Any) -> None:
    settings.CLOSING_MAX_UPLOAD_MB = 3
    answer = sent(client, "/imports/new/", str(3 * 2**20 + 1))
    assert answer.status_code == 413
    assert "3 MB" in answer.content.decode()
    assert client.post("/imports/new/", {"x": "y" * (MOST_OF_FORM + 1)}).status_code != 413


def test_a_form_of_ordinary_size_is_read(client: Client) -> None:
    assert client.post("/sign-in/", {"username": "x" * 100_000}).status_code == 200
