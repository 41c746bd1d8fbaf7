"""Law 11 under a race: who defers an order and who confirms it come one by one, and the second is
told what the first has done. An order that a person has deferred is never confirmed as well."""

from typing import Any

import psycopg
import pytest
from django.db import transaction

from orders.actions import taking
from orders.actions.confirming import confirm_order
from orders.actions.deferring import defer_order
from orders.errors import NothingToDefer, OrderDeferred
from orders.models import Deferral, Delivery, Order
from orders.runs import confirm
from orders.runs.confirm import confirm_run, defer_orders
from tests.laws.books import FEBRUARY, REASON, Books, person
from tests.laws.parts import LINES, ORDERS
from tests.laws.racing import Racer

pytestmark = pytest.mark.django_db(transaction=True)

Watcher = psycopg.Cursor[Any]


@pytest.fixture
def order(books: Books) -> Order:
    """Delivered in February, with nothing that blocks it."""
    taken, status = books.take(
        orders=ORDERS + "O-50,A,2026-02-01,2026-02-14,delivered\n",
        order_lines=LINES + "O-50,1,TEA,5,10,19\n",
    )
    assert (taken["written"], status) == (True, 0), taken
    found: Order = Order.objects.get(number="O-50")
    return found


def confirm_it(order: Order) -> list[str]:
    return confirm_order(order=Order.objects.get(pk=order.pk), by=person("ann"))


def defer_it(order: Order) -> Deferral:
    return defer_order(order=Order.objects.get(pk=order.pk), reason=REASON, by=person("ann"))


def is_confirmed(order: Order) -> bool:
    return bool(Delivery.objects.get(order=order).period_id)


def is_deferred(order: Order) -> bool:
    return bool(Deferral.objects.filter(order=order, origin="person", released_at=None).exists())


def test_who_confirms_waits_for_who_defers(
    books: Books, order: Order, owner_cursor: Watcher
) -> None:
    with transaction.atomic():
        defer_it(order)
        racer = Racer(owner_cursor, lambda: confirm_it(order))
        assert racer.waits()
    assert isinstance(racer.ends().error, OrderDeferred)
    assert (is_confirmed(order), is_deferred(order)) == (False, True)


def test_the_confirm_run_waits_for_who_defers_from_the_list(
    books: Books, order: Order, owner_cursor: Watcher
) -> None:
    month = books.period(FEBRUARY)
    with transaction.atomic():
        assert defer_orders(month, reason=REASON, by="ann", orders=[order.pk]) == 1
        racer = Racer(owner_cursor, lambda: confirm_run(month, by="ann"))
        assert racer.waits()
    assert (racer.ends().error, racer.result) == (None, 0)
    assert (is_confirmed(order), is_deferred(order)) == (False, True)


def test_who_defers_waits_for_who_confirms(
    books: Books, order: Order, owner_cursor: Watcher
) -> None:
    with transaction.atomic():
        assert confirm_it(order) == []
        racer = Racer(owner_cursor, lambda: defer_it(order))
        assert racer.waits()
    assert isinstance(racer.ends().error, NothingToDefer)
    assert (is_confirmed(order), is_deferred(order)) == (True, False)


@pytest.mark.parametrize("module", [taking, confirm], ids=["defers", "confirms"])
def test_the_race_catches_who_does_not_hold_the_orders(
    books: Books,
    order: Order,
    owner_cursor: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
) -> None:
    """Neither sees what the other has not committed: confirmed, and deferred by a person."""
    monkeypatch.setattr(module, "hold_orders", lambda _company: None)
    with transaction.atomic():
        defer_it(order)
        racer = Racer(owner_cursor, lambda: confirm_it(order))
        assert not racer.waits()
    assert racer.ends().error is None
    assert (is_confirmed(order), is_deferred(order)) == (True, True)
