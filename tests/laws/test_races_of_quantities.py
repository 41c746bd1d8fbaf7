"""Law 3 under a race: who invoices an order and who changes what is delivered of it wait for each
other, and the second is refused.

Line 3 of O-40 is added after the first part, without deliveries: the next invoice bills it.
"""

import re
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from closing_site.law_functions import function_sql
from invoicing.law_3 import NOT_BILLED_BEFORE
from invoicing.runs.issue import invoice_run
from orders.actions.taking_back import take_back_confirmation
from orders.errors import InvoicedAlready
from orders.models import Order
from tests.commands import run
from tests.laws.books import CODE, FEBRUARY, Books, person
from tests.laws.parts import add_line, begin_order, deliver
from tests.laws.racing import Racer

pytestmark = pytest.mark.django_db(transaction=True)

Watcher = psycopg.Cursor[Any]
MORE = "Order O-40 line 3: more would be invoiced than is confirmed"


@pytest.fixture
def added(books: Books) -> Books:
    begin_order(books)
    add_line("O-40", 3, like=2)
    return books


def invoice(books: Books) -> int:
    return invoice_run(books.period(FEBRUARY), by="ann")


def take_back(books: Books, order: str) -> int:
    return take_back_confirmation(
        order=Order.objects.get(number=order), period=books.period(FEBRUARY), by=person("ann")
    )


def broken() -> list[str]:
    result, _status = run("verify_integrity", "--company", CODE)
    return [found["number"] for found in result["findings"] if found["law"] == 3]


def test_who_invoices_waits_for_who_delivers(added: Books, owner_cursor: Watcher) -> None:
    with transaction.atomic():
        deliver("O-40", 3, "2026-02-20", 1)
        racer = Racer(owner_cursor, lambda: invoice(added))
        assert racer.waits()
    assert MORE in str(racer.ends().error)
    assert broken() == []


def test_who_delivers_waits_for_who_invoices(added: Books, owner_cursor: Watcher) -> None:
    with transaction.atomic():
        assert invoice(added) == 1
        racer = Racer(owner_cursor, lambda: deliver("O-40", 3, "2026-02-20", 1))
        assert racer.waits()
    assert isinstance(racer.ends().error, IntegrityError)
    assert "O-40 line 3 is invoiced already" in str(racer.error)
    assert broken() == []


def test_who_takes_a_confirmation_back_waits_for_who_invoices(
    books: Books, owner_cursor: Watcher
) -> None:
    begin_order(books, is_invoiced=False)
    with transaction.atomic():
        assert invoice(books) == 1
        racer = Racer(owner_cursor, lambda: take_back(books, "O-40"))
        assert racer.waits()
    assert isinstance(racer.ends().error, InvoicedAlready)
    assert broken() == []


def test_who_invoices_waits_for_who_takes_the_confirmation_back(
    books: Books, owner_cursor: Watcher
) -> None:
    begin_order(books, is_invoiced=False)
    with transaction.atomic():
        assert take_back(books, "O-40") == 1
        racer = Racer(owner_cursor, lambda: invoice(books))
        assert racer.waits()
    assert "more would be invoiced than is confirmed" in str(racer.ends().error)
    assert broken() == []


def test_the_race_catches_who_delivers_without_holding_the_order(
    added: Books, owner_cursor: Watcher
) -> None:
    mutant, how_many = re.subn(r"PERFORM 1 FROM orders_order[^;]*;", "", NOT_BILLED_BEFORE)
    assert how_many == 1
    owner_cursor.execute(function_sql("orders_deliveryline_law_3_insert", mutant).encode())
    with transaction.atomic():
        deliver("O-40", 3, "2026-02-20", 1)
        racer = Racer(owner_cursor, lambda: invoice(added))
        assert not racer.waits()
    assert racer.ends().error is None
    assert broken() == ["O-40/3"]
