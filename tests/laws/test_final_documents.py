"""Law 2: what is issued is final, in an open month too: the document, its lines, its parties."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.laws.books import Books, execute, rows, value
from tests.laws.documents import INVOICE, columns_of, copy, issue, key_of

pytestmark = pytest.mark.django_db

FINAL = f"invoicing_invoice {INVOICE} is final: correct it with a reversing document"


def test_no_column_of_an_issued_invoice_changes(books: Books) -> None:
    key = key_of(INVOICE)
    # Of its key, the rule of all keys speaks first.
    for column, says in {
        **dict.fromkeys(columns_of("invoicing_invoice"), FINAL),
        "id": "A row of invoicing_invoice keeps its key",
    }.items():
        with pytest.raises(IntegrityError, match=says):
            execute(f"UPDATE invoicing_invoice SET {column} = {column} WHERE id = %s", key)


def test_an_issued_invoice_does_not_go(books: Books) -> None:
    with pytest.raises(IntegrityError, match=FINAL):
        execute("DELETE FROM invoicing_invoice WHERE number = %s", INVOICE)


def test_an_issued_invoice_does_not_become_a_draft(books: Books) -> None:
    with pytest.raises(IntegrityError, match=FINAL):
        execute(
            "UPDATE invoicing_invoice SET status = 'draft', number = NULL, sequence_number = NULL,"
            " series_id = NULL, period_id = NULL, posted_on = NULL, issued_on = NULL,"
            " issued_at = NULL WHERE number = %s",
            INVOICE,
        )


@pytest.mark.parametrize("table", ["invoicing_invoiceline", "invoicing_invoicetax"])
def test_its_lines_and_tax_rows_are_final_with_it(books: Books, table: str) -> None:
    key = key_of(INVOICE)
    for column in columns_of(table):
        with pytest.raises(IntegrityError, match=f"{INVOICE} is issued: its lines do not change"):
            execute(f"UPDATE {table} SET {column} = {column} WHERE invoice_id = %s", key)
    with pytest.raises(IntegrityError, match=f"{INVOICE} is issued: its lines do not change"):
        execute(f"DELETE FROM {table} WHERE invoice_id = %s", key)


def test_it_gets_no_line_and_no_tax_row_more(books: Books) -> None:
    own = f"invoice_id = {key_of(INVOICE)}"
    with pytest.raises(IntegrityError, match=f"{INVOICE} is issued"):
        copy("invoicing_invoiceline", own, line_number=2, order_line_id=None)
    with pytest.raises(IntegrityError, match=f"{INVOICE} is issued"):
        copy("invoicing_invoicetax", own, category="exempt", rate=0)


def test_no_line_leaves_for_another_document(books: Books) -> None:
    with pytest.raises(IntegrityError, match="is issued"):
        execute(
            "UPDATE invoicing_invoiceline SET invoice_id = 0 WHERE invoice_id = %s",
            key_of(INVOICE),
        )


def test_the_parties_stay_as_the_document_names_them(books: Books) -> None:
    for column in columns_of("invoicing_partysnapshot"):
        with pytest.raises(IntegrityError, match="invoicing_partysnapshot .* is final"):
            execute(f"UPDATE invoicing_partysnapshot SET {column} = {column}")
    with pytest.raises(IntegrityError, match="invoicing_partysnapshot .* is final"):
        execute("DELETE FROM invoicing_partysnapshot")
    execute("UPDATE customers_customer SET name = 'Renamed' WHERE code = 'B'")
    assert value(
        "SELECT p.name FROM invoicing_invoice AS i JOIN invoicing_partysnapshot AS p"
        " ON p.id = i.buyer_id WHERE i.number = %s",
        INVOICE,
    ) == ("Birke")


@pytest.mark.parametrize(
    ("table", "which", "says"),
    [
        ("payments_allocation", "posted_on > '2026-01-31'", "undo it with a dated reversal"),
        ("payments_deduction", "posted_on > '2026-01-31'", "undo it with a dated reversal"),
        ("reconciliation_voucher", "posted_on > '2026-01-31'", "correct it with a reversing"),
        ("reconciliation_voucherline", "voucher_id IN (SELECT id FROM reconciliation_voucher"
         " WHERE posted_on > '2026-01-31')", "its lines do not change"),
    ],
)  # fmt: skip
def test_what_is_set_off_and_booked_is_final_as_well(
    books: Books, table: str, which: str, says: str
) -> None:
    for column in columns_of(table):
        with pytest.raises(IntegrityError, match=says):
            execute(f"UPDATE {table} SET {column} = {column} WHERE {which}")
    with pytest.raises(IntegrityError, match=says):
        execute(f"DELETE FROM {table} WHERE {which}")


def test_the_tax_of_each_rate_is_that_of_its_lines(books: Books) -> None:
    """40.00 at 19 %, and 40.00 at 7 %: in all it adds up, but each has what is the other's."""
    like = f"invoice_id = {key_of(INVOICE)}"
    more = {"tax": "2.80", "base_tax": "2.80"}
    total: dict[str, Any] = {"net": 80, "tax": "10.40", "gross": "90.40"}
    total |= {f"base_{name}": amount for name, amount in total.items()}

    def issue_two_rates(*taxes: dict[str, Any]) -> None:
        with transaction.atomic():
            key = int(value("SELECT nextval('invoicing_invoice_id_seq')")) + 1
            second = {"invoice_id": key, "order_line_id": None, "line_number": 2, "tax_rate": 7}
            copy("invoicing_invoiceline", like, **second, **more)
            for tax in taxes[1:]:
                copy("invoicing_invoicetax", like, invoice_id=key, **tax)
            assert issue(3, rate=taxes[0], **total) == key

    reduced = {"rate": 7, **more}
    swapped = {"tax": "7.60", "base_tax": "7.60"}
    wrong: list[list[dict[str, Any]]] = [
        [more, {"rate": 7, **swapped}],
        [{}, {**reduced, "rate": 8}],
        [{"net": 41, "base_net": 41}, {**reduced, "net": 39, "base_net": 39}],
        [{}, reduced, {"rate": 8, "net": 0, "tax": 0, "base_net": 0, "base_tax": 0}],
        [{"net": 80, "base_net": 80, "tax": "10.40", "base_tax": "10.40"}],
    ]
    for taxes in wrong:
        with pytest.raises(IntegrityError, match="is not the sum of its lines"):
            issue_two_rates(*taxes)
    issue_two_rates({}, reduced)


