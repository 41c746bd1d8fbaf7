"""Allocating a payment or refund by hand, and undoing that; the match-run's SQL writes it.

A receipt goes on what its customer owes: invoices and refunds that nothing covers. A refund takes
what the customer is owed: receipts and credit notes. Money in the company's currency may settle an
invoice in another one, at the rate of the day received (ACCOUNTING 9.1).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from closing_site import cells, sql
from closing_site.acting import acting
from closing_site.cells import Unreadable
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import Company, User
from closing_site.customers.checking import DECIMALS, NO_RATE
from closing_site.customers.models import OpenItem, OpenItemKind, Side
from closing_site.desk.errors import ChangedSinceSeen
from closing_site.desk.progress import Unwatched
from closing_site.money import currency_digits, round_half_away
from closing_site.pages.formats import money_text
from closing_site.periods.actions import ensure_periods, take_periods
from closing_site.periods.models import Period
from closing_site.periods.posting import posting_of, require_not_far_ahead
from closing_site.recording import NotTaken
from closing_site.staged import Problem
from closing_site.told import told_message
from payments.errors import (
    IsAnUndoing,
    MoreThanIsLeft,
    NoCustomerYet,
    NothingToPlace,
    UndoneAlready,
)
from payments.models import Allocation, Payment
from payments.runs.allocating import hold_placing, write_allocations
from payments.runs.rounds import PLACED

BY_HAND = "by_hand"
TOO_MUCH = gettext_noop("Only %(open)s of it is open.")
PLACE = """
    INSERT INTO match_placed
    SELECT %(credit)s, %(debit)s, %(debit_amount)s, %(rule)s, 1, %(credit_amount)s
"""
RATE = "SELECT exchange_rate_on(%(company)s, %(currency)s, %(base)s, %(day)s)"
READ = cells.number(digits=13, decimals=4, may_be_zero=False)
DEBTS = (OpenItemKind.INVOICE, OpenItemKind.OPENING_INVOICE)
OWED_BY_CUSTOMER = (*DEBTS, OpenItemKind.REFUND)
OWED_TO_CUSTOMER = (
    *(OpenItemKind.PAYMENT, OpenItemKind.OPENING_ADVANCE),
    *(OpenItemKind.CREDIT_NOTE, OpenItemKind.OPENING_CREDIT_NOTE),
)


class Part(NamedTuple):
    """``own``: in the payment's currency; ``other``: the same in the item's."""

    item: OpenItem
    own: Decimal
    other: Decimal


def _items(payment: Payment) -> QuerySet[OpenItem]:
    same = Q(currency=payment.currency)
    kinds = OWED_BY_CUSTOMER if payment.amount > 0 else OWED_TO_CUSTOMER
    if payment.amount > 0 and payment.currency == payment.company.currency:
        same |= Q(kind__in=DEBTS)
    return OpenItem.objects.filter(
        same, company=payment.company_id, customer=payment.customer_id, kind__in=kinds
    ).order_by("issued_on", "id")


def open_items(payment: Payment) -> QuerySet[OpenItem]:
    """What it can be allocated to, the oldest first."""
    return _items(payment).filter(settled__lt=F("amount"))


def payment_item(payment: Payment) -> OpenItem | None:
    """Its open item; a payment without a customer has none."""
    kinds = (OpenItemKind.PAYMENT, OpenItemKind.REFUND)
    return OpenItem.objects.filter(
        company=payment.company_id, kind__in=kinds, document_id=payment.pk
    ).first()


def day_rate(payment: Payment, currency: str) -> Decimal | None:
    """What one unit of the currency was worth on the day received, in the company's."""
    found: Decimal | None = sql.value(
        RATE,
        {
            "company": payment.company_id,
            "currency": currency,
            "base": payment.company.currency,
            "day": payment.received_on,
        },
    )
    return found


