"""What is offered while one types a code: as options of a ``datalist``."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from closing_site.customers.filters import named
from closing_site.desk.documents.filters import beginning

MOST = 20


def suggestions(request: HttpRequest, rows: QuerySet[Any], typed: str, code: str) -> HttpResponse:
    """Of these rows: codes (the field named so) that begin with what was typed, and names that have
    it in them."""
    if text := typed.strip():
        rows = rows.filter(beginning(text, code) | named(text, code))
    options = rows.order_by(code).values_list(code, "name")[:MOST]
    return render(request, "parts/entry_options.html", {"options": options})
