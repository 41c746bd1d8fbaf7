"""What the demo company's customers pay, when and how. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, groupby
from random import Random
from typing import Any

from closing_site.demo.fixed_receipts import (
    ADVANCES,
    FOR_OPENING_ITEMS,
    NAMED_WRONGLY,
    REFUNDED,
    UNNAMED,
)
from closing_site.demo.master_data import COMBINING, LATE, OWING, SHOP, SILENT
from closing_site.demo.planted import PAID_AFTER
from closing_site.demo.receipt import Receipt
from closing_site.demo.sale import Sale
from closing_site.periods.calendar import last_day_of

#: At the till, one after the other.
TILL_METHODS = (
    *("wechat_pay", "alipay", "wechat_pay", "cash", "alipay", "wechat_pay"),
    *("card", "voucher", "wechat_pay", "alipay", "card", "other"),
)
#: Too much that was paid, in the customer's currency; and what a bank on the way keeps for itself.
TOO_MUCH, BANK_KEEPS = Decimal(500), (15, 18, 25)
#: The bank's slip of late September reached the books only when the month was locked.
SLIP_OF, SLIP_CAME_ON = date(2026, 9, 30), date(2026, 10, 8)


@dataclass(frozen=True)
class Due:
    """An amount that falls due on a day: one sale's, or several that are paid together."""

    day: date
    sales: tuple[Sale, ...]

    @property
    def amount(self) -> Decimal:
        return sum((sale.gross for sale in self.sales), Decimal(0))


def receipts(chance: Random, sales: list[Sale], through: date) -> list[Receipt]:
    """Up to that day, numbered within the month in which they came into the books."""
    made = [*FOR_OPENING_ITEMS, *ADVANCES, *NAMED_WRONGLY, *REFUNDED, *UNNAMED]
    made += _at_the_till(sales)
    for sale in sales:
        made += _planted(sale)
    for due in _due(sales):
        made += _paid(chance, due)
    return _numbered(_with_late_slip([made for made in made if made.received_on <= through]))


def _at_the_till(sales: list[Sale]) -> Iterator[Receipt]:
    bought = (sale for sale in sales if sale.customer.code == SHOP)
    for sale, method in zip(bought, cycle(TILL_METHODS), strict=False):
        receipt = _receipt(sale, sale.delivered_on, sale.gross, order_number=sale.number)
        yield replace(receipt, method=method)


def _planted(sale: Sale) -> Iterator[Receipt]:
    if sale.paid not in ("over", "twice"):
        return
    more = TOO_MUCH if sale.paid == "over" else Decimal(0)
    day = sale.delivered_on + PAID_AFTER
    receipt = _receipt(sale, day, sale.gross + more, order_number=sale.number)
    yield receipt
    if sale.paid == "twice":
        yield replace(receipt, received_on=day + timedelta(days=2))
    if day.month < 10:
        memo = f"退回多付款 {sale.number}"
        back = -(more or sale.gross)
        yield replace(
            receipt, received_on=_next_month(day), amount=back, order_number="", memo=memo
        )


def _due(sales: list[Sale]) -> Iterator[Due]:
    alone: list[Due] = []
    together: dict[tuple[str, date], list[Sale]] = {}
    for sale in sales:
        customer = sale.customer
        if customer.code == SHOP or sale.paid or sale.fault == "cancelled" or sale.gross <= 0:
            continue
        due_on = sale.delivered_on + timedelta(days=customer.days)
        if customer.is_monthly:
            day = last_day_of(sale.delivered_on) + timedelta(days=customer.days)
            together.setdefault((customer.code, day), []).append(sale)
        elif customer.code in COMBINING:
            half = due_on.replace(day=15) if due_on.day <= 15 else last_day_of(due_on)
            together.setdefault((customer.code, half), []).append(sale)
        else:
            alone.append(Due(due_on, (sale,)))
    yield from alone
    for (_code, day), group in together.items():
        yield Due(day, tuple(group))


def _paid(chance: Random, due: Due) -> Iterator[Receipt]:
    sale = due.sales[0]
    customer = sale.customer
    if customer.code in OWING and chance.random() < 0.7:
        return
    late = (8, 28) if customer.code in LATE else (-6, 3)
    day = due.day + timedelta(days=chance.randint(*late))
    amount, memo = due.amount, ""
    if customer.is_abroad and chance.random() < 0.1:
        kept = chance.choice(BANK_KEEPS) * (150 if customer.currency == "JPY" else 1)
        amount, memo = amount - kept, "less bank charges"
    if customer.is_monthly:
        memo = f"{due.sales[0].delivered_on.month} 月货款"
        yield _receipt(sale, day, amount, memo=memo)
    elif len(due.sales) > 1:
        yield _receipt(sale, day, amount, memo=f"货款 {'、'.join(s.number for s in due.sales)}")
    elif customer.code in SILENT and not sale.parts:
        yield _receipt(sale, day, amount)
    else:
        yield _receipt(sale, day, amount, order_number=sale.number, memo=memo)


def _receipt(sale: Sale, day: date, amount: Decimal, **names: Any) -> Receipt:
    customer = sale.customer
    receipt = Receipt(customer.code, day, amount, customer.currency, customer.method)
    return replace(receipt, **names)


def _next_month(day: date) -> date:
    return last_day_of(day) + timedelta(days=9)


def _with_late_slip(made: list[Receipt]) -> list[Receipt]:
    made.sort(key=lambda receipt: (receipt.received_on, receipt.customer_code, receipt.amount))
    late = max(
        (place for place, receipt in enumerate(made) if _may_be_late(receipt)),
        key=lambda place: made[place].received_on,
    )
    made[late] = replace(made[late], known_on=SLIP_CAME_ON)
    return made


def _may_be_late(receipt: Receipt) -> bool:
    is_ours = receipt.method == "bank_transfer" and receipt.currency == "CNY"
    return is_ours and bool(receipt.order_number) and receipt.received_on <= SLIP_OF


def _numbered(made: list[Receipt]) -> list[Receipt]:
    by_month = groupby(
        sorted(made, key=lambda receipt: receipt.month), key=lambda receipt: receipt.month
    )
    return [
        replace(receipt, reference=f"RC-{month[2:4]}{month[5:]}-{place:03d}")
        for month, receipts in by_month
        for place, receipt in enumerate(receipts, start=1)
    ]
