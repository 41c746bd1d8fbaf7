"""Filters of a list, and the chips that say which are on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Model
from django.forms import Field
from django.http import HttpRequest

from closing_site.pages.addresses import without_value
from closing_site.pages.formats import day_text


class FilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """The base of every list's filters: what is not understood filters nothing out by itself.

    A field that cannot be read (a month that is no month) is said beside the field, and the list
    shows what the other fields find.
    """


@dataclass(frozen=True)
class Chip:
    """A filter that is on: ``url`` is the list without it."""

    label: str
    text: str
    url: str


def chips(filterset: Any, request: HttpRequest) -> list[Chip]:
    query = request.GET
    form = filterset.form
    form.is_valid()
    found = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value in (None, "", []):
            continue
        parts = [key for key in query if key == name or key.startswith(f"{name}_")]
        for raw in query.getlist(name) or [""]:
            url = without_value(request, name, raw, "after", "before", *_parts(parts, name))
            found.append(Chip(str(field.label), _text(field, value, raw), url))
    return found


def _parts(keys: Iterable[str], name: str) -> list[str]:
    """The parameters of a field that has several, as a range's ``…_min`` and ``…_max``."""
    ends = ("min", "max", "before", "after", "start", "stop")
    return [key for key in keys if key.removeprefix(f"{name}_") in ends]


def _text(field: Field, value: Any, raw: str) -> str:
    if isinstance(value, slice):
        return " – ".join("…" if end is None else _one(end) for end in (value.start, value.stop))
    for known, label in getattr(field, "choices", ()):
        if str(known) == raw:
            return str(label)
    return raw or _one(value)


def _one(value: Any) -> str:
    if isinstance(value, Model) or not hasattr(value, "isoformat"):
        return str(value)
    return day_text(value.date() if hasattr(value, "date") else value)
