"""Law 5 under a race: who settles an item waits for who settles it already, and is then refused.

INV-2026-01-00003 (Adler): 21.40 open. P-3 (Adler): 200.00 left, P-6 (Birke): 5.00 left.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from closing_site.desk.progress import Unwatched
from payments.runs.match import match_run
from tests.laws.books import FEBRUARY, Books, rows
from tests.laws.racing import Racer, all_at_once
from tests.laws.test_settling import ADLERS, BIRKES, allocate, deduct, settled

pytestmark = pytest.mark.django_db(transaction=True)

Watcher = psycopg.Cursor[Any]
Work = Callable[[], Any]

#: What is settled is read and added to, and the row is held by no one in between.
PLAIN_READ = """
    CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $mutant$
    DECLARE part record;
    BEGIN
        FOR part IN SELECT ARRAY(
            SELECT ROW(item.id, item.settled + taken.amount)
            FROM customers_openitem AS item JOIN ({}) AS taken ON taken.id = item.id) AS items
        LOOP
            UPDATE customers_openitem AS item SET settled = read.settled
            FROM unnest(part.items) AS read (id bigint, settled numeric)
            WHERE item.id = read.id;
        END LOOP;
        RETURN NULL;
    END $mutant$
"""
MUTANTS = (
    PLAIN_READ.format(
        "payments_allocation_law_5_insert",
        "SELECT credit_item_id AS id, credit_amount AS amount FROM new_rows"
        " UNION ALL SELECT debit_item_id, debit_amount FROM new_rows",
    ),
    PLAIN_READ.format(
        "payments_deduction_law_5_insert", "SELECT item_id AS id, amount FROM new_rows"
    ),
)

#: Two who settle the same item, each of whom alone may.
PAIRS = {
    "one invoice": (
        lambda: allocate("P-3", ADLERS, "15.00"),
        lambda: allocate("P-3", ADLERS, "15.00"),
    ),
    "one payment": (
        lambda: allocate("P-6", BIRKES, "4.00"),
        lambda: allocate("P-6", "INV-2026-02-00001", "4.00"),
    ),
    "money and a deduction": (
        lambda: allocate("P-3", ADLERS, "15.00"),
        lambda: deduct(ADLERS, "15.00"),
    ),
}
every_pair = pytest.mark.parametrize(("first", "second"), PAIRS.values(), ids=PAIRS)


def over_allocated() -> list[str]:
    """Items against which more is set than they are of, by what is set against them."""
    return [
        number
        for (number,) in rows(
            "SELECT i.number FROM customers_openitem AS i JOIN ("
            " SELECT debit_item_id AS id, debit_amount AS amount FROM payments_allocation"
            " UNION ALL SELECT credit_item_id, credit_amount FROM payments_allocation"
            " UNION ALL SELECT item_id, amount FROM payments_deduction) AS part ON part.id = i.id"
            " GROUP BY i.id HAVING sum(part.amount) > i.amount ORDER BY 1"
        )
    ]


@every_pair
@pytest.mark.parametrize("is_kept", [True, False])
def test_the_second_waits_and_takes_only_what_is_left(
    books: Books, owner_cursor: Watcher, first: Work, second: Work, is_kept: bool
) -> None:
    with transaction.atomic():
        first()
        racer = Racer(owner_cursor, second)
        assert racer.waits()
        transaction.set_rollback(not is_kept)
    racer.ends()
    if is_kept:
        assert isinstance(racer.error, IntegrityError)
        assert "customers_openitem_settled_within_amount" in str(racer.error)
    else:
        assert racer.error is None
    assert over_allocated() == []


def test_eight_at_once_settle_what_is_open_and_no_more(books: Books, owner_cursor: Watcher) -> None:
    """5.00 each of 21.40: four have room."""
    racers = all_at_once([lambda: allocate("P-3", ADLERS, "5.00")] * 8, owner_cursor)
    assert sum(racer.error is None for racer in racers) == 4
    assert all(isinstance(racer.error, IntegrityError | None) for racer in racers)
    assert (settled(ADLERS), settled("P-3")) == (Decimal(20), Decimal(20))
    assert over_allocated() == []


def test_runs_at_once_place_each_payment_once(books: Books, owner_cursor: Watcher) -> None:
    """The run finds the 28.50 that are open of Birke's invoice, whoever runs it."""
    taken, status = books.take(
        payments="reference,customer_code,received_on,amount,currency,method,order_number\n"
        "P-9,B,2026-02-12,28.50,EUR,cash,O-2\n"
    )
    assert status == 0, taken
    february = books.period(FEBRUARY)
    racers = all_at_once(
        [lambda: match_run(february, by="ann", progress=Unwatched())] * 4, owner_cursor
    )
    assert sorted(racer.result for racer in racers) == [0, 0, 0, 1]
    assert settled(BIRKES) == Decimal("59.50")
    assert over_allocated() == []


@every_pair
def test_the_race_catches_who_settles_from_a_plain_read(
    books: Books, owner_cursor: Watcher, first: Work, second: Work
) -> None:
    for mutant in MUTANTS:
        owner_cursor.execute(mutant)
    with transaction.atomic():
        first()
        racer = Racer(owner_cursor, second)
        assert racer.waits()
    assert racer.ends().error is None
    assert over_allocated() != []
