"""One search over everything: by number, by name, by amount.

Each app says in ``search.py`` what of its own can be found: ``SEARCHES = [Search(…)]``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode

from closing_site.companies.models import Membership
from closing_site.companies.policy import Roles, rule_for
from closing_site.declared import declared
from closing_site.desk.documents.filters import amount_of, beginning

#: Of each kind; the list shows the rest.
MOST = 8


@dataclass(frozen=True)
class Hit:
    kind: str
    number: str
    text: str = ""
    on: date | None = None
    amount: Decimal | None = None
    currency: str = ""
    label: str = ""


@dataclass(frozen=True)
class Search:
    """``find`` gives at most ``MOST`` + 1 hits. ``list_url`` is the name of the list that takes
    ``?search=``."""

    title: str | Promise
    list_url: str
    find: Callable[[Membership, str], Sequence[Hit]]


@dataclass(frozen=True)
class Found:
    title: str | Promise
    hits: Sequence[Hit]
    more_url: str


def search(membership: Membership, text: str) -> list[Found]:
    """Only where the member may open the list."""
    found = []
    for one in (one for searches in declared("search", "SEARCHES") for one in searches):
        rule = rule_for(one.list_url)
        if not isinstance(rule, Roles) or membership.role not in rule.read:
            continue
        hits = one.find(membership, text)
        more = f"{reverse(one.list_url)}?{urlencode({'search': text})}"
        if hits:
            found.append(Found(one.title, hits[:MOST], more if len(hits) > MOST else ""))
    return found


def by_number_and_amount(
    rows: QuerySet[Any], text: str, number: str, amount: str = ""
) -> list[Any]:
    """Two questions, each of an index of its own: first the numbers, then the amounts."""
    numbers = list(rows.filter(beginning(text, number)).order_by(number)[: MOST + 1])
    known = {row.pk for row in numbers}
    exact = amount_rows(rows, text, amount) if amount else []
    return [*numbers, *(row for row in exact if row.pk not in known)][: MOST + 1]


def amount_rows(rows: QuerySet[Any], text: str, amount: str) -> list[Any]:
    from_text = amounts_of(text)
    if not from_text:
        return []
    return list(rows.filter(**{f"{amount}__in": from_text}).order_by(amount, "pk")[: MOST + 1])


def amounts_of(text: str) -> list[Decimal]:
    exact = amount_of(text)
    return [] if exact is None else sorted({exact, -exact})
