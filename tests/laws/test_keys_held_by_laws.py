"""Where no foreign key asks for each row, a law asks for all rows of a statement: what it points at
is there, and is the company's own."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from closing_site.companies.actions import create_company
from closing_site.periods.actions import ensure_periods
from tests.laws.books import FEBRUARY, JANUARY, Books, execute, rows, value
from tests.laws.documents import INVOICE, copy, credit, issue, key_of
from tests.laws.guarded import GUARDED, GuardedTable
from tests.laws.test_settling import allocate, deduct

pytestmark = pytest.mark.django_db

NO_ONE = 999_999


@pytest.fixture
def other_month(books: Books) -> int:
    """February of another company, in which nothing is."""
    other = create_company(
        code="OTHER",
        name="Other",
        currency="EUR",
        country="DE",
        first_day=date(2026, 2, 1),
        by="ann",
    )
    ensure_periods(other, date(2026, 2, 1))
    return int(value("SELECT id FROM periods_period WHERE company_id = %s", other.pk))


@pytest.mark.parametrize("guarded", GUARDED.values(), ids=lambda guarded: guarded.table)
def test_no_row_lies_in_another_companys_month(
    books: Books, other_month: int, guarded: GuardedTable
) -> None:
    given = {
        "period_id": str(other_month),
        **({"posted_on": "'2026-02-27'"} if guarded.is_dated else {}),
    }
    own = GuardedTable(guarded.table, guarded.change, guarded.where, {**guarded.copy, **given})
    with pytest.raises(IntegrityError, match=r"company's own|violates foreign key"):
        execute(own.copied(FEBRUARY), own.row_of(JANUARY))


def test_no_row_lies_in_a_month_that_is_not_there(books: Books) -> None:
    with pytest.raises(IntegrityError, match="company's own"):
        execute("UPDATE payments_payment SET period_id = %s WHERE reference = 'P-7'", NO_ONE)


def test_an_invoice_line_bills_a_line_that_is_there(books: Books) -> None:
    with pytest.raises(IntegrityError, match="more would be invoiced than is confirmed"):
        issue(line={"order_line_id": NO_ONE})


def test_a_credit_note_takes_back_a_line_that_is_there(books: Books) -> None:
    with pytest.raises(IntegrityError, match="is credited at its own tax rate"):
        credit("-1", "-0.19", line={"credited_line_id": NO_ONE})


@pytest.mark.parametrize("side", ["debit_item_id", "credit_item_id"])
def test_an_allocation_joins_items_that_are_there(books: Books, side: str) -> None:
    with pytest.raises(IntegrityError, match="sets what is owed to a customer against what they"):
        allocate("P-3", "INV-2026-01-00003", "1.00", **{side: NO_ONE})


def test_a_deduction_is_taken_from_an_item_of_its_customer(books: Books) -> None:
    birke = value("SELECT id FROM customers_customer WHERE code = 'B'")
    with pytest.raises(IntegrityError, match="taken from what a customer owes"):
        deduct("INV-2026-01-00003", "1.00", customer_id=birke)


@transaction.atomic
def book_once_more(**line: int) -> None:
    """February's voucher of INV-2026-02-00001 again; ``line``: what its lines have of their own."""
    ((like, series, last),) = rows(
        "SELECT v.id, s.id, s.last_number + 1 FROM reconciliation_voucher AS v"
        " JOIN invoicing_numberseries AS s ON s.id = v.series_id"
        " WHERE v.document_kind = 'invoice' AND v.document_id = %s",
        key_of(INVOICE),
    )
    key = value("SELECT nextval('reconciliation_voucher_id_seq')")
    execute("UPDATE invoicing_numberseries SET last_number = %s WHERE id = %s", last, series)
    copy("reconciliation_voucherline", f"voucher_id = {like}", voucher_id=key, **line)
    execute(
        "INSERT INTO reconciliation_voucher (id, company_id, period_id, kind, series_id,"
        " sequence_number, number, posted_on, document_kind, document_id, document_number, total)"
        " SELECT %s, company_id, period_id, kind, series_id, %s, 'X', '2026-02-27', document_kind,"
        " document_id, document_number, total FROM reconciliation_voucher WHERE id = %s",
        *(key, last, like),
    )


