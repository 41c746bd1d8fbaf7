"""The roll-forward, every figure worked out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from closing_site import sql
from closing_site.periods.models import Period
from reconciliation.balances import Difference, freeze_balances, roll_forward_differences
from reconciliation.models import CustomerBalance
from tests.reconciliation.books import Books

pytestmark = pytest.mark.django_db

#: What ``received`` and ``closing`` are made of.
PARTS = ("received_cash", "received_notes", "received_other", "unapplied_credits")
JAN, FEB, MAR = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)


@pytest.fixture
def books() -> Books:
    return Books.begin(date(2026, 1, 1))


def balance(period: str, customer: str = "A", currency: str = "EUR") -> dict[str, Any]:
    """The row of v_receivables, without zeros and names."""
    found = sql.rows(
        "SELECT * FROM v_receivables WHERE company = 'TEST' AND period = %(period)s"
        " AND customer_code = %(customer)s AND currency = %(currency)s",
        {"period": period, "customer": customer, "currency": currency},
    )
    assert len(found) <= 1
    return {
        name: value
        for row in found
        for name, value in row.items()
        if isinstance(value, Decimal) and value and not name.startswith(("base_", *PARTS))
    }


def base_balance(period: str, customer: str = "A", currency: str = "EUR") -> dict[str, Any]:
    found = sql.rows(
        "SELECT * FROM v_receivables WHERE company = 'TEST' AND period = %(period)s"
        " AND customer_code = %(customer)s AND currency = %(currency)s",
        {"period": period, "customer": customer, "currency": currency},
    )
    return {
        name.removeprefix("base_"): value
        for row in found
        for name, value in row.items()
        if name.startswith("base_") and value and not name.endswith(PARTS)
    }


def measures(found: list[Difference]) -> dict[str, Any]:
    """Customer and measure → the roll-forward's amount and the other's."""
    return {f"{row.customer_code} {row.measure}": (row.balance, row.found) for row in found}


def test_what_is_invoiced_and_not_paid_is_owed(books: Books) -> None:
    books.invoice("A", JAN, "100", "19", percent="19")
    assert balance("2026-01") == {"invoiced": 119, "closing": 119}


def test_money_is_an_advance_until_it_is_placed(books: Books) -> None:
    invoice = books.invoice("A", JAN, "100")
    payment = books.payment("A", JAN, "80")
    assert balance("2026-01")["advances_closing"] == 80
    books.set_off(payment, invoice, JAN, "70")
    assert balance("2026-01") == {
        "invoiced": 100,
        "allocated": 70,
        "closing": 30,
        "received": 80,
        "placed": 70,
        "advances_closing": 10,
    }


def test_an_undoing_counts_on_its_own_day(books: Books) -> None:
    invoice = books.invoice("A", JAN, "100")
    payment = books.payment("A", JAN, "100")
    placed = books.set_off(payment, invoice, JAN, "100")
    books.set_off(payment, invoice, FEB, "-100", reverses=placed)
    assert balance("2026-01") == {
        "invoiced": 100,
        "allocated": 100,
        "received": 100,
        "placed": 100,
    }
    assert balance("2026-02") == {
        "allocated": -100,
        "closing": 100,
        "placed": -100,
        "advances_closing": 100,
    }


def test_a_credit_note_lowers_what_is_owed_once(books: Books) -> None:
    """Set against the invoice it moves nothing more."""
    invoice = books.invoice("A", JAN, "100")
    credit = books.invoice("A", JAN, "-40", credits=invoice, quantity="-1")
    before = balance("2026-01")
    books.set_off(credit, invoice, JAN, "40")
    assert balance("2026-01") == before == {"invoiced": 100, "credited": 40, "closing": 60}


def test_a_refund_of_a_credit_note_raises_what_is_owed_again(books: Books) -> None:
    invoice = books.invoice("A", JAN, "100")
    books.set_off(books.payment("A", JAN, "100"), invoice, JAN, "100")
    credit = books.invoice("A", JAN, "-40", credits=invoice, quantity="-1")
    refund = books.payment("A", JAN, "-40")
    assert balance("2026-01")["closing"] == -40
    assert balance("2026-01")["advances_closing"] == -40
    books.set_off(credit, refund, JAN, "40")
    assert balance("2026-01") == {
        "invoiced": 100,
        "credited": 40,
        "allocated": 60,
        "received": 100,
        "refunded": 40,
        "placed": 60,
    }


def test_a_refund_of_a_payment_moves_no_receivable(books: Books) -> None:
    payment = books.payment("A", JAN, "50")
    refund = books.payment("A", JAN, "-50")
    books.set_off(payment, refund, JAN, "50")
    assert balance("2026-01") == {"received": 50, "refunded": 50}


def test_deductions_and_money_without_a_customer(books: Books) -> None:
    invoice = books.invoice("A", JAN, "100")
    books.deduct(invoice, JAN, "2", "cash_discount")
    books.payment(None, JAN, "500")
    assert balance("2026-01") == {"invoiced": 100, "deducted": 2, "closing": 98}


def test_a_draft_received_is_a_note(books: Books) -> None:
    books.payment("A", JAN, "500", method="acceptance_draft")
    found = balance("2026-01")
    assert found["notes_closing"] == found["received"] == 500
    assert balance("2026-02") == {}  # There is no February yet.
    books.period(FEB)
    assert balance("2026-02")["notes_closing"] == 500


def test_items_from_before_the_books_open_the_first_month(books: Books) -> None:
    books.opening("A", "opening_invoice", "300", date(2025, 11, 30))
    books.opening("A", "opening_credit_note", "50", date(2025, 12, 1))
    books.opening("A", "opening_advance", "20", date(2025, 12, 2))
    books.period(FEB)
    rows = [balance("2026-01"), balance("2026-02")]
    assert rows[0] == {
        "opening": 250,
        "closing": 250,
        "advances_opening": 20,
        "advances_closing": 20,
    }
    assert rows[1] == rows[0]


def test_open_months_roll_on_from_the_last_locked_one(books: Books) -> None:
    first = books.invoice("A", JAN, "100")
    books.invoice("B", JAN, "7")
    january = books.period(JAN)
    assert freeze_balances(january) == 2
    books.lock(JAN)
    books.set_off(books.payment("A", FEB, "30"), first, FEB, "30")
    books.invoice("A", MAR, "5")
    assert balance("2026-01") == {"invoiced": 100, "closing": 100}
    assert balance("2026-02")["opening"] == 100
    assert balance("2026-02")["closing"] == 70
    assert balance("2026-03") == {"opening": 70, "invoiced": 5, "closing": 75}
    assert balance("2026-03", "B") == {"opening": 7, "closing": 7}


def test_a_locked_month_shows_what_was_frozen(books: Books) -> None:
    books.invoice("A", JAN, "100")
    freeze_balances(books.period(JAN))
    # Nobody can add to a locked month; the frozen row is what proves that it is read.
    CustomerBalance.objects.update(invoiced=90, closing=90)
    books.lock(JAN)
    assert balance("2026-01")["invoiced"] == 90


def test_a_balance_that_is_zero_throughout_is_not_frozen(books: Books) -> None:
    invoice = books.invoice("A", JAN, "100")
    books.set_off(books.payment("A", JAN, "100"), invoice, JAN, "100")
    assert freeze_balances(books.period(JAN)) == 1
    assert freeze_balances(books.period(JAN)) == 1  # As after a reopening.
    books.lock(JAN)
    assert freeze_balances(books.period(FEB)) == 0


def test_in_base_currency_the_exchange_difference_has_a_column(books: Books) -> None:
    """USD 100 at 0.90 paid at 0.95: owed 90, paid with 95, 5 gained."""
    invoice = books.invoice("A", JAN, "100", rate="0.9", currency="USD")
    payment = books.payment("A", JAN, "100", rate="0.95", currency="USD")
    books.set_off(payment, invoice, JAN, "100", base_debit="90", base_credit="95")
    assert balance("2026-01", currency="USD") == {
        "invoiced": 100,
        "allocated": 100,
        "received": 100,
        "placed": 100,
    }
    assert base_balance("2026-01", currency="USD") == {
        "invoiced": 90,
        "allocated": 95,
        "exchange": 5,
        "received": 95,
        "placed": 95,
    }


def test_a_credit_note_at_another_rate_leaves_the_difference_of_the_rates(books: Books) -> None:
    invoice = books.invoice("A", JAN, "100", rate="0.9", currency="USD")
    credit = books.invoice(
        "A", JAN, "-100", rate="0.8", currency="USD", credits=invoice, quantity="-1"
    )
    books.set_off(credit, invoice, JAN, "100", base_debit="90", base_credit="80")
    assert base_balance("2026-01", currency="USD") == {
        "invoiced": 90,
        "credited": 80,
        "exchange": -10,
    }


def test_a_credit_note_paid_out_at_another_rate(books: Books) -> None:
    """The refund's 95 stand against the note's 90: the receivable ends at nothing in both."""
    invoice = books.invoice("A", JAN, "100", rate="0.9", currency="USD")
    books.set_off(
        books.payment("A", JAN, "100", rate="0.9", currency="USD"),
        invoice,
        JAN,
        "100",
        base_debit="90",
        base_credit="90",
    )
    credit = books.invoice(
        "A", JAN, "-100", rate="0.9", currency="USD", credits=invoice, quantity="-1"
    )
    refund = books.payment("A", JAN, "-100", rate="0.95", currency="USD")
    books.set_off(credit, refund, JAN, "100", base_debit="95", base_credit="90")
    assert base_balance("2026-01", currency="USD") == {
        "invoiced": 90,
        "credited": 90,
        "allocated": -5,
        "exchange": -5,
        "received": 90,
        "refunded": 95,
        "placed": -5,
    }


def book_january(books: Books) -> Period:
    """An invoice of 100 paid with 60 of 80, and the vouchers that say so."""
    invoice = books.invoice("A", JAN, "100")
    payment = books.payment("A", JAN, "80")
    books.set_off(payment, invoice, JAN, "60")
    books.voucher(JAN, ("receivable", "A", "100"), ("revenue", None, "-100"))
    books.voucher(
        JAN,
        ("bank", None, "80"),
        ("advance", "A", "-80"),
        ("advance", "A", "60"),
        ("receivable", "A", "-60"),
    )
    return books.period(JAN)


def test_a_roll_forward_that_closes_has_no_differences(books: Books) -> None:
    books.opening("A", "opening_invoice", "300", date(2025, 11, 30))
    books.opening("A", "opening_advance", "20", date(2025, 11, 30))
    books.voucher(JAN, ("receivable", "A", "300"), ("opening", None, "-300"))
    books.voucher(JAN, ("opening", None, "20"), ("advance", "A", "-20"))
    assert roll_forward_differences(book_january(books)) == []


def test_what_happens_after_the_month_does_not_change_what_was_open_in_it(books: Books) -> None:
    january = book_january(books)
    invoice = books.invoice("A", JAN, "50")
    books.voucher(JAN, ("receivable", "A", "50"), ("revenue", None, "-50"))
    payment = books.payment("A", FEB, "40")
    placed = books.set_off(payment, invoice, FEB, "40")
    books.deduct(invoice, FEB, "10", "rounding")
    books.set_off(payment, invoice, MAR, "-40", reverses=placed)
    assert roll_forward_differences(january) == []
    found = measures(roll_forward_differences(books.period(FEB)))
    assert found == {"A receivable_account": (-50, 0)}  # February has no vouchers.


def test_a_missing_voucher_is_told_with_both_amounts(books: Books) -> None:
    january = book_january(books)
    books.invoice("A", JAN, "11")
    books.payment("B", JAN, "5")
    assert measures(roll_forward_differences(january)) == {
        "A receivable_account": (51, 40),
        "B advance_account": (5, 0),
    }


@pytest.mark.django_db(transaction=True)
def test_an_open_item_that_says_something_else_is_told(
    books: Books, owner_cursor: psycopg.Cursor[Any]
) -> None:
    """The serving role may not change what is settled: someone else has."""
    january = book_january(books)
    owner_cursor.execute(
        "UPDATE customers_openitem SET settled = settled - 1 WHERE kind = 'invoice'"
    )
    assert measures(roll_forward_differences(january)) == {"A open_items": (40, 41)}


def test_the_same_holds_once_the_month_is_locked(books: Books) -> None:
    january = book_january(books)
    freeze_balances(january)
    books.lock(JAN)
    assert roll_forward_differences(books.period(JAN)) == []


def test_receipts_are_told_apart_by_what_came_in(books: Books) -> None:
    """ACCOUNTING 11.5: the three add up to ``received``; what was given back is in none of them."""
    books.payment("A", JAN, "100")
    books.payment("A", JAN, "30", method="cheque")
    books.payment("A", JAN, "50", method="acceptance_draft")
    books.payment("A", JAN, "7", method="voucher")
    books.payment("A", JAN, "-20")
    (row,) = sql.rows("SELECT * FROM v_receivables WHERE company = 'TEST' AND period = '2026-01'")
    assert (row["received"], row["refunded"]) == (187, 20)
    assert [row[name] for name in PARTS] == [130, 50, 7, 0]


def test_credit_notes_age_apart_from_invoices(books: Books) -> None:
    """ACCOUNTING 11.4: current 2,260, unapplied credit -1,130, closing 1,130; also as of a month's
    end after what came later, and where both are of before and nothing moved."""
    first = books.invoice("A", JAN, "1130")
    books.invoice("A", JAN, "1130", due_on=MAR)
    note = books.invoice("A", JAN, "-1130", credits=first, quantity="-1")
    freeze_balances(books.period(JAN))
    books.lock(JAN)
    books.period(FEB)
    books.set_off(note, first, MAR, "1130")
    for month in ("2026-01", "2026-02"):
        (row,) = sql.rows(f"SELECT * FROM v_receivables WHERE period = '{month}'")
        assert (row["unapplied_credits"], row["base_unapplied_credits"]) == (-1130, -1130)
        assert row["closing"] == 1130
    (row,) = sql.rows("SELECT * FROM v_receivables WHERE period = '2026-03'")
    assert (row["unapplied_credits"], row["closing"]) == (0, 1130)


def test_a_credit_note_as_large_as_the_invoice_is_in_the_ageing(books: Books) -> None:
    first = books.invoice("A", JAN, "100")
    books.invoice("A", JAN, "-100", credits=first, quantity="-1")
    freeze_balances(books.period(JAN))
    books.lock(JAN)
    books.period(FEB)
    (row,) = sql.rows("SELECT * FROM v_receivables WHERE period = '2026-02'")
    assert (row["opening"], row["closing"], row["unapplied_credits"]) == (0, 0, -100)
