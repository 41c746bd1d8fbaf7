"""Law 14: a sealed document that is changed, taken away or put in is found, and named."""

from pathlib import Path

import psycopg
import pytest

from tests.laws.books import FEBRUARY, JANUARY, Books, value
from tests.laws.documents import columns_of
from tests.laws.tampering import (
    FIRST,
    INVOICE,
    INVOICE_TABLES,
    LAST,
    OTHER_WORDS,
    SINCE_CHECKPOINT,
    SINCE_LOCK,
    Cursor,
    Named,
    delete_invoice,
    named,
    switch_off,
    tamper,
    verify,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_books_that_no_one_touched_are_whole(books: Books, checkpoint: Path) -> None:
    assert verify() == []
    assert verify("--checkpoint", str(checkpoint)) == []
    assert verify("--period", JANUARY) == verify("--period", FEBRUARY) == []


def test_a_superuser_too_has_to_switch_the_laws_off(books: Books, superuser_cursor: Cursor) -> None:
    superuser_cursor.execute("SET session_replication_role = 'replica'")
    for statement in (
        f"UPDATE invoicing_invoice SET gross = gross WHERE number = '{FIRST}'",
        "UPDATE payments_payment SET memo = 'x' WHERE reference = 'P-1'",
        "DELETE FROM companies_auditentry",
    ):
        with pytest.raises(psycopg.errors.CheckViolation):
            superuser_cursor.execute(statement)


#: Table, what is done to it, and all that is named because of it, in January and by the checkpoint.
CHANGES: dict[str, tuple[str, str, list[Named], list[str]]] = {
    "a line's words": (
        "invoicing_invoiceline",
        OTHER_WORDS,
        [],
        [FIRST],
    ),
    "a line's amount": (
        "invoicing_invoiceline",
        f"UPDATE invoicing_invoiceline SET net = 99 WHERE invoice_id = {INVOICE.format(FIRST)}",
        [(4, "invoicing_invoice", FIRST)],
        [FIRST],
    ),
    "a tax row": (
        "invoicing_invoicetax",
        f"UPDATE invoicing_invoicetax SET reason = 'x' WHERE invoice_id = {INVOICE.format(FIRST)}",
        [],
        [FIRST],
    ),
    "an invoice's day": (
        "invoicing_invoice",
        f"UPDATE invoicing_invoice SET due_on = due_on + 9 WHERE number = '{FIRST}'",
        [(5, "customers_openitem", FIRST)],
        [FIRST],
    ),
    "an invoice's number": (
        "invoicing_invoice",
        f"UPDATE invoicing_invoice SET number = 'INV-X' WHERE number = '{FIRST}'",
        [(5, "customers_openitem", FIRST)],
        [FIRST],
    ),
    "the order of two invoices": (
        "invoicing_invoice",
        "UPDATE invoicing_invoice SET sequence_number = CASE sequence_number WHEN 1 THEN 12"
        " ELSE 11 END WHERE number IN ('INV-2026-01-00001', 'INV-2026-01-00002');"
        "UPDATE invoicing_invoice SET sequence_number = sequence_number - 10"
        " WHERE sequence_number > 10",
        [(1, "invoicing_numberseries", "INV-2026-01")],
        [FIRST, "INV-2026-01-00002"],
    ),
    "the name of a party": (
        "invoicing_partysnapshot",
        "UPDATE invoicing_partysnapshot SET name = 'Adler & Co' WHERE name = 'Adler'",
        [],
        [FIRST, LAST],
    ),
    "the Chinese name of a party": (
        "invoicing_partysnapshot",
        "UPDATE invoicing_partysnapshot SET name_zh = '法' WHERE name NOT IN ('Adler', 'Birke')",
        [],
        [FIRST, "INV-2026-01-00002", LAST],
    ),
    "the amount of a payment": (
        "payments_payment",
        "UPDATE payments_payment SET amount = 118 WHERE reference = 'P-1'",
        [(5, "customers_openitem", "P-1")],
        ["P-1"],
    ),
    "the memo of a payment": (
        "payments_payment",
        "UPDATE payments_payment SET memo = 'x' WHERE reference = 'P-4'",
        [],
        ["P-4"],
    ),
    "an allocation": (
        "payments_allocation",
        "UPDATE payments_allocation SET debit_amount = 118, credit_amount = 118"
        " WHERE debit_amount = 119",
        [
            (5, "customers_openitem", FIRST),
            (5, "customers_openitem", "P-1"),
        ],
        [f"P-1 → {FIRST}"],
    ),
    "a deduction": (
        "payments_deduction",
        "UPDATE payments_deduction SET note = 'x' WHERE posted_on < '2026-02-01'",
        [],
        ["INV-2026-01-00002"],
    ),
    "a voucher's line": (
        "reconciliation_voucherline",
        "UPDATE reconciliation_voucherline SET debit = 118 WHERE debit = 119 AND voucher_id ="
        " (SELECT id FROM reconciliation_voucher WHERE number = 'RC-2026-01-00001')",
        [(4, "reconciliation_voucher", "RC-2026-01-00001")],
        ["RC-2026-01-00001"],
    ),
    "the account of a voucher's line": (
        "reconciliation_voucherline",
        "UPDATE reconciliation_voucherline SET account_id = (SELECT id FROM reconciliation_account"
        " WHERE role = 'cash') WHERE debit = 119 AND voucher_id ="
        " (SELECT id FROM reconciliation_voucher WHERE number = 'RC-2026-01-00001')",
        [],
        ["RC-2026-01-00001"],
    ),
    "a confirmation": (
        "orders_delivery",
        "UPDATE orders_delivery SET delivered_on = '2026-01-06' WHERE delivered_on = '2026-01-05'",
        [],
        ["O-1"],
    ),
    "what was delivered": (
        "orders_deliveryline",
        "UPDATE orders_deliveryline SET quantity = 5 WHERE quantity = 4",
        [],
        ["O-3"],
    ),
    "what was held back": (
        "orders_unbilled",
        "UPDATE orders_unbilled SET reason = 'x' WHERE posted_on < '2026-02-01'",
        [],
        ["O-4"],
    ),
    "a frozen balance": (
        "reconciliation_customerbalance",
        "UPDATE reconciliation_customerbalance SET notes_opening = 1, notes_closing = 1"
        " WHERE customer_id = (SELECT id FROM customers_customer WHERE code = 'A')",
        [],
        ["A EUR"],
    ),
}


@pytest.mark.parametrize(("table", "statement", "laws", "numbers"), CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_named(
    books: Books,
    checkpoint: Path,
    superuser_cursor: Cursor,
    table: str,
    statement: str,
    laws: list[Named],
    numbers: list[str],
) -> None:
    tamper(superuser_cursor, table, statement)
    found = verify()
    assert named([f for f in found if f["law"] not in (12, 14)]) == laws
    sealed = [f for f in found if f["law"] == 14]
    assert sorted(f["number"] for f in sealed) == numbers
    assert {f["problem"] for f in sealed} == {f"changed {SINCE_LOCK}"}
    kept = [f for f in verify("--checkpoint", str(checkpoint)) if f not in found]
    assert sorted(f["number"] for f in kept) == numbers
    assert {f["problem"] for f in kept} == {f"changed {SINCE_CHECKPOINT}"}
    assert all(f["key"] for f in found)
    # Both months open with January's balances; nothing else of February is touched.
    assert [f for f in verify("--period", FEBRUARY) if f["law"] != 12] == []


def test_every_finding_says_law_table_key_number_and_problem(
    books: Books, superuser_cursor: Cursor
) -> None:
    tamper(superuser_cursor, *CHANGES["the memo of a payment"][:2])
    key = value("SELECT id FROM payments_payment WHERE reference = 'P-4'")
    assert verify() == [
        {
            "law": 14,
            "table": "payments_payment",
            "key": key,
            "number": "P-4",
            "problem": f"changed {SINCE_LOCK}",
        }
    ]


def test_the_last_invoice_taken_away_is_named(
    books: Books, checkpoint: Path, superuser_cursor: Cursor
) -> None:
    key = delete_invoice(superuser_cursor, LAST)
    found = verify()
    assert named([f for f in found if f["law"] != 12]) == [
        (1, "invoicing_numberseries", "INV-2026-01"),
        (14, "invoicing_invoice", LAST),
    ]
    (sealed,) = (f for f in found if f["law"] == 14)
    assert (sealed["key"], sealed["problem"]) == (key, f"deleted {SINCE_LOCK}")
    # What Adler owes and what his account says are no longer the same.
    assert {f["number"] for f in found if f["law"] == 12} == {"A"}
    assert f"deleted {SINCE_CHECKPOINT}" in {
        f["problem"] for f in verify("--checkpoint", str(checkpoint))
    }


def test_with_its_counter_set_back_it_is_named_all_the_same(
    books: Books, superuser_cursor: Cursor
) -> None:
    delete_invoice(superuser_cursor, LAST)
    tamper(
        superuser_cursor,
        "invoicing_numberseries",
        "UPDATE invoicing_numberseries SET last_number = 2 WHERE code = 'INV-2026-01'",
    )
    assert named([f for f in verify() if f["law"] != 12]) == [
        (14, "invoicing_invoice", LAST),
        (14, "invoicing_numberseries", "INV-2026-01"),
    ]


def test_an_invoice_put_in_is_named(
    books: Books, checkpoint: Path, superuser_cursor: Cursor
) -> None:
    """A copy of the last one, with a number and a counter that fit."""
    key = value("SELECT id FROM invoicing_invoice WHERE number = %s", LAST)
    new = "INV-2026-01-00004"
    given = {
        "invoicing_invoiceline": {"invoice_id": "900"},
        "invoicing_invoicetax": {"invoice_id": "900"},
        "invoicing_invoice": {"number": f"'{new}'", "sequence_number": "4", "order_id": "NULL"},
        "customers_openitem": {"number": f"'{new}'", "document_id": "900"},
    }
    switch_off(superuser_cursor, *INVOICE_TABLES)
    for table, own in given.items():
        columns = columns_of(table)
        values = ", ".join(own.get(name, name) for name in columns)
        header = table == "invoicing_invoice"
        which = {"invoicing_invoice": "id", "customers_openitem": "number"}
        superuser_cursor.execute(
            f"INSERT INTO {table} ({'id, ' if header else ''}{', '.join(columns)})"
            f" SELECT {'900, ' if header else ''}{values} FROM {table}"
            f" WHERE {which.get(table, 'invoice_id')} = %s",
            [LAST if table == "customers_openitem" else key],
        )
    superuser_cursor.execute(
        "UPDATE invoicing_numberseries SET last_number = 4 WHERE code = 'INV-2026-01'"
    )
    found = [f for f in verify() if f["law"] != 12]
    # Order O-3 is billed twice over as well.
    assert named(found) == [
        (3, "orders_orderline", "O-3/1"),
        (14, "invoicing_invoice", new),
        (14, "invoicing_numberseries", "INV-2026-01"),
    ]
    (inserted,) = (f for f in found if f["table"] == "invoicing_invoice")
    assert (inserted["key"], inserted["problem"]) == (900, f"inserted {SINCE_LOCK}")
    assert f"inserted {SINCE_CHECKPOINT}" in {
        f["problem"] for f in verify("--checkpoint", str(checkpoint))
    }
