"""The views that CONTRACT promises to checkers and BI."""

from typing import Any

import psycopg
import pytest

from closing_site.database_objects.declarations import declared_views

pytestmark = pytest.mark.django_db

#: As CONTRACT writes them; more columns may follow these.
PROMISED = {
    "v_orders": "company, number, customer_code, state, order_date, delivered_on, gross",
    "v_invoices": "company, period, series, number, kind, supplied_on, issued_on, posted_on,"
    " customer_code, currency, net, tax, gross, open_amount",
    "v_invoice_lines": "company, number, line, order_number, order_line, sku, quantity,"
    " unit_price, net, tax_rate, tax, gross",
    "v_payments": "company, period, reference, customer_code, received_on, method, currency,"
    " amount, unplaced",
    "v_allocations": "company, period, payment_reference, credit_number, invoice_number, amount,"
    " allocated_on",
    "v_deductions": "company, period",
    "v_vouchers": "company, period, number, date, document, line, account, customer_code, debit,"
    " credit",
    "v_receivables": "company, period, customer_code, currency, opening, invoiced, credited,"
    " allocated, deducted, written_off, exchange, closing, advances_closing, notes_closing",
    "v_findings": "company, period",
    "v_audit": "company, at, actor, action, document, before, after",
}


def test_every_promised_view_is_declared() -> None:
    assert {name for name, _query in declared_views()} >= set(PROMISED)


@pytest.mark.parametrize("view", PROMISED)
def test_the_reader_sees_its_columns_in_the_promised_order(
    view: str, owner_cursor: psycopg.Cursor[Any]
) -> None:
    owner_cursor.execute("SET ROLE closing_reader")
    owner_cursor.execute(f"SELECT * FROM {view}")
    columns = [column.name for column in owner_cursor.description or ()]
    promised = PROMISED[view].split(", ")
    assert columns[: len(promised)] == promised
