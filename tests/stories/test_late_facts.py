"""What comes to light after its month was locked: posted on the first open day, and said so."""

from pathlib import Path

import pytest

from tests.stories.books import (
    close,
    findings,
    import_files,
    import_parties,
    open_company,
    part,
    payments,
    placed,
    require_integrity,
    sales,
    view,
    walk,
)

#: All that anyone may read of January.
JANUARY = (
    "SELECT number, supplied_on, issued_on, posted_on, net, tax, gross FROM v_invoices"
    " WHERE period = '2025-01' ORDER BY 1",
    "SELECT * FROM v_receivables WHERE period = '2025-01' ORDER BY customer_code",
    "SELECT * FROM v_vouchers WHERE period = '2025-01' ORDER BY number, line",
    "SELECT * FROM v_payments WHERE period = '2025-01' ORDER BY reference",
    "SELECT * FROM v_allocations WHERE period = '2025-01'",
    "SELECT * FROM v_findings WHERE period = '2025-01' ORDER BY check_slug, document",
)


def january() -> list[object]:
    return [view(query) for query in JANUARY]


def begin(tmp_path: Path, *orders: str) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **sales(*orders))


@pytest.mark.django_db(transaction=True)
def test_a_delivery_found_late_is_invoiced_in_the_first_open_month(tmp_path: Path) -> None:
    begin(tmp_path, "S1 ACME 2025-01-10 119.00", "S3 ACME 2025-02-03 11.90")
    close("2025-01")
    before = january()

    import_files(tmp_path, **sales("S2 ACME 2025-01-28 238.00"))
    stopped, status = walk("2025-02", "--approve-as", "mo")
    assert (stopped["stopped_at"], status) == ("invoice", 1)
    assert stopped["reasons"] == [
        "invoice:INV-2025-02-00001: Supplied on 2025-01-28, in a month already locked;"
        " 200.00 EUR net are posted on 2025-02-01."
        " Find out why it was found late; acknowledge it with the reason."
    ]
    assert part(
        close("2025-02"), "orders_confirmed invoices_issued first_number last_number net tax gross"
    ) == {
        "orders_confirmed": 2,
        "invoices_issued": 2,
        "first_number": "INV-2025-02-00001",
        "last_number": "INV-2025-02-00002",
        "net": "210.00",
        "tax": "39.90",
        "gross": "249.90",
    }
    assert view(
        "SELECT number, supplied_on, posted_on, issued_on, gross FROM v_invoices"
        " WHERE period = '2025-02' ORDER BY 1"
    ) == [
        ("INV-2025-02-00001", "2025-01-28", "2025-02-01", "2025-02-01", "238"),
        ("INV-2025-02-00002", "2025-02-03", "2025-02-03", "2025-02-03", "11.9"),
    ]
    assert findings("2025-02", "prior-period-supply") == [
        ("prior-period-supply", "invoice:INV-2025-02-00001", "200")
    ]
    assert january() == before
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_a_payment_settles_an_invoice_of_a_locked_month_without_touching_it(
    tmp_path: Path,
) -> None:
    begin(tmp_path, "S1 ACME 2025-01-10 119.00")
    close("2025-01")
    before = january()
    assert view("SELECT open_amount FROM v_invoices") == [("119",)]

    import_files(tmp_path, **payments("P1,ACME,2025-02-12,119.00,S1"))
    assert part(
        close("2025-02"), "payments received allocated receivables_opening receivables_closing"
    ) == {
        "payments": 1,
        "received": "119.00",
        "allocated": "119.00",
        "receivables_opening": "119.00",
        "receivables_closing": "0.00",
    }
    assert january() == before
    assert view("SELECT open_amount FROM v_invoices") == [("0",)]
    assert view("SELECT period, invoice_number, amount, allocated_on FROM v_allocations") == [
        ("2025-02", "INV-2025-01-00001", "119", "2025-02-12")
    ]
    assert view(
        "SELECT period, opening, invoiced, allocated, closing FROM v_receivables ORDER BY 1"
    ) == [
        ("2025-01", "0", "119", "0", "119"),
        ("2025-02", "119", "0", "119", "0"),
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_a_payment_entered_late_is_posted_on_the_first_open_day(tmp_path: Path) -> None:
    begin(tmp_path, "S1 ACME 2025-01-10 119.00")
    close("2025-01")
    before = january()

    import_files(tmp_path, **payments("P1,ACME,2025-01-30,119.00,S1"))
    assert part(close("2025-02"), "payments received allocated receivables_closing") == {
        "payments": 1,
        "received": "119.00",
        "allocated": "119.00",
        "receivables_closing": "0.00",
    }
    assert view("SELECT period, received_on FROM v_payments") == [("2025-02", "2025-01-30")]
    assert view("SELECT period, allocated_on FROM v_allocations") == [("2025-02", "2025-02-01")]
    assert view("SELECT DISTINCT period, date FROM v_vouchers WHERE document = 'payment:P1'") == [
        ("2025-02", "2025-02-01")
    ]
    assert findings("2025-02", "prior-period-receipt") == [
        ("prior-period-receipt", "payment:P1", "119")
    ]
    assert january() == before
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_a_late_part_of_an_order_goes_with_those_of_the_open_month(tmp_path: Path) -> None:
    begin(tmp_path)
    parts = "order_number,line_number,delivered_on,quantity\nS1,1,2025-01-10,1"
    import_files(
        tmp_path,
        orders="number,customer_code,order_date\nS1,ACME,2025-01-05",
        order_lines="order_number,line_number,sku,quantity,unit_price,tax_rate\n"
        "S1,1,TEA,6,10.00,19",
        deliveries=parts,
    )
    close("2025-01")
    before = january()
    import_files(tmp_path, deliveries=f"{parts}\nS1,1,2025-01-20,2\nS1,1,2025-02-20,3")
    assert part(close("2025-02"), "orders_confirmed orders_open invoices_issued net") == {
        "orders_confirmed": 1,
        "orders_open": 0,
        "invoices_issued": 1,
        "net": "50.00",
    }
    assert view("SELECT supplied_on, issued_on FROM v_invoices WHERE period = '2025-02'") == [
        ("2025-02-20", "2025-02-20")
    ]
    # Only the two of 20 January are late.
    assert findings("2025-02", "prior-period-supply") == [
        ("prior-period-supply", "invoice:INV-2025-02-00001", "20")
    ]
    assert january() == before
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_what_happened_before_the_books_is_posted_on_their_first_day(tmp_path: Path) -> None:
    begin(tmp_path, "S1 ACME 2024-12-20 119.00")
    import_files(tmp_path, **payments("P1,ACME,2024-12-30,119.00,S1"))
    assert part(close("2025-01"), "orders_confirmed gross received receivables_closing") == {
        "orders_confirmed": 1,
        "gross": "119.00",
        "received": "119.00",
        "receivables_closing": "0.00",
    }
    assert view("SELECT supplied_on, posted_on, issued_on FROM v_invoices") == [
        ("2024-12-20", "2025-01-01", "2025-01-01")
    ]
    assert findings("2025-01", "prior-period-supply", "prior-period-receipt") == [
        ("prior-period-receipt", "payment:P1", "119"),
        ("prior-period-supply", "invoice:INV-2025-01-00001", "100"),
    ]
    assert placed() == [("P1", "INV-2025-01-00001", "119")]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_what_is_dated_after_the_month_does_not_exist_yet(tmp_path: Path) -> None:
    begin(tmp_path, "S1 ACME 2025-02-03 119.00 2025-01-20", "S2 ACME 2025-02-04 119.00")
    import_files(tmp_path, **payments("P1,ACME,2025-02-12,119.00,S1"))
    # S1 is ordered in January, S2 is not even that; delivered, as the file says, is neither.
    assert part(close("2025-01"), "orders_confirmed orders_open invoices_issued payments") == {
        "orders_confirmed": 0,
        "orders_open": 1,
        "invoices_issued": 0,
        "payments": 0,
    }
    assert part(close("2025-02"), "orders_confirmed orders_open invoices_issued payments") == {
        "orders_confirmed": 2,
        "orders_open": 0,
        "invoices_issued": 2,
        "payments": 1,
    }


@pytest.mark.django_db(transaction=True)
def test_the_same_files_again_change_nothing_in_locked_months(tmp_path: Path) -> None:
    files = {
        "exchange_rates": "date,currency,rate\n2025-01-01,USD,0.9\n2025-02-01,USD,0.95",
        "opening_items": "customer_code,document_number,kind,issued_on,open_amount\n"
        "ACME,OLD-1,invoice,2024-12-01,50.00",
        "orders": "number,customer_code,order_date,delivered_on,currency,stated_total\n"
        "S1,ACME,2025-01-05,2025-01-06,USD,\nS2,BETA,2025-01-05,,,10\nS3,NOBODY,2025-01-07,"
        "2025-01-08,,",
        "order_lines": "order_number,line_number,sku,quantity,unit_price,tax_rate\n"
        "S1,1,TEA,3,33.33,19\nS2,1,TEA,3,3.33,19\nS3,1,TEA,1,1,19",
        "deliveries": "order_number,line_number,delivered_on,quantity\n"
        "S2,1,2025-01-10,1\nS2,1,2025-02-10,2",
        **payments(
            "P1,ACME,2025-01-20,50.00,,OLD-1", "P2,,2025-02-03,7.00", "P3,BETA,2025-02-04,3"
        ),
    }
    begin(tmp_path)
    import_files(tmp_path, **files)
    for month in ("2025-01", "2025-02"):
        close(month, "--defer-exceptions", "Who is it")
    before = january()
    again = import_files(tmp_path, **files)
    assert {file["kind"]: (file["new"], file["changed"]) for file in again["files"]} == (
        dict.fromkeys(files, (0, 0))
    )
    assert january() == before
    require_integrity()
