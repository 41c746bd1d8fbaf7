"""Law 5: what is set against an item never exceeds it, is its customer's, and is undone once.

INV-2026-01-00002 (Birke): 59.50, 30.00 paid and 1.00 deducted, 28.50 open. INV-2026-01-00003
(Adler): 21.40 open. P-3 (Adler): 200.00 unplaced. P-6 (Birke): 5.00 unplaced.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from closing_site.acting import acting
from closing_site.companies.actions import create_company
from tests.laws.books import FEBRUARY, Books, execute, person, rows, value

pytestmark = pytest.mark.django_db

ADLERS, BIRKES = "INV-2026-01-00003", "INV-2026-01-00002"
TOO_MUCH = "customers_openitem_settled_within_amount"


def allocate(credit: str, debit: str, amount: str, **given: Any) -> int:
    """As a wrong program could, in one raw row; its key."""
    ((company, customer, credit_item),) = rows(
        "SELECT company_id, customer_id, id FROM customers_openitem WHERE number = %s", credit
    )
    row = {
        "company_id": company,
        "customer_id": customer,
        "period_id": value("SELECT id FROM periods_period WHERE code = %s", FEBRUARY),
        "posted_on": "2026-02-15",
        "debit_item_id": value("SELECT id FROM customers_openitem WHERE number = %s", debit),
        "credit_item_id": credit_item,
        "debit_amount": amount,
        "credit_amount": amount,
        "base_debit": amount,
        "base_credit": amount,
        "rule": "by hand",
        "reverses_id": None,
        **given,
    }
    return insert("payments_allocation", row)


def deduct(number: str, amount: str, **given: Any) -> int:
    ((company, customer, item),) = rows(
        "SELECT company_id, customer_id, id FROM customers_openitem WHERE number = %s", number
    )
    row = {
        "company_id": company,
        "customer_id": customer,
        "period_id": value("SELECT id FROM periods_period WHERE code = %s", FEBRUARY),
        "posted_on": "2026-02-15",
        "recorded_on": "2026-02-15",
        "item_id": item,
        "reason": "cash_discount",
        "amount": amount,
        "base_amount": amount,
        "note": "",
        "approval_id": None,
        "reverses_id": None,
        **given,
    }
    return insert("payments_deduction", row)


def insert(table: str, row: dict[str, Any]) -> int:
    execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
        *row.values(),
    )
    return int(value(f"SELECT max(id) FROM {table}"))


def settled(number: str) -> Decimal:
    return Decimal(value("SELECT settled FROM customers_openitem WHERE number = %s", number))


def test_an_invoice_takes_what_is_open_and_not_a_cent_more(books: Books) -> None:
    with pytest.raises(IntegrityError, match=TOO_MUCH):
        allocate("P-3", ADLERS, "21.41")
    allocate("P-3", ADLERS, "21.40")
    assert (settled(ADLERS), settled("P-3")) == (Decimal("21.40"), Decimal("21.40"))
    with pytest.raises(IntegrityError, match=TOO_MUCH):
        allocate("P-3", ADLERS, "0.01")


def test_a_payment_gives_what_is_left_and_not_a_cent_more(books: Books) -> None:
    with pytest.raises(IntegrityError, match=TOO_MUCH):
        allocate("P-6", BIRKES, "5.01")
    allocate("P-6", BIRKES, "5.00")
    with pytest.raises(IntegrityError, match=TOO_MUCH):
        allocate("P-6", "INV-2026-02-00001", "0.01")


def test_several_rows_of_one_statement_are_judged_together(books: Books) -> None:
    """Twice 11.00 of the 21.40 that are open."""
    with pytest.raises(IntegrityError, match=TOO_MUCH):
        execute(
            "INSERT INTO payments_allocation (company_id, customer_id, period_id, posted_on,"
            " debit_item_id, credit_item_id, debit_amount, credit_amount, base_debit, base_credit,"
            " rule) SELECT c.company_id, c.customer_id, p.id, '2026-02-15', d.id, c.id, 11, 11, 11,"
            " 11, 'by hand' FROM customers_openitem AS c JOIN customers_openitem AS d"
            " ON d.number = %s JOIN periods_period AS p ON p.code = %s"
            " CROSS JOIN generate_series(1, 2) WHERE c.number = 'P-3'",
            *(ADLERS, FEBRUARY),
        )


@pytest.mark.parametrize("customer", ["A", "B"])
def test_one_customer_pays_no_others_invoice(books: Books, customer: str) -> None:
    key = value("SELECT id FROM customers_customer WHERE code = %s", customer)
    with pytest.raises(IntegrityError, match="sets what is owed to a customer against what they"):
        allocate("P-3", BIRKES, "1.00", customer_id=key)


def test_no_company_pays_anothers_invoice(books: Books) -> None:
    other = create_company(
        code="OTHER",
        name="Other",
        currency="EUR",
        country="DE",
        first_day=books.company.first_day,
        by="ann",
    )
    with pytest.raises(IntegrityError, match="A period is one of the company's own"):
        allocate("P-3", ADLERS, "1.00", company_id=other.pk)


@pytest.mark.parametrize(
    ("credit", "debit"),
    [(ADLERS, "P-3"), ("P-3", "P-1"), (ADLERS, ADLERS), ("INV-2026-01-00001", ADLERS)],
)
def test_what_is_owed_is_set_against_what_is_owing(books: Books, credit: str, debit: str) -> None:
    with pytest.raises(IntegrityError, match="sets what is owed to a customer against what they"):
        allocate(credit, debit, "1.00")


def test_in_one_currency_both_sides_take_the_same(books: Books) -> None:
    """Else 1.00 of a payment would settle 21.40 of an invoice."""
    with pytest.raises(IntegrityError, match="in one currency takes the same amount from both"):
        allocate("P-3", ADLERS, "21.40", credit_amount="1.00")


@pytest.mark.parametrize("amount", ["0", "-1.00"])
def test_an_allocation_takes_something(books: Books, amount: str) -> None:
    with pytest.raises(IntegrityError, match="payments_allocation_sign"):
        allocate("P-1", "INV-2026-01-00001", amount)
    with pytest.raises(IntegrityError, match="payments_deduction_sign"):
        deduct(BIRKES, amount)


def test_a_deduction_takes_what_is_open_and_not_a_cent_more(books: Books) -> None:
    """28.50 are open of 59.50: money and deductions count together."""
    with pytest.raises(IntegrityError, match=TOO_MUCH):
        deduct(BIRKES, "28.51")
    deduct(BIRKES, "25.00")
    with pytest.raises(IntegrityError, match=TOO_MUCH):
        allocate("P-6", BIRKES, "3.51")
    allocate("P-6", BIRKES, "3.50")
    assert settled(BIRKES) == Decimal("59.50")


@pytest.mark.parametrize("number", ["P-3", "P-1"])
def test_a_deduction_is_taken_from_an_invoice(books: Books, number: str) -> None:
    with pytest.raises(IntegrityError, match="A deduction is taken from"):
        deduct(number, "1.00")


@pytest.mark.parametrize("is_granted", [None, False, True])
def test_a_write_off_needs_an_approval_that_was_given(
    books: Books, is_granted: bool | None
) -> None:
    with pytest.raises(IntegrityError, match="payments_deduction_write_off_approved"):
        deduct(ADLERS, "21.40", reason="bad_debt")
    decided = is_granted is not None
    with acting("mo" if decided else "ann"):
        approval = insert(
            "desk_approval",
            {
                "company_id": books.company.pk,
                "kind": "write_off",
                "document_kind": "invoice",
                "document_id": 1,
                "document_number": ADLERS,
                "digest": "x",
                "reason": "Insolvent",
                "requested_by_id": person("ann").pk,
                "requested_at": "2026-02-15",
                "decided_by_id": person("mo").pk if decided else None,
                "decided_at": "2026-02-15" if decided else None,
                "is_granted": is_granted,
            },
        )
    if is_granted:
        deduct(ADLERS, "21.40", reason="bad_debt", approval_id=approval)
        assert settled(ADLERS) == Decimal("21.40")
    else:
        with pytest.raises(IntegrityError, match="A write-off needs an approval that was given"):
            deduct(ADLERS, "21.40", reason="bad_debt", approval_id=approval)


def test_an_undoing_gives_back_once(books: Books) -> None:
    made = allocate("P-3", ADLERS, "21.40")
    allocate("P-3", ADLERS, "-21.40", reverses_id=made, posted_on="2026-02-20")
    assert (settled(ADLERS), settled("P-3")) == (Decimal(0), Decimal(0))
    with pytest.raises(IntegrityError, match="payments_allocation_reversed_once"):
        allocate("P-3", ADLERS, "-21.40", reverses_id=made, posted_on="2026-02-20")
    # And may be placed again.
    allocate("P-3", ADLERS, "21.40")


def test_an_undoing_of_a_locked_month_stands_in_the_open_one(books: Books) -> None:
    ((made,),) = rows(
        "SELECT a.id FROM payments_allocation AS a"
        " JOIN customers_openitem AS i ON i.id = a.credit_item_id WHERE i.number = 'P-1'"
    )
    allocate("P-1", "INV-2026-01-00001", "-119.00", reverses_id=made)
    assert rows(
        "SELECT period, sum(amount) FROM v_allocations WHERE payment_reference = 'P-1'"
        " GROUP BY 1 ORDER BY 1"
    ) == [("2026-01", Decimal(119)), (FEBRUARY, Decimal(-119))]
    assert settled("P-1") == 0


@pytest.mark.parametrize(
    ("debit", "amount", "day"),
    [
        pytest.param(ADLERS, "-21.39", "2026-02-20", id="a part of it"),
        pytest.param(ADLERS, "-21.41", "2026-02-20", id="more than it"),
        pytest.param("INV-2026-02-00002", "-21.40", "2026-02-20", id="another invoice"),
        pytest.param(ADLERS, "-21.40", "2026-02-14", id="before it was made"),
    ],
)
def test_an_undoing_is_of_the_whole_and_comes_after(
    books: Books, debit: str, amount: str, day: str
) -> None:
    made = allocate("P-3", ADLERS, "21.40")
    with pytest.raises(IntegrityError, match="undone as a whole, and not before it was made"):
        allocate("P-3", debit, amount, reverses_id=made, posted_on=day)


@pytest.mark.parametrize(
    "again", [lambda: allocate("P-3", ADLERS, "21.40"), lambda: deduct(ADLERS, "21.40")]
)
def test_what_is_undone_in_a_later_month_is_not_free_before(
    books: Books, again: Callable[[], int]
) -> None:
    """At February's end it was still set against something."""
    march = {
        "period_id": value("SELECT id FROM periods_period WHERE code = '2026-03'"),
        "posted_on": "2026-03-05",
    }
    made = allocate("P-3", ADLERS, "21.40")
    allocate("P-3", ADLERS, "-21.40", reverses_id=made, **march)
    with pytest.raises(IntegrityError, match=r"(P-3|INV-\S+) is free again only in a later month"):
        again()
    allocate("P-3", ADLERS, "21.40", **march)


