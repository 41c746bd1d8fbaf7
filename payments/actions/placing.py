"""Placing a payment by hand, and undoing a placing; the amounts come from the match-run's SQL."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from closing_site import cells, sql
from closing_site.acting import acting
from closing_site.cells import Unreadable
from closing_site.companies.members import ENTERING, require_role
from closing_site.companies.models import Company, User
from closing_site.customers.checking import DECIMALS
from closing_site.customers.models import OpenItem, OpenItemKind
from closing_site.desk.errors import ChangedSinceSeen
from closing_site.desk.progress import Unwatched
from closing_site.money import currency_digits
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
from payments.runs.placing import PLACED

BY_HAND = "by_hand"
TOO_MUCH = gettext_noop("Only %(open)s of it is open.")
PLACE = """
    INSERT INTO match_placed SELECT %(payment_item)s, %(item)s, %(amount)s, %(rule)s, 1
"""
READ = cells.number(digits=13, decimals=4, may_be_zero=False)
DEBTS = (OpenItemKind.INVOICE, OpenItemKind.OPENING_INVOICE)


def _invoices(payment: Payment) -> QuerySet[OpenItem]:
    return OpenItem.objects.filter(
        company=payment.company_id,
        customer=payment.customer_id,
        currency=payment.currency,
        kind__in=DEBTS,
    ).order_by("issued_on", "id")


def open_invoices(payment: Payment) -> QuerySet[OpenItem]:
    """On which it can be placed: what its customer owes in its currency, the oldest first."""
    return _invoices(payment).filter(settled__lt=F("amount"))


def payment_item(payment: Payment) -> OpenItem | None:
    return OpenItem.objects.filter(
        company=payment.company_id, kind=OpenItemKind.PAYMENT, document_id=payment.pk
    ).first()


def undoable(payment: Payment) -> QuerySet[Allocation]:
    """What of it is placed and was not undone, the newest first."""
    undone = Allocation.objects.filter(company=payment.company_id, reverses=OuterRef("pk"))
    found = Allocation.objects.filter(
        ~Exists(undone),
        company=payment.company_id,
        credit_item__kind=OpenItemKind.PAYMENT,
        credit_item__document_id=payment.pk,
        reverses=None,
    )
    return found.select_related("debit_item").order_by("-posted_on", "-id")


def place_payment(*, payment: Payment, amounts: Mapping[int, str], by: User) -> int:
    """Open item → how much of the payment goes on it, in its currency; blanks are passed over.

    Dated the later of both documents, else the first open day; where that much was free only after
    another placing was undone, in the month of the undoing. Returns how many were placed.
    Raises NotTaken (the columns are ``item_<key>``), NoCustomerYet, NothingToPlace, MoreThanIsLeft,
    and ChangedSinceSeen where the payment was changed in this moment.
    """
    company = payment.company
    require_role(company, by.username, ENTERING)
    with acting(by.username):
        credit = payment_item(payment)
        if credit is None:
            raise NoCustomerYet(reference=payment.reference)
        given = {key: text.strip() for key, text in amounts.items() if text.strip()}
        days = _days(company, credit, list(_invoices(payment).filter(pk__in=given)), given)
        periods = _hold(company, set(days.values()))
        hold_placing(company.pk)
        placed = _checked(payment, {key: given[key] for key in days})
        if not placed:
            raise NothingToPlace()
        # A payment that is changed gets another item: this one stays until we are through.
        credit = OpenItem.objects.select_for_update().filter(pk=credit.pk).first()
        if credit is None:
            raise ChangedSinceSeen()
        left = credit.amount - credit.settled
        if sum(placed.values()) > left:
            shown = money_text(left, payment.currency)
            raise MoreThanIsLeft(reference=payment.reference, left=f"{shown} {payment.currency}")
        by_period: dict[Period, dict[int, Decimal]] = defaultdict(dict)
        for key, amount in placed.items():
            by_period[_period(periods, days[key])][key] = amount
        for period in sorted(by_period, key=lambda one: one.starts_on):
            _write(period, credit.pk, by_period[period])
        return len(placed)


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


def _days(
    company: Company, credit: OpenItem, items: list[OpenItem], given: Mapping[int, str]
) -> dict[int, date]:
    """Item → the day it is placed: not in a month at whose end that much was still set against
    something else (law 5)."""
    wanted = {item.pk: _read(given[item.pk]) for item in items}
    undone = Allocation.objects.filter(company=company, reverses__isnull=False).filter(
        Q(credit_item=credit) | Q(debit_item__in=items)
    )
    found: dict[int, date] = {}
    for item in items:
        day = posting_of(company, max(item.issued_on, credit.issued_on)).posted_on
        for side, amount in ((item, wanted[item.pk]), (credit, sum(wanted.values()))):
            later = [
                one
                for one in undone
                if side.pk in (one.debit_item_id, one.credit_item_id)
                and one.posted_on.replace(day=1) > day.replace(day=1)
            ]
            free = side.amount - side.settled + sum(one.credit_amount for one in later)
            if later and amount > free:
                day = posting_of(company, max(one.posted_on for one in later)).posted_on
        found[item.pk] = day
    return found


def _read(text: str) -> Decimal:
    read = READ(text)
    return Decimal(0) if isinstance(read, Unreadable) else Decimal(read)


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


def _checked(payment: Payment, given: Mapping[int, str]) -> dict[int, Decimal]:
    """The amounts that were given, each within what is open. Raises NotTaken."""
    problems: list[Problem] = []
    placed: dict[int, Decimal] = {}
    digits = currency_digits(payment.currency)
    for item in _invoices(payment).filter(pk__in=given):
        column, text = f"item_{item.pk}", given[item.pk]
        read = READ(text)
        if isinstance(read, Unreadable):
            problems.append(Problem(1, column, text, told_message(read.reason)))
            continue
        amount, still_open = Decimal(read), item.amount - item.settled
        if amount != round(amount, digits):
            says = {"currency": payment.currency, "digits": digits}
            problems.append(Problem(1, column, text, gettext(DECIMALS) % says))
        elif amount > still_open:
            shown = {"open": money_text(still_open, payment.currency)}
            problems.append(Problem(1, column, text, gettext(TOO_MUCH) % shown))
        else:
            placed[item.pk] = amount
    if problems:
        raise NotTaken({"placing": problems})
    return placed


def _write(period: Period, credit: int, amounts: Mapping[int, Decimal]) -> None:
    sql.execute(PLACED)
    for item, amount in amounts.items():
        values = {"payment_item": credit, "item": item, "amount": amount, "rule": BY_HAND}
        sql.execute(PLACE, values)
    write_allocations(period, len(amounts), Unwatched())
