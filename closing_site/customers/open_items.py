"""What a customer owes and is owed now, by age: a few rows, however long the history."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import OpenItem, OpenItemKind, Side

#: The last day overdue of each bucket; the last has none.
BUCKETS: Final = (
    (0, _("Not due")),
    (30, _("1 to 30 days")),
    (60, _("31 to 60 days")),
    (90, _("61 to 90 days")),
    (None, _("Over 90 days")),
)
MONEY: Final = (OpenItemKind.PAYMENT, OpenItemKind.OPENING_ADVANCE, OpenItemKind.REFUND)


@dataclass
class Balance:
    """In one currency: ``ages`` of what is owed by bucket, credit notes taken off; ``advances``:
    money placed on nothing, refunds taken off."""

    currency: str
    ages: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * len(BUCKETS))
    advances: Decimal = Decimal(0)

    @property
    def receivable(self) -> Decimal:
        return sum(self.ages, Decimal(0))

    @property
    def overdue(self) -> Decimal:
        return sum(self.ages[1:], Decimal(0))


def balances(items: Iterable[OpenItem], today: date) -> list[Balance]:
    """By currency. A credit note counts from its own day."""
    found: dict[str, Balance] = {}
    for item in items:
        balance = found.setdefault(item.currency, Balance(item.currency))
        open_amount = item.open_amount
        if item.kind in MONEY:
            balance.advances += open_amount if item.side == Side.CREDIT else -open_amount
        else:
            days = (today - (item.due_on or item.issued_on)).days
            signed = open_amount if item.side == Side.DEBIT else -open_amount
            balance.ages[_bucket(days)] += signed
    return [found[currency] for currency in sorted(found)]


def _bucket(days: int) -> int:
    return next(i for i, (last, _title) in enumerate(BUCKETS) if last is None or days <= last)
