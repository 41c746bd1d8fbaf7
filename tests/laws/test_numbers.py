"""Law 1: the numbers of a series are exactly 1…n, and a later one is never of an earlier day."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from invoicing.runs.issue import invoice_run
from tests.laws.books import FEBRUARY, Books, commit, execute, rows, settle_constraints, value
from tests.laws.documents import SERIES, copy, issue, key_of, series_of

pytestmark = pytest.mark.django_db

MUST_GO_ON = f"The numbers of series {SERIES} must go on"


def test_the_next_number_is_issued(books: Books) -> None:
    issue(3)
    issue(4)
    settle_constraints()
    assert series_of(SERIES)[1] == 4


@pytest.mark.parametrize(
    ("sequence", "counter", "day"),
    [
        pytest.param(4, 4, "2026-02-20", id="a gap"),
        pytest.param(3, 2, "2026-02-20", id="a number that the series has not given"),
        pytest.param(3, 5, "2026-02-20", id="a series that has given more"),
        pytest.param(3, 3, "2026-02-09", id="a step back in time"),
    ],
)
def test_no_invoice_breaks_the_series(books: Books, sequence: int, counter: int, day: str) -> None:
    with pytest.raises(IntegrityError, match=MUST_GO_ON):
        issue(sequence, counter=counter, day=day)


def test_no_number_is_given_twice(books: Books) -> None:
    with pytest.raises(IntegrityError, match="invoicing_invoice_number"):
        issue(2)
    with pytest.raises(IntegrityError, match="invoicing_invoice_sequence"):
        issue(2, number="INV-OTHER")


def test_the_same_day_is_no_step_back(books: Books) -> None:
    issue(3, day="2026-02-10")


@pytest.mark.parametrize(("code", "sequence"), [("INV-2026-01", 4), ("TR-2026-02", 4)])
def test_no_invoice_takes_a_number_of_another_series(
    books: Books, code: str, sequence: int
) -> None:
    with pytest.raises(IntegrityError, match=f"The numbers of series {code} must go on"):
        issue(sequence, series_id=series_of(code)[0])


def test_no_invoice_takes_a_number_of_no_series(books: Books) -> None:
    with pytest.raises(IntegrityError, match="The numbers of series"):
        issue(3, series_id=0)


@pytest.mark.parametrize("moved", [0, 1, 3, 9])
def test_the_counter_counts_nothing_else(books: Books, moved: int) -> None:
    """Told when the transaction ends: the counter is moved before its documents are written."""
    said = f"Series {SERIES} counts to {moved}, and its last document bears 2"
    with pytest.raises(IntegrityError, match=said):
        commit("UPDATE invoicing_numberseries SET last_number = %s WHERE code = %s", moved, SERIES)


def test_the_counter_of_vouchers_counts_vouchers(books: Books) -> None:
    with pytest.raises(IntegrityError, match="TR-2026-02 counts to 4, and its last document"):
        commit("UPDATE invoicing_numberseries SET last_number = 4 WHERE code = 'TR-2026-02'")


def test_a_new_series_begins_at_nothing(books: Books) -> None:
    with pytest.raises(IntegrityError, match="Series DEP counts to 2, .* bears 0"):
        commit(
            "INSERT INTO invoicing_numberseries (company_id, kind, period_id, code, last_number)"
            " SELECT company_id, 'deposit', period_id, 'DEP', last_number"
            " FROM invoicing_numberseries WHERE code = %s",
            SERIES,
        )


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM invoicing_numberseries WHERE code = %s",
        "UPDATE invoicing_numberseries SET code = 'OTHER' WHERE code = %s",
        "UPDATE invoicing_numberseries SET kind = 'other' WHERE code = %s",
        "UPDATE invoicing_numberseries SET period_id = period_id + 1 WHERE code = %s",
    ],
)
def test_a_series_stays_what_it_is(books: Books, statement: str) -> None:
    with pytest.raises(IntegrityError, match=f"{SERIES} is a number series"):
        execute(statement, SERIES)


@pytest.mark.parametrize(
    "given",
    [
        {"status": "draft"},
        {"status": "draft", "series_id": None, "sequence_number": None},
        {"number": None},
        {"sequence_number": None},
        {"series_id": None},
        {"issued_on": None},
        {"issued_at": None},
        {"period_id": None},
    ],
    ids=str,
)
def test_a_number_exists_exactly_when_its_document_is_issued(
    books: Books, given: dict[str, Any]
) -> None:
    with pytest.raises(
        IntegrityError, match="invoicing_invoice_numbered_when_issued|day of period"
    ):
        issue(3, **given)


def test_what_is_rolled_back_gives_its_number_back(books: Books) -> None:
    """The only order that waits is issued, undone, and issued again under the same number."""
    books.take(products="sku,name\nNONE,Found\n")
    books.close(FEBRUARY, "--through", "confirm")
    february = books.period(FEBRUARY)
    ((order,),) = rows("SELECT id FROM orders_order WHERE number = 'O-4'")
    for is_kept in (False, True):
        with transaction.atomic():
            assert invoice_run(february, by="ann", orders=[order]) == 1
            number = value("SELECT number FROM invoicing_invoice WHERE order_id = %s", order)
            transaction.set_rollback(not is_kept)
        assert number == f"{SERIES}-00003"
    settle_constraints()


@pytest.mark.parametrize(
    ("sequence", "counter", "day"),
    [(5, 5, "2026-02-27"), (4, 3, "2026-02-27"), (4, 4, "2026-02-20")],
)
def test_vouchers_are_numbered_by_the_same_law(
    books: Books, sequence: int, counter: int, day: str
) -> None:
    """TR-2026-02-00003 is of February 21."""
    with pytest.raises(IntegrityError, match="The numbers of series TR-2026-02 must go on"):
        write_voucher(sequence, counter, day)


def test_the_next_voucher_is_written(books: Books) -> None:
    write_voucher(4, 4, "2026-02-21")
    settle_constraints()


@transaction.atomic
def write_voucher(sequence: int, counter: int, day: str) -> None:
    """One like TR-2026-02-00003."""
    ((like,),) = rows("SELECT id FROM reconciliation_voucher WHERE number = 'TR-2026-02-00003'")
    key = value("SELECT nextval('reconciliation_voucher_id_seq')")
    columns = "company_id, period_id, kind, series_id, document_kind, document_id, document_number"
    copy("reconciliation_voucherline", f"voucher_id = {like}", voucher_id=key)
    execute("UPDATE invoicing_numberseries SET last_number = %s WHERE code = 'TR-2026-02'", counter)
    execute(
        f"INSERT INTO reconciliation_voucher (id, {columns}, total, sequence_number, number,"
        f" posted_on) SELECT %s, {columns}, total, %s, 'TR-X', %s"
        " FROM reconciliation_voucher WHERE id = %s",
        *(key, sequence, day, like),
    )


def test_an_issued_number_is_never_taken_away(books: Books) -> None:
    key = key_of(f"{SERIES}-00002")
    with pytest.raises(IntegrityError, match=f"{SERIES}-00002 is final"):
        execute("UPDATE invoicing_invoice SET number = 'INV-OTHER' WHERE id = %s", key)
    with pytest.raises(IntegrityError, match=f"{SERIES}-00002 is final"):
        execute("DELETE FROM invoicing_invoice WHERE id = %s", key)
