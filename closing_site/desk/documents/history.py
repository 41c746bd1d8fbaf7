"""What happened to a document, from the audit, in words.

Each app names the columns that its laws keep in ``audited.py``, as ``COLUMNS = {"amount": …}``.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import AuditEntry, Company
from closing_site.declared import declared
from closing_site.pages.formats import day_text, number_text
from closing_site.pages.history import Change

ACTIONS: Final = {
    "approved": _("approved"),
    "cancelled": _("cancelled"),
    "changed": _("changed"),
    "confirmed": _("confirmed"),
    "deleted": _("deleted"),
    "held_back": _("held back"),
    "issued": _("issued"),
    "placed": _("placed"),
    "recorded": _("recorded"),
    "released": _("no longer held back"),
    "uncancelled": _("taken up again"),
    "unconfirmed": _("no longer confirmed"),
    "undone": _("undone"),
}
MOST = 200


@cache
def _columns() -> dict[str, Any]:
    """Column → its title, or (title, value → word)."""
    return {name: told for named in declared("audited", "COLUMNS") for name, told in named.items()}


def history_of(
    company: Company, kinds: Sequence[str], number: str, ids: Iterable[int], currency: str = ""
) -> list[Change]:
    """The newest first. ``ids``: of the document and of the rows whose changes are told as its own
    (its deliveries); ``number`` keeps out what has the same id in another table."""
    found = AuditEntry.objects.filter(
        company=company, document_kind__in=kinds, document_id__in=list(ids)
    )
    if number:
        found = found.filter(document_number=number)
    return [change_of(entry) for entry in found.order_by("-at", "-pk")[:MOST]]


def change_of(entry: AuditEntry) -> Change:
    return Change(
        at=entry.at,
        actor=entry.actor,
        action=ACTIONS.get(entry.action, entry.action),
        values=list(_values(entry.before or {}, entry.after or {})),
    )


def _values(
    before: dict[str, Any], after: dict[str, Any]
) -> Iterator[tuple[str | Promise, Any, Any]]:
    for name in dict.fromkeys([*after, *before]):
        told = _columns().get(name)
        if told is None or before.get(name) == after.get(name):
            continue
        title, words = told if isinstance(told, tuple) else (told, None)
        yield title, _text(before.get(name), words), _text(after.get(name), words)


def _text(value: Any, words: Any) -> Any:
    """As the page writes it: the audit's JSON knows no days and no decimals of its own."""
    if value is None or value == "":
        return None
    if words is not None:
        return words(value)
    if isinstance(value, str):
        return _day(value) or value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    try:
        return number_text(Decimal(str(value)))
    except InvalidOperation:
        return value


def _day(text: str) -> str:
    if not text[:4].isdigit() or text[4:5] != "-":
        return ""
    try:
        return day_text(
            date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        )
    except ValueError:
        return ""
