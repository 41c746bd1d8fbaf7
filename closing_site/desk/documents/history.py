"""What happened to a document, from the audit, in words.

Each app names the columns that its laws keep in ``audited.py``, as ``COLUMNS = {"amount": …}``:
column → its title, or (title, value → word), or (title, MONEY) of amounts.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import AuditEntry, Company
from closing_site.declared import declared
from closing_site.pages.formats import day_text, money_text, number_text
from closing_site.pages.history import Change

ACTIONS: Final = {
    "acknowledged": _("let stand"),
    "added": _("taken in"),
    "approved": _("approved"),
    "attached": _("attached"),
    "cancelled": _("cancelled"),
    "changed": _("changed"),
    "closed": _("closed"),
    "code_changed": _("code changed"),
    "deputy_named": _("deputy named or ended"),
    "confirmed": _("confirmed"),
    "created": _("created"),
    "deleted": _("deleted"),
    "deferral_released": _("released"),
    "deferred": _("deferred"),
    "delivered": _("delivered"),
    "delivery_changed": _("delivery changed"),
    "granted": _("granted"),
    "held_back": _("put on the month's unbilled list"),
    "hold_approved": _("deferral approved"),
    "imported": _("imported"),
    "issued": _("issued"),
    "line_changed": _("line changed"),
    "line_deleted": _("line removed"),
    "line_recorded": _("line recorded"),
    "locked": _("locked"),
    "opened": _("opened"),
    "password_set": _("password set"),
    "placed": _("placed"),
    "recorded": _("recorded"),
    "refused": _("refused"),
    "released": _("taken off the month's unbilled list"),
    "removed": _("removed"),
    "reopened": _("reopened"),
    "preparation_reviewed": _("preparation reviewed"),
    "reopening": _("reopening"),
    "requested": _("asked for"),
    "signed_off": _("signed off"),
    "uncancelled": _("taken up again"),
    "unconfirmed": _("no longer confirmed"),
    "undelivered": _("delivery taken back"),
    "undone": _("undone"),
    "withdrawn": _("request taken back"),
    "invited": _("invited"),
    "accepted": _("invitation accepted"),
    "support_asked": _("support access asked for"),
    "support_entered": _("support came in"),
    "support_ended": _("support access ended"),
}
MOST = 200
#: Of a column that holds an amount, in place of its words.
MONEY: Final = object()
#: What files bring is audited a file at a time: kind of document → kind of file.
IMPORTED: Final = {"order": "orders", "customer": "customers", "product": "products"}


@cache
def _columns() -> dict[str, Any]:
    """Column → its title, or (title, value → word)."""
    return {name: told for named in declared("audited", "COLUMNS") for name, told in named.items()}


def history_of(
    company: Company,
    kinds: Sequence[str],
    number: str,
    ids: Sequence[int],
    currency: str = "",
    hidden: frozenset[str] = frozenset(),
) -> list[Change]:
    """The newest first. ``ids``: of the document, which comes first, and of the rows whose changes
    are told as its own; ``number`` keeps out what has the same id in another table. ``hidden``:
    columns that the reader may not know; what changed nothing else is left out."""
    found = AuditEntry.objects.filter(
        company=company, document_kind__in=kinds, document_id__in=list(ids)
    )
    if number:
        found = found.filter(document_number=number)
    entries = list(found.order_by("-at", "-pk")[:MOST])
    if kinds[0] in IMPORTED and (entry := _import_of(company, IMPORTED[kinds[0]], ids[0])):
        entries.append(entry)
    return [change_of(entry, currency, hidden) for entry in entries if _is_told(entry, hidden)]


def _is_told(entry: AuditEntry, hidden: frozenset[str]) -> bool:
    """Whether it says something besides what is hidden."""
    changed = _changed(entry)
    return not changed or bool(changed - hidden)


def _changed(entry: AuditEntry) -> set[str]:
    before, after = entry.before or {}, entry.after or {}
    return {name for name in before | after if before.get(name) != after.get(name)}


def _import_of(company: Company, rows_of: str, pk: int) -> AuditEntry | None:
    """The entry of the file that brought this row. Files of a company come one by one, so that
    those of one kind share no ids."""
    files = AuditEntry.objects.filter(
        company=company, document_kind="import", document_id__lte=pk, after__rows_of=rows_of
    )
    entry = files.order_by("-document_id").first()
    return entry if entry and (entry.after or {})["last_id"] >= pk else None


def change_of(
    entry: AuditEntry, currency: str = "", hidden: frozenset[str] = frozenset()
) -> Change:
    before, after = (
        {name: value for name, value in (row or {}).items() if name not in hidden}
        for row in (entry.before, entry.after)
    )
    said = after.get("currency") or before.get("currency") or currency
    return Change(
        at=entry.at,
        actor=entry.actor,
        action=ACTIONS.get(entry.action, entry.action),
        values=list(_values(before, after, said)),
    )


def _values(
    before: dict[str, Any], after: dict[str, Any], currency: str
) -> Iterator[tuple[str | Promise, Any, Any]]:
    """As the columns are listed: the database keeps them by the length of their names."""
    for name, told in _columns().items():
        if before.get(name) == after.get(name):
            continue
        title, words = told if isinstance(told, tuple) else (told, None)
        was, now = (_text(row.get(name), words, currency) for row in (before, after))
        if was is not None or now is not None:
            yield title, was, now


def _text(value: Any, words: Any, currency: str) -> Any:
    """As the page writes it: the audit's JSON knows no days and no decimals of its own."""
    if value is None or value == "":
        return None
    if words is MONEY:
        return money_text(Decimal(str(value)), currency)
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