def undoable(payment: Payment) -> QuerySet[Allocation]:
    """What of it is allocated and was not undone, the newest first."""
    undone = Allocation.objects.filter(company=payment.company_id, reverses=OuterRef("pk"))
    own = (
        Q(credit_item__kind=OpenItemKind.PAYMENT, credit_item__document_id=payment.pk)
        if payment.amount > 0
        else Q(debit_item__kind=OpenItemKind.REFUND, debit_item__document_id=payment.pk)
    )
    found = Allocation.objects.filter(
        own, ~Exists(undone), company=payment.company_id, reverses=None
    )
    return found.select_related("debit_item", "credit_item").order_by("-posted_on", "-id")


def place_payment(
    *, payment: Payment, amounts: Mapping[int, str], in_full: Collection[int] = (), by: User
) -> int:
    """Open item → how much of the payment goes on it, in its currency; blanks are passed over.

    An invoice in another currency takes no more than its balance at the day's rate, except
    ``in_full``, where the amount given settles it whole and the difference is one of exchange.
    Dated the later of both documents, else the first open day; where that much was free only after
    another allocation was undone, in the month of the undoing. Returns how many were made.
    Raises NotTaken (the columns are ``item_<key>``), NoCustomerYet, NothingToPlace, MoreThanIsLeft,
    and ChangedSinceSeen where the payment was changed in this moment.
    """
    company = payment.company
    require_role(company, by.username, ENTERING)
    with acting(by.username):
        own = payment_item(payment)
        if own is None:
            raise NoCustomerYet(reference=payment.reference)
        given = {key: text.strip() for key, text in amounts.items() if text.strip()}
        items = list(_items(payment).filter(pk__in=given))
        days = _days(company, own, [_part(payment, one, given, in_full) for one in items])
        periods = _hold(company, set(days.values()))
        hold_placing(company.pk)
        parts = _checked(payment, {key: given[key] for key in days}, in_full)
        if not parts:
            raise NothingToPlace()
        # A payment that is changed gets another item: this one stays until we are through.
        own = OpenItem.objects.select_for_update().filter(pk=own.pk).first()
        if own is None:
            raise ChangedSinceSeen()
        left = own.open_amount
        if sum(part.own for part in parts) > left:
            shown = money_text(left, payment.currency)
            raise MoreThanIsLeft(reference=payment.reference, left=f"{shown} {payment.currency}")
        by_period: dict[Period, list[Part]] = defaultdict(list)
        for part in parts:
            by_period[_period(periods, days[part.item.pk])].append(part)
        for period in sorted(by_period, key=lambda one: one.starts_on):
            _write(period, own, by_period[period])
        return len(parts)


def undo_allocation(*, allocation: Allocation, on: date, by: User) -> Allocation:
    """A dated reversal: on that day, not before it was placed, else on the first open day.

    Raises UndoneAlready, IsAnUndoing, LawBroken.
    """
    company = allocation.company
    require_role(company, by.username, ENTERING)
    require_not_far_ahead(company, on)
    with acting(by.username):
        if allocation.reverses_id:
            raise IsAnUndoing()
        posted_on = posting_of(company, max(on, allocation.posted_on)).posted_on
        periods = _hold(company, {posted_on})
        hold_placing(company.pk)
        if Allocation.objects.filter(company=company, reverses=allocation).exists():
            raise UndoneAlready()
        return Allocation.objects.create(
            company=company,
            customer_id=allocation.customer_id,
            period=_period(periods, posted_on),
            posted_on=posted_on,
            debit_item_id=allocation.debit_item_id,
            credit_item_id=allocation.credit_item_id,
            debit_amount=-allocation.debit_amount,
            credit_amount=-allocation.credit_amount,
            base_debit=-allocation.base_debit,
            base_credit=-allocation.base_credit,
            rule=BY_HAND,
            reverses=allocation,
        )


