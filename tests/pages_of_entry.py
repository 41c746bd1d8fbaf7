"""Sending the forms of entry as a browser does."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from closing_site.companies.models import User

KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


def client_of(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def key_of(page: HttpResponse | Any) -> str:
    found = KEY.search(page.content.decode())
    assert found, page.content.decode()
    return found[1]


def send(client: Client, url: str, data: dict[str, Any], key: str = "") -> Any:
    """Opens the page, takes its key, and sends these fields."""
    key = key or key_of(client.get(url))
    return client.post(url, {"idempotency_key": key, **data})


def said(answer: Any) -> str:
    """The page's text without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def formset(*lines: dict[str, str], prefix: str = "lines", initial: int = 0) -> dict[str, str]:
    head = {f"{prefix}-TOTAL_FORMS": str(len(lines)), f"{prefix}-INITIAL_FORMS": str(initial)}
    rows = {f"{prefix}-{place}-{k}": v for place, line in enumerate(lines) for k, v in line.items()}
    return head | rows


def content_of(answer: Any) -> bytes:
    """Of a file that comes in pieces."""
    return b"".join(answer.streaming_content)