def test_a_document_is_issued_with_lines_and_taxes_that_add_up(books: Books) -> None:
    """40.00 and 7.60: a cent more on either side, and no document."""
    wrong: list[dict[str, Any]] = [
        {"net": "40.01", "gross": "47.61"},
        {"tax": "7.61", "gross": "47.61"},
        {"base_net": "40.01", "base_gross": "47.61"},
    ]
    for given in wrong:
        with pytest.raises(IntegrityError, match="is not the sum of its lines"):
            issue(3, **given)
    with pytest.raises(IntegrityError, match="invoicing_invoice_gross_is_net_and_tax"):
        issue(3, gross="47.61")


def test_a_draft_is_nobodys_document_yet(books: Books) -> None:
    """It changes, and goes."""
    nothing = dict.fromkeys(
        ["number", "sequence_number", "series_id", "period_id", "posted_on", "issued_on"]
    )
    where = f"id = {key_of(INVOICE)}"
    copy("invoicing_invoice", where, status="draft", order_id=None, issued_at=None, **nothing)
    execute("UPDATE invoicing_invoice SET due_on = '2026-03-31' WHERE status = 'draft'")
    assert execute("DELETE FROM invoicing_invoice WHERE status = 'draft'") == 1
    assert rows("SELECT count(*) FROM invoicing_invoice") == [(5,)]