def test_an_undoing_is_not_undone(books: Books) -> None:
    made = allocate("P-3", ADLERS, "21.40")
    undone = allocate("P-3", ADLERS, "-21.40", reverses_id=made)
    with pytest.raises(IntegrityError, match="payments_allocation_sign"):
        allocate("P-3", ADLERS, "21.40", reverses_id=undone)


def test_a_deduction_is_undone_once_and_whole(books: Books) -> None:
    made = deduct(ADLERS, "2.00")
    for given in ({"amount": "-1.00"}, {"reason": "other"}, {"posted_on": "2026-02-14"}):
        undoing: dict[str, Any] = {"reverses_id": made, **given}
        with pytest.raises(IntegrityError, match="undone as a whole, and not before it was made"):
            deduct(ADLERS, undoing.pop("amount", "-2.00"), **undoing)
    deduct(ADLERS, "-2.00", reverses_id=made)
    assert settled(ADLERS) == 0
    with pytest.raises(IntegrityError, match="payments_deduction_reversed_once"):
        deduct(ADLERS, "-2.00", reverses_id=made)


@pytest.mark.parametrize(
    "change", ["amount = 118", "customer_id = customer_id + 1", "currency = 'USD'", "number = 'X'"]
)
def test_an_item_says_what_its_document_says(books: Books, change: str) -> None:
    """Of an open month's invoice, and of a payment that is set against something."""
    for number in ("INV-2026-02-00001", "P-5"):
        with pytest.raises(IntegrityError, match="is an open item of a final document"):
            execute(f"UPDATE customers_openitem SET {change} WHERE number = %s", number)
    with pytest.raises(IntegrityError, match="is an open item of a final document"):
        execute("DELETE FROM customers_openitem WHERE number = 'P-5'")


