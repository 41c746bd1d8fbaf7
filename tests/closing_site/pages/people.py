"""A list of people, whose key by which they are sorted has ties and is missing for some."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import django_filters
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import include, path

from closing_site.companies.models import User
from closing_site.pages.columns import Column, DateColumn
from closing_site.pages.filters import FilterSet
from closing_site.pages.listing import list_page
from closing_site.pages.table import Table

FIRST = datetime(2026, 6, 1, tzinfo=UTC)


class PeopleTable(Table):
    name = "people"
    default_sort = "username"
    page_size = 4
    username = Column("Name", sort=True)
    first_name = Column("First name", sort=True)
    last_login = DateColumn("Seen", sort=True)
    email = Column("Address", hidden=True)


class PeopleFilter(FilterSet):
    first_name = django_filters.CharFilter(label="First name")
    search = django_filters.CharFilter(
        label="Search", field_name="username", lookup_expr="contains"
    )


def people(request: HttpRequest) -> HttpResponseBase:
    found = User.objects.exclude(username="reader")
    return list_page(
        request, table=PeopleTable, queryset=found, title="People", filterset=PeopleFilter
    )


urlpatterns = [path("people/", people, name="people"), path("", include("closing_site.urls"))]


def make_people(how_many: int = 11) -> list[str]:
    """Three first names, and every third was never seen; the names in their order."""
    User.objects.bulk_create(
        User(
            username=f"p{number:04}",
            first_name=f"n{number % 3}",
            last_login=FIRST + timedelta(days=number % 2) if number % 3 else None,
        )
        for number in range(how_many)
    )
    return [f"p{number:04}" for number in range(how_many)]


def reader(client: Client) -> User:
    user = User.objects.create_user("reader")
    client.force_login(user)
    return user


def shown(answer: Any) -> list[str]:
    """The names on the page, in their order."""
    return re.findall(r'data-title="Name">(p\d+)<', answer.content.decode())