def _part(
    payment: Payment, item: OpenItem, given: Mapping[int, str], in_full: Collection[int]
) -> Part:
    """What the amount that was given comes to on the item; zero where it cannot be read."""
    read = READ(given[item.pk])
    amount = Decimal(0) if isinstance(read, Unreadable) else Decimal(read)
    if item.currency == payment.currency:
        return Part(item, amount, amount)
    balance = item.open_amount
    if item.pk in in_full:
        return Part(item, amount, balance)
    rate = day_rate(payment, item.currency)
    if not rate:
        return Part(item, Decimal(0), Decimal(0))
    worth = round_half_away(amount / rate, currency_digits(item.currency))
    if worth < balance:
        return Part(item, amount, worth)
    cost = round_half_away(balance * rate, currency_digits(payment.currency))
    return Part(item, min(amount, cost), balance)


def _days(company: Company, own: OpenItem, parts: list[Part]) -> dict[int, date]:
    """Item → the day it is allocated: not in a month at whose end that much was still set against
    something else (law 5)."""
    sides = [own, *(part.item for part in parts)]
    undone = Allocation.objects.filter(company=company, reverses__isnull=False).filter(
        Q(credit_item__in=sides) | Q(debit_item__in=sides)
    )
    found: dict[int, date] = {}
    total = sum((part.own for part in parts), Decimal(0))
    for part in parts:
        day = posting_of(company, max(part.item.issued_on, own.issued_on)).posted_on
        for side, amount in ((part.item, part.other), (own, total)):
            later = [
                one
                for one in undone
                if side.pk in (one.debit_item_id, one.credit_item_id)
                and one.posted_on.replace(day=1) > day.replace(day=1)
            ]
            free = side.open_amount + sum(
                one.debit_amount if side.pk == one.debit_item_id else one.credit_amount
                for one in later
            )
            if later and amount > free:
                day = posting_of(company, max(one.posted_on for one in later)).posted_on
        found[part.item.pk] = day
    return found


def _hold(company: Company, days: set[date]) -> list[Period]:
    """The months of these days, there and held open until the transaction ends."""
    if not days:
        return []
    ensure_periods(company, max(days))
    first, last = min(days), max(days)
    found = list(
        Period.objects.filter(company=company, ends_on__gte=first, starts_on__lte=last).order_by(
            "starts_on"
        )
    )
    take_periods(*found)
    return found


def _period(periods: list[Period], day: date) -> Period:
    return next(one for one in periods if one.starts_on <= day <= one.ends_on)


def _checked(payment: Payment, given: Mapping[int, str], in_full: Collection[int]) -> list[Part]:
    """The amounts that were given, each within what is open. Raises NotTaken."""
    problems: list[Problem] = []
    parts: list[Part] = []
    digits = currency_digits(payment.currency)
    for item in _items(payment).filter(pk__in=given):
        column, text = f"item_{item.pk}", given[item.pk]
        read = READ(text)
        if isinstance(read, Unreadable):
            problems.append(Problem(1, column, text, told_message(read.reason)))
            continue
        amount, still_open = Decimal(read), item.open_amount
        is_foreign = item.currency != payment.currency
        if amount != round(amount, digits):
            says = {"currency": payment.currency, "digits": digits}
            problems.append(Problem(1, column, text, gettext(DECIMALS) % says))
        elif still_open <= 0 or (amount > still_open and not is_foreign):
            shown = {"open": money_text(still_open, item.currency)}
            problems.append(Problem(1, column, text, gettext(TOO_MUCH) % shown))
        elif (part := _part(payment, item, given, in_full)).other <= 0:
            missing = {"currency": item.currency, "value": payment.received_on.isoformat()}
            problems.append(Problem(1, column, text, gettext(NO_RATE) % missing))
        else:
            parts.append(part)
    if problems:
        raise NotTaken({"placing": problems})
    return parts


def _write(period: Period, own: OpenItem, parts: list[Part]) -> None:
    sql.execute(PLACED)
    is_credit = own.side == Side.CREDIT
    for part in parts:
        values = {
            "credit": own.pk if is_credit else part.item.pk,
            "debit": part.item.pk if is_credit else own.pk,
            "debit_amount": part.other if is_credit else part.own,
            "credit_amount": part.own if is_credit else part.other,
            "rule": BY_HAND,
        }
        sql.execute(PLACE, values)
    write_allocations(period, len(parts), Unwatched())
