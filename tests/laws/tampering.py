"""What a superuser does behind the program's back, and what ``verify_integrity`` says of it.

The laws fire for a superuser too; whoever tampers switches them off first.
"""

from typing import Any

import psycopg

from tests.commands import run
from tests.laws.books import CODE, JANUARY, value

Cursor = psycopg.Cursor[Any]
#: Law, table and number of a finding.
Named = tuple[int, str, str]

SINCE_LOCK = f"since {JANUARY} was locked"
SINCE_CHECKPOINT = "since the checkpoint"
FIRST, LAST = "INV-2026-01-00001", "INV-2026-01-00003"
INVOICE = "(SELECT id FROM invoicing_invoice WHERE number = '{}')"
OTHER_WORDS = (
    "UPDATE invoicing_invoiceline SET description = 'x' WHERE invoice_id = " + INVOICE.format(FIRST)
)


def verify(*options: str) -> list[dict[str, Any]]:
    result, status = run("verify_integrity", "--company", CODE, *options)
    assert status == (1 if result["findings"] else 0)
    return list(result["findings"])


def named(findings: list[dict[str, Any]]) -> list[Named]:
    return sorted((found["law"], found["table"], found["number"]) for found in findings)


def switch_off(cursor: Cursor, *tables: str) -> None:
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")


def tamper(cursor: Cursor, table: str, statement: str) -> None:
    switch_off(cursor, table)
    cursor.execute(statement)
    assert cursor.rowcount >= 1, statement


INVOICE_TABLES = (
    *("invoicing_invoiceline", "invoicing_invoicetax", "customers_openitem", "invoicing_invoice"),
    "invoicing_numberseries",
)


def delete_invoice(cursor: Cursor, number: str) -> int:
    key = value("SELECT id FROM invoicing_invoice WHERE number = %s", number)
    switch_off(cursor, *INVOICE_TABLES)
    for table in ("invoicing_invoiceline", "invoicing_invoicetax"):
        cursor.execute(f"DELETE FROM {table} WHERE invoice_id = %s", [key])
    cursor.execute("DELETE FROM customers_openitem WHERE number = %s", [number])
    cursor.execute("DELETE FROM invoicing_invoice WHERE id = %s", [key])
    return int(key)
