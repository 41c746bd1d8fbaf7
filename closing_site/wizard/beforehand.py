"""What an answer would do, shown before it is given: the documents, their amounts and the sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from closing_site.desk.shown import answerable, chosen
from closing_site.pages.findings import ShownFinding
from closing_site.pages.formats import number_text
from closing_site.periods.models import Period
from closing_site.wizard.answering import Answer, blocked_orders
from orders.runs.confirm import preview_deferral

#: So many are shown; count and sums are of all.
MOST = 20


@dataclass
class Beforehand:
    """``sums``: by currency, how many deliveries or findings and their amounts, where one is known;
    ``title`` says it in the reader's language."""

    shown: Sequence[ShownFinding]
    sums: list[dict[str, Any]]

    @property
    def count(self) -> int:
        return sum(row["count"] for row in self.sums)

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


def beforehand(
    period: Period, step: str, how: Answer, *, check: str, ids: Sequence[int]
) -> Beforehand:
    if how.defers:
        return _held(period, step, how, check, ids)
    if how.is_for_all:
        found, sums = answerable(period, step, check, MOST)
        return Beforehand(found, [_titled(row) for row in sums])
    found = chosen(period, step, ids)
    sums = _sums([(one.currency, one.amount) for one in found])
    return Beforehand(found, [_titled(row) for row in sums])


def _titled(row: dict[str, Any]) -> dict[str, Any]:
    said = ngettext("%(count)s finding", "%(count)s findings", row["count"])
    return {**row, "title": said % {"count": number_text(row["count"])}}


def _titled_net(row: dict[str, Any]) -> dict[str, Any]:
    """What lacks a price or a rate has no amount yet, and the sum is without it."""
    said = ngettext("%(count)s delivery, net", "%(count)s deliveries, net", row["count"])
    title = said % {"count": number_text(row["count"])}
    if row["unknown"]:
        says = {"title": title, "count": number_text(row["unknown"])}
        title = gettext("%(title)s (%(count)s without an amount yet)") % says
    return {**row, "title": title}


def _held(period: Period, step: str, how: Answer, check: str, ids: Sequence[int]) -> Beforehand:
    """Deliveries that would stand on the unbilled list, with their net."""
    orders = blocked_orders(period, step, None if how.is_for_all else ids, check)
    rows = preview_deferral(period, orders) if orders else []
    shown = [
        ShownFinding(
            severity="block",
            document_kind="order",
            document_number=row["number"],
            message=row["customer"],
            amount=row["net"],
            currency=row["currency"],
        )
        for row in rows[:MOST]
    ]
    sums = _sums([(row["currency"], row["net"]) for row in rows])
    return Beforehand(shown, [_titled_net(row) for row in sums])


def _sums(amounts: Sequence[tuple[str, Decimal | None]]) -> list[dict[str, Any]]:
    sums: dict[str, dict[str, Any]] = {}
    for currency, amount in amounts:
        empty = {"currency": currency, "count": 0, "amount": None, "unknown": 0}
        row = sums.setdefault(currency, empty)
        row["count"] += 1
        row["unknown"] += amount is None
        if amount is not None:
            row["amount"] = (row["amount"] or 0) + amount
    return sorted(sums.values(), key=lambda row: str(row["currency"]))