def test_an_item_begins_with_nothing_settled(books: Books) -> None:
    with pytest.raises(IntegrityError, match="Open item X begins with nothing settled"):
        execute(
            "INSERT INTO customers_openitem (company_id, customer_id, period_id, side, kind,"
            " document_id, number, currency, amount, base_amount, settled, base_settled, issued_on,"
            " posted_on) SELECT company_id, customer_id, period_id, side, kind, 0, 'X', currency,"
            " amount, base_amount, 1, 1, issued_on, posted_on FROM customers_openitem"
            " WHERE number = 'P-7'"
        )


CHANGES = ("amount = 9, base_amount = 9", "customer_id = NULL", "received_on = '2026-02-01'")


def test_a_payment_that_is_placed_stays_as_it_was_received(books: Books) -> None:
    """P-7 is, in this test; P-5 is booked as well."""
    allocate("P-7", BIRKES, "6.00")
    for reference in ("P-5", "P-7"):
        for change in CHANGES:
            with pytest.raises(IntegrityError, match=f"Payment {reference} is (placed|booked)"):
                execute(f"UPDATE payments_payment SET {change} WHERE reference = %s", reference)
        with pytest.raises(IntegrityError, match=f"Payment {reference} is (placed|booked)"):
            execute("DELETE FROM payments_payment WHERE reference = %s", reference)


def test_a_payment_that_is_booked_stays_as_its_voucher_says(books: Books) -> None:
    """P-6 is placed on nothing."""
    for change in CHANGES:
        with pytest.raises(
            IntegrityError, match="Payment P-6 is booked by voucher RC-2026-02-00002"
        ):
            execute(f"UPDATE payments_payment SET {change} WHERE reference = 'P-6'")
    with pytest.raises(IntegrityError, match="Payment P-6 is booked by voucher RC-2026-02-00002"):
        execute("DELETE FROM payments_payment WHERE reference = 'P-6'")
    assert execute("UPDATE payments_payment SET payer = 'Birke' WHERE reference = 'P-6'") == 1
