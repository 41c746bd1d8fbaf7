"""What every attack has: what it tries is counted, what went through is named."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from closing_site.companies.models import Role


class Tried(Counter[str]):
    """What an attack tried: what → how often; ``report``: more of it, as lines of Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.report: list[str] = []


#: Yields what went through.
Attack = Callable[[Tried], Iterator[str]]


def client_of(role: "Role") -> "Client":
    from django.test import Client

    from closing_site.companies.models import User
    from tests.access.test_matrix import PEOPLE

    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=PEOPLE[role]))
    return client
