"""Whether a member sees the document that a file or a finding belongs to.

Each app says in ``seen.py`` how its documents are asked for: ``SEEN = {"order": lambda member:
Order.objects.seen_by(member)}``.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from closing_site.companies.models import Membership
from closing_site.declared import declared

Seen = Callable[[Membership], QuerySet[Any]]


def may_see(membership: Membership, kind: str, pk: int) -> None:
    """Raises Http404 for what the member may not see, and for kinds that nobody declared."""
    for by_kind in declared("seen", "SEEN"):
        seen: Seen | None = by_kind.get(kind)
        if seen and seen(membership).filter(pk=pk).exists():
            return
    raise Http404
