"""Northwind with one person for each role, and a company that none of them belongs to."""

from collections.abc import Callable

import pytest
from django.test import Client

from closing_site.companies.models import Company, Role, User
from closing_site.wizard.opening_books import open_books

SignedIn = Callable[[str], Client]


def books(code: str, members: list[tuple[str, str]]) -> Company:
    return open_books(
        code=code,
        name=f"{code} Ltd",
        currency="CNY",
        country="CN",
        first_period="2026-01",
        members=members,
        by="test",
    ).company


@pytest.fixture
def northwind(db: None) -> Company:
    return books("NW", [(str(role), str(role)) for role in Role])


@pytest.fixture
def other_company(db: None) -> Company:
    return books("OTHER", [("stranger", "admin")])


@pytest.fixture
def signed_in() -> SignedIn:
    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username))
        return client

    return sign_in