def test_a_voucher_stands_on_accounts_that_are_there(books: Books) -> None:
    with pytest.raises(IntegrityError, match="on accounts of its company"):
        book_once_more(account_id=NO_ONE)
    book_once_more()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM reconciliation_account WHERE role = 'revenue'",
        "UPDATE reconciliation_account SET role = 'fees' WHERE role = 'revenue'",
    ],
)
def test_an_account_stays_in_its_role(books: Books, statement: str) -> None:
    with pytest.raises(IntegrityError, match="it stays in its role"):
        execute(statement)


def test_an_item_that_was_settled_once_stays(books: Books) -> None:
    """P-6 was set against an invoice, and that undone: nothing of it is settled."""
    first = allocate("P-6", "INV-2026-01-00002", "5.00")
    back = dict.fromkeys(["debit_amount", "credit_amount", "base_debit", "base_credit"], "-5.00")
    allocate("P-6", "INV-2026-01-00002", "5.00", reverses_id=first, **back)
    with pytest.raises(IntegrityError, match="has been settled before"):
        execute("DELETE FROM customers_openitem WHERE number = 'P-6'")


#: Lines → the key of their document, and what a copy needs of its own.
LINES = {
    "invoicing_invoiceline": ("invoice_id", {"order_line_id": None}),
    "invoicing_invoicetax": ("invoice_id", {}),
    "reconciliation_voucherline": ("voucher_id", {}),
}


@transaction.atomic
def write_lines(table: str, document: int, **given: object) -> None:
    """Lines like those of February's first document, and what is asked of them at the end."""
    key, own = LINES[table]
    like = value(
        f"SELECT min(l.{key}) FROM {table} AS l JOIN periods_period AS p ON p.id = l.period_id"
        " WHERE p.code = %s",
        FEBRUARY,
    )
    copy(table, f"{key} = {like}", **{**own, key: document, **given})
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")


def draft_with_lines() -> int:
    """A document that no law keeps from having more lines."""
    nothing: dict[str, Any] = dict.fromkeys(
        [
            *("number", "sequence_number", "series_id", "period_id", "posted_on", "issued_on"),
            "issued_at",
        ]
    )
    return issue(status="draft", counter=2, **nothing)


@pytest.mark.parametrize("table", LINES)
def test_lines_have_their_document_when_the_transaction_ends(books: Books, table: str) -> None:
    with pytest.raises(IntegrityError, match=f"of {table} belongs to no document"):
        write_lines(table, NO_ONE)


@pytest.mark.parametrize(
    ("table", "own"),
    [("invoicing_invoiceline", {"line_number": 9}), ("invoicing_invoicetax", {"rate": 9})],
)
def test_lines_belong_to_a_document_of_their_company(
    books: Books, other_month: int, table: str, own: dict[str, int]
) -> None:
    draft = draft_with_lines()
    other = value("SELECT company_id FROM periods_period WHERE id = %s", other_month)
    with pytest.raises(IntegrityError, match=f"of {table} belongs to no document"):
        write_lines(table, draft, company_id=other, period_id=other_month, **own)


def test_a_document_does_not_go_from_under_its_lines(books: Books) -> None:
    draft = draft_with_lines()
    with pytest.raises(IntegrityError, match="has lines in invoicing_invoice"):
        execute("DELETE FROM invoicing_invoice WHERE id = %s", draft)
    execute("DELETE FROM invoicing_invoicetax WHERE invoice_id = %s", draft)
    execute("DELETE FROM invoicing_invoiceline WHERE invoice_id = %s", draft)
    execute("DELETE FROM invoicing_invoice WHERE id = %s", draft)


def test_nothing_is_left_to_be_asked_once_it_was(books: Books) -> None:
    issue()
    assert value("SELECT count(*) FROM laws_pending") == 2
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert value("SELECT count(*) FROM laws_pending") == 0
    execute("SET CONSTRAINTS ALL DEFERRED")


def test_no_sequence_is_lost_when_a_standby_takes_over(books: Books) -> None:
    """PostgreSQL 15 leaves an unlogged one broken on the standby: no invoice could be issued."""
    assert rows("SELECT relname FROM pg_class WHERE relkind = 'S' AND relpersistence <> 'p'") == []
