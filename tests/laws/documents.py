"""Issuing invoices and credit notes by hand, as a wrong program could: February's, in raw rows."""

from typing import Any

from django.db import transaction

from tests.laws.books import execute, rows, value

INVOICE = "INV-2026-02-00001"
SERIES = "INV-2026-02"


def columns_of(table: str) -> list[str]:
    return [
        name
        for (name,) in rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attname <> 'id' ORDER BY attnum",
            table,
        )
    ]


def copy(table: str, where: str, **given: object) -> int:
    """Copy the rows that match, with these columns given; how many."""
    columns = columns_of(table)
    values = ", ".join("%s" if name in given else name for name in columns)
    return execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {where}",
        *(given[name] for name in columns if name in given),
    )


def key_of(number: str) -> int:
    return int(value("SELECT id FROM invoicing_invoice WHERE number = %s", number))


def line_of(number: str) -> int:
    """The key of the invoice's one line."""
    return int(value("SELECT id FROM invoicing_invoiceline WHERE invoice_id = %s", key_of(number)))


def series_of(code: str) -> tuple[int, int]:
    """The key of a series, and its counter."""
    ((key, last),) = rows(
        "SELECT id, last_number FROM invoicing_numberseries WHERE code = %s", code
    )
    return key, last


@transaction.atomic
def issue(
    sequence: int = 3,
    *,
    counter: int | None = None,
    day: str = "2026-02-20",
    line: dict[str, Any] | None = None,
    rate: dict[str, Any] | None = None,
    **given: Any,
) -> int:
    """Another invoice like INV-2026-02-00001 (40.00 and 7.60), of no order; its key.

    ``counter`` is what the series says; by default it counts the invoice. ``line`` and ``rate`` are
    what its one line and tax row have of their own, ``given`` what the header has.
    """
    like, series = key_of(INVOICE), series_of(SERIES)[0]
    key = value("SELECT nextval('invoicing_invoice_id_seq')")
    own = {"invoice_id": key, "order_line_id": None}
    copy("invoicing_invoiceline", f"invoice_id = {like}", **{**own, **(line or {})})
    copy("invoicing_invoicetax", f"invoice_id = {like}", **{"invoice_id": key, **(rate or {})})
    execute(
        "UPDATE invoicing_numberseries SET last_number = %s WHERE id = %s",
        sequence if counter is None else counter,
        series,
    )
    header = {
        "sequence_number": sequence,
        "number": f"{SERIES}-{sequence:05}",
        "order_id": None,
        "issued_on": day,
        "posted_on": "2026-02-20",
        **given,
    }
    columns = columns_of("invoicing_invoice")
    execute(
        f"INSERT INTO invoicing_invoice (id, {', '.join(columns)}) SELECT %s,"
        f" {', '.join('%s' if name in header else name for name in columns)}"
        " FROM invoicing_invoice WHERE id = %s",
        key,
        *(header[name] for name in columns if name in header),
        like,
    )
    return int(key)


@transaction.atomic
def credit(
    net: str,
    tax: str,
    quantity: str = "0",
    *,
    number: str = INVOICE,
    of: str = "",
    line: dict[str, Any] | None = None,
    header: dict[str, Any] | None = None,
) -> int:
    """A credit note of one line against this invoice, or against ``of``; amounts negative."""
    invoice, credited = key_of(number), line_of(of or number)
    key = value("SELECT nextval('invoicing_invoice_id_seq')")
    code = "CN-2026-02"
    execute(
        "INSERT INTO invoicing_numberseries (company_id, kind, period_id, code, last_number)"
        " SELECT company_id, 'credit_note', period_id, %s, 0 FROM invoicing_numberseries"
        " WHERE code = %s ON CONFLICT DO NOTHING",
        code,
        SERIES,
    )
    series, last = series_of(code)
    amounts = {"net": net, "tax": tax, "base_net": net, "base_tax": tax}
    copy(
        "invoicing_invoiceline",
        f"id = {credited}",
        **{
            **amounts,
            "invoice_id": key,
            "quantity": quantity,
            "order_line_id": None,
            "credited_line_id": credited,
            "period_id": value(
                "SELECT period_id FROM invoicing_numberseries WHERE id = %s", series
            ),
            **(line or {}),
        },
    )
    copy(
        "invoicing_invoicetax",
        f"invoice_id = {key_of(of or number)}",
        **{
            **amounts,
            "invoice_id": key,
            "period_id": value(
                "SELECT period_id FROM invoicing_numberseries WHERE id = %s", series
            ),
        },
    )
    execute("UPDATE invoicing_numberseries SET last_number = %s WHERE id = %s", last + 1, series)
    columns = columns_of("invoicing_invoice")
    given = {
        **amounts,
        "kind": "credit_note",
        "series_id": series,
        "sequence_number": last + 1,
        "number": f"{code}-{last + 1:05}",
        "order_id": None,
        "credits_id": invoice,
        "issued_on": "2026-02-25",
        "posted_on": "2026-02-25",
        "gross": str(float(net) + float(tax)),
        "base_gross": str(float(net) + float(tax)),
        **(header or {}),
    }
    execute(
        f"INSERT INTO invoicing_invoice (id, {', '.join(columns)}) SELECT %s,"
        f" {', '.join('%s' if name in given else name for name in columns)}"
        " FROM invoicing_invoice WHERE id = %s",
        key,
        *(given[name] for name in columns if name in given),
        key_of(INVOICE),
    )
    return int(key)
