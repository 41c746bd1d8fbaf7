"""What a customer owes and is owed now, by age: a few rows, however long the history."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import OpenItem, OpenItemKind, Side
from closing_site.customers.querysets import OpenItemQuerySet

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
    """In one currency: ``ages`` of open invoices by bucket, ``unapplied_credits`` of open credit
    notes as a negative amount; ``advances``: unapplied money, refunds taken off."""

    currency: str
    ages: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * len(BUCKETS))
    unapplied_credits: Decimal = Decimal(0)
    advances: Decimal = Decimal(0)
    in_base: bool = False

    @property
    def receivable(self) -> Decimal:
        return sum(self.ages, self.unapplied_credits)

    @property
    def overdue(self) -> Decimal:
        return sum(self.ages[1:], Decimal(0))


@dataclass(frozen=True)
class OpenSum:
    """What open items sum up to: what the customer owes is positive, what they are owed negative.
    ``count`` items in one currency, or in the company's with ``in_base``."""

    currency: str
    count: int
    amount: Decimal
    open_amount: Decimal
    in_base: bool = False


def balances(items: Iterable[OpenItem], today: date, base: str) -> list[Balance]:
    """By currency; last all of it in ``base``, where that says more than the rows above."""
    found: dict[str, Balance] = {}
    total = Balance(base, in_base=True)
    for item in items:
        own = found.setdefault(item.currency, Balance(item.currency))
        _add(own, item, today, item.amount - item.settled)
        _add(total, item, today, item.base_amount - item.base_settled)
    rows = [found[currency] for currency in sorted(found)]
    return rows if [*found] in ([], [base]) else [*rows, total]


def _add(balance: Balance, item: OpenItem, today: date, open_amount: Decimal) -> None:
    if item.kind in MONEY:
        balance.advances += open_amount if item.side == Side.CREDIT else -open_amount
    elif item.side == Side.CREDIT:
        balance.unapplied_credits -= open_amount
    else:
        days = (today - (item.due_on or item.issued_on)).days
        balance.ages[_bucket(days)] += open_amount


def open_sums(items: OpenItemQuerySet, base: str) -> list[OpenSum]:
    """By currency; last all of it in ``base``, where that says more than the rows above."""
    signed = items.with_signs().order_by()
    rows = signed.values("currency").annotate(
        count=Count("pk"),
        all_amount=Sum("signed_amount"),
        all_open=Sum("signed_open"),
        base_amount_sum=Sum("signed_base_amount"),
        base_open_sum=Sum("signed_base_open"),
    )
    found = sorted(rows, key=lambda row: row["currency"])
    sums = [
        OpenSum(row["currency"], row["count"], row["all_amount"], row["all_open"]) for row in found
    ]
    if [one.currency for one in sums] in ([], [base]):
        return sums
    amount = sum((row["base_amount_sum"] for row in found), Decimal(0))
    left = sum((row["base_open_sum"] for row in found), Decimal(0))
    count = sum(one.count for one in sums)
    return [*sums, OpenSum(base, count, amount, left, in_base=True)]


def _bucket(days: int) -> int:
    return next(i for i, (last, _title) in enumerate(BUCKETS) if last is None or days <= last)
