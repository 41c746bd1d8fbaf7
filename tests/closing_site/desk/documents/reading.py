"""What the tests of documents' pages share: who reads, and what a page or a file says."""

import csv
import io
from typing import Any

from django.test import Client

from closing_site.companies.models import User


def reader(username: str, language: str = "") -> Client:
    """Someone of the demo company, signed in."""
    client = Client()
    user = User.objects.get(username=username)
    if language:
        user.language = language
        user.save(update_fields=["language"])
    client.force_login(user)
    return client


def page(client: Client, url: str) -> str:
    """The page below its head."""
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode().partition("<main")[2]


def rows(client: Client, url: str) -> list[dict[str, str]]:
    """What the list's CSV has, by the columns' English titles."""
    answer: Any = client.get(f"{url}{'&' if '?' in url else '?'}export=csv")
    assert answer.status_code == 200, (url, answer.status_code)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def column(client: Client, url: str, title: str) -> list[str]:
    return [row[title] for row in rows(client, url)]
