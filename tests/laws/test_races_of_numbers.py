"""Law 1 under a race: eight who issue at once, some of whom roll back, leave 1…n."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from closing_site.desk.progress import Unwatched
from invoicing import numbering
from invoicing.runs import billing, issue
from invoicing.runs.issue import invoice_run
from orders.runs.confirm import confirm_run
from tests.laws.books import FEBRUARY, Books, rows, value
from tests.laws.documents import SERIES, series_of
from tests.laws.racing import Gate, Racer, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

Watcher = psycopg.Cursor[Any]

MANY = 8
#: The row is read and not held: the mutant that the race must catch.
WITHOUT_LOCK = numbering.TAKE.replace("FOR UPDATE", "")
#: Nor is there a counter: the one that every tutorial has.
MAX_PLUS_ONE = """
    SELECT s.id, s.code, s.last_issued_on, (SELECT coalesce(max(i.sequence_number), 0)
        FROM invoicing_invoice AS i WHERE i.series_id = s.id) AS last_number
    FROM invoicing_numberseries AS s
    WHERE s.company_id = %(company)s AND s.kind = %(kind)s AND s.period_id = %(period)s
"""


class RolledBackError(Exception):
    pass


@pytest.fixture
def orders(books: Books) -> list[int]:
    """Confirmed and not invoiced, no two alike: INV-2026-02 has given two numbers."""
    numbers = [f"R-{n}" for n in range(1, MANY + 1)]
    taken, status = books.take(
        orders="number,customer_code,order_date,delivered_on,status\n"
        + "".join(f"{number},A,2026-02-01,2026-02-1{n}\n" for n, number in enumerate(numbers)),
        order_lines="order_number,line_number,sku,quantity,unit_price,tax_rate\n"
        + "".join(f"{number},1,TEA,{n},10,19\n" for n, number in enumerate(numbers, start=1)),
    )
    assert status == 0, taken
    assert confirm_run(books.period(FEBRUARY), by="ann", progress=Unwatched()) == MANY
    found = dict(rows("SELECT number, id FROM orders_order"))
    return [found[number] for number in numbers]


def invoicing(books: Books, order: int, *, failures: int = 0) -> Callable[[], int]:
    """Issues one invoice, after so many times that its transaction was rolled back."""
    february = books.period(FEBRUARY)

    def work() -> int:
        for _ in range(failures):
            try:
                with transaction.atomic():
                    invoice_run(february, by="ann", orders=[order])
                    raise RolledBackError
            except RolledBackError:
                pass
        return invoice_run(february, by="ann", orders=[order])

    return work


def numbers() -> list[int]:
    return [
        number
        for (number,) in rows(
            "SELECT i.sequence_number FROM invoicing_invoice AS i JOIN invoicing_numberseries AS s"
            " ON s.id = i.series_id WHERE s.code = %s ORDER BY 1",
            SERIES,
        )
    ]


def test_eight_at_once_leave_no_gap_and_no_double(
    books: Books, orders: list[int], owner_cursor: Watcher
) -> None:
    racers = all_at_once(
        [invoicing(books, order, failures=n % 3) for n, order in enumerate(orders)], owner_cursor
    )
    assert [(racer.result, racer.error) for racer in racers] == [(1, None)] * MANY
    assert numbers() == list(range(1, 2 + MANY + 1))
    assert series_of(SERIES)[1] == 2 + MANY


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_second_waits_until_the_first_has_ended(
    books: Books, orders: list[int], owner_cursor: Watcher, is_kept: bool
) -> None:
    with transaction.atomic():
        invoicing(books, orders[0])()
        second = Racer(owner_cursor, invoicing(books, orders[1]))
        assert second.waits()
        transaction.set_rollback(not is_kept)
    assert (second.ends().result, second.error) == (1, None)
    assert numbers() == ([1, 2, 3, 4] if is_kept else [1, 2, 3])
    # A number that was given back is the next one's.
    assert value(
        "SELECT sequence_number FROM invoicing_invoice WHERE order_id = %s", orders[1]
    ) == (4 if is_kept else 3)


def first_at(gate: Gate, order: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let who invoices this order stand still when they have read the counter."""
    collect = billing.collect_billing

    def stopping(period: Any, series: Any, orders: Any) -> int:
        if orders == [order]:
            gate.stop_here()
        return collect(period, series, orders)

    monkeypatch.setattr(issue, "collect_billing", stopping)


def test_the_second_waits_as_soon_as_the_first_has_read_the_counter(
    books: Books, orders: list[int], owner_cursor: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    first_at(gate, orders[0], monkeypatch)
    first = Racer(owner_cursor, invoicing(books, orders[0]))
    with gate.reached():
        second = Racer(owner_cursor, invoicing(books, orders[1]))
        assert second.waits()
    assert (first.ends().result, second.ends().result) == (1, 1)
    assert numbers() == [1, 2, 3, 4]


@pytest.mark.parametrize("mutant", [WITHOUT_LOCK, MAX_PLUS_ONE], ids=["no lock", "max + 1"])
def test_the_race_catches_who_numbers_without_a_lock(
    books: Books,
    orders: list[int],
    owner_cursor: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    mutant: str,
) -> None:
    """The second is through before the first, who then gives the same number again."""
    monkeypatch.setattr(numbering, "TAKE", mutant)
    gate = Gate()
    first_at(gate, orders[0], monkeypatch)
    first = Racer(owner_cursor, invoicing(books, orders[0]))
    with gate.reached():
        second = Racer(owner_cursor, invoicing(books, orders[1]))
        assert not second.waits()
        assert (second.result, second.error) == (1, None)
    assert isinstance(first.ends().error, IntegrityError)
    assert "invoicing_invoice_" in str(first.error)
    assert numbers() == [1, 2, 3]


def test_one_order_is_not_invoiced_twice(
    books: Books, orders: list[int], owner_cursor: Watcher
) -> None:
    racers = all_at_once([invoicing(books, orders[0])] * 4, owner_cursor)
    assert sorted(racer.result for racer in racers) == [0, 0, 0, 1]
    assert numbers() == [1, 2, 3]
