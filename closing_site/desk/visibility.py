"""What a member may read: which rows of each kind, and which fields. The one place that says it.

Lists, sums, histories, charts, exports, search and files ask here (law 15), most of them through a
model's ``seen_by``. Each app says in ``seen.py`` how its documents are asked for:
``SEEN = {"order": Order.objects.seen_by}``.
"""

from collections.abc import Callable
from copy import copy
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404

from closing_site.companies.models import Membership, Role
from closing_site.companies.policy import WHOLE_BOOKS
from closing_site.declared import declared

Seen = Callable[[Membership], QuerySet[Any]]

#: Columns of tables and of the audit that tell what the company pays for what it sells.
COSTS: Final = frozenset({"unit_cost"})
#: Kinds of documents that are for who sees the whole books: each tells of several documents.
OF_WHOLE_BOOKS: Final = frozenset({"voucher"})


def sees_whole_books(membership: Membership) -> bool:
    """Everyone's documents, and sums over them; others see their own documents only."""
    return membership.role in WHOLE_BOOKS


def sees_costs(membership: Membership) -> bool:
    return sees_whole_books(membership)


def hidden_fields(membership: Membership) -> frozenset[str]:
    return frozenset() if sees_costs(membership) else COSTS


def hidden_kinds(membership: Membership) -> frozenset[str]:
    return frozenset() if sees_whole_books(membership) else OF_WHOLE_BOOKS


def visible_rows(membership: Membership, kind: str) -> QuerySet[Any]:
    """The documents of this kind that the member sees. Raises Http404 for a kind that nobody
    declared."""
    for by_kind in declared("seen", "SEEN"):
        seen: Seen | None = by_kind.get(kind)
        if seen:
            return seen(membership)
    raise Http404


def require_visible(membership: Membership, kind: str, pk: int) -> None:
    """Raises Http404 for a document that the member does not see."""
    if not visible_rows(membership, kind).filter(pk=pk).exists():
        raise Http404


def with_whole_books(membership: Membership) -> Membership:
    """The same person as if they saw everything: to know *that* there is something they do not
    see, never to show it."""
    reader = copy(membership)
    reader.role = Role.AUDITOR
    return reader
