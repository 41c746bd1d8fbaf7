"""Pages of a list that cost the same however far one goes: by (sort key, id), never by counting.

Rows are ordered as PostgreSQL does by itself, nulls last upwards and first downwards, so that an
index on the key serves both directions.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, Expression, F, Field, Func, Q, QuerySet, Value
from django.http import QueryDict

#: The rows' attribute that holds the key by which they are sorted.
KEY = "keyset_key"


@dataclass(frozen=True)
class Page:
    """``next`` and ``previous`` are parameters of the address; None where there is no such page."""

    rows: list[Any]
    next: dict[str, str] | None
    previous: dict[str, str] | None


class Row(Func):
    """``(a, b)``"""

    template = "(%(expressions)s)"
    arg_joiner = ", "


class Beyond(Func):
    """``(a, b) > (c, d)``: one comparison, which an index can answer."""

    template = "%(expressions)s"
    output_field = BooleanField()
    conditional = True

    def __init__(self, left: Expression, right: Expression, *, is_up: bool) -> None:
        super().__init__(left, right, arg_joiner=" > " if is_up else " < ")


def page_of(queryset: QuerySet[Any], sort: str, query: QueryDict, size: int) -> Page:
    """The page that ``after`` or ``before`` in the address asks for; else the first."""
    is_descending = sort.startswith("-")
    name = sort.removeprefix("-")
    keyed = queryset.annotate(**{KEY: F(name)})
    field = keyed.query.annotations[KEY].output_field
    mark, is_back = _mark(query, field)
    is_up = is_descending == is_back
    direction = "" if is_up else "-"
    ordered = keyed.order_by(f"{direction}{KEY}", f"{direction}pk")
    found = list(
        (ordered.filter(_beyond(mark, is_up=is_up, field=field)) if mark else ordered)[: size + 1]
    )
    if (
        mark
        and mark[0] is not None
        and is_up
        and len(found) <= size
        and _may_be_null(queryset, name)
    ):
        # Asked for apart: an index answers either question, not one or the other.
        found += ordered.filter(**{f"{KEY}__isnull": True})[: size + 1 - len(found)]
    has_more, rows = len(found) > size, found[:size]
    if is_back:
        rows.reverse()
    return Page(
        rows,
        next={"after": _token(rows[-1])} if rows and (has_more or is_back) else None,
        previous={"before": _token(rows[0])} if rows and (has_more if is_back else mark) else None,
    )


def _beyond(mark: Sequence[Any], *, is_up: bool, field: Any) -> Q:
    """Upwards without the nulls that come last."""
    value, pk = mark
    if value is None:
        nulls = Q(**{f"{KEY}__isnull": True}) & (Q(pk__gt=pk) if is_up else Q(pk__lt=pk))
        return nulls if is_up else nulls | Q(**{f"{KEY}__isnull": False})
    there = Row(Value(value, output_field=field), Value(pk), output_field=field)
    return Q(Beyond(Row(F(KEY), F("pk"), output_field=field), there, is_up=is_up))


def _may_be_null(queryset: QuerySet[Any], name: str) -> bool:
    if name in queryset.query.annotations:
        return True
    model: Any = queryset.model
    for part in name.split("__"):
        try:
            field = model._meta.get_field(part) if part != "pk" else model._meta.pk
        except FieldDoesNotExist:
            return True
        if field.null:
            return True
        model = field.related_model
    return False


def _token(row: Any) -> str:
    key = getattr(row, KEY)
    kept = json.dumps([None if key is None else str(key), row.pk], ensure_ascii=False)
    return urlsafe_b64encode(kept.encode()).decode().rstrip("=")


def _mark(query: QueryDict, field: "Field[Any, Any]") -> tuple[tuple[Any, int] | None, bool]:
    """Where the page begins, and whether it is read backwards. Nonsense is the first page."""
    is_back = "before" in query
    token = query.get("before" if is_back else "after", "")
    try:
        text, pk = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return (None if text is None else field.to_python(text), int(pk)), is_back
    except (ValueError, TypeError, ValidationError):
        return None, False
