"""What is added to an order after its first part: it goes with the next, or is a new order."""

from pathlib import Path

import pytest
from django.db import transaction

from closing_site.desk.findings import run_checks
from closing_site.desk.registry import checks_of
from closing_site.periods.models import Period
from tests.stories.books import (
    LINES,
    ORDERS,
    REASON,
    close,
    findings,
    import_files,
    import_parties,
    open_company,
    part,
    require_integrity,
    try_import,
    view,
    walk,
)

pytestmark = pytest.mark.django_db(transaction=True)

BILLED = "SELECT number, order_line, quantity, net, tax FROM v_invoice_lines ORDER BY 1, 2"
DELIVERIES = "order_number,line_number,delivered_on,quantity"
#: A file that has an order at all has all of its lines.
AGREED = f"{LINES}\nS1,1,TEA,10,3.33,19\nS1,9,FREIGHT,1,7.77,19"
ADDED = f"{AGREED}\nS1,10,FREIGHT,1,5.00,19"
AT_END = "Order S1 is delivered to the end: enter what was added as a new order."


@pytest.fixture(autouse=True)
def order(transactional_db: None, tmp_path: Path) -> None:
    """Of ten, three in January and seven in March; freight goes with the first part."""
    open_company()
    import_parties(tmp_path)
    import_files(
        tmp_path,
        orders=f"{ORDERS}\nS1,ACME,2025-01-02,,delivered,0",
        order_lines=AGREED,
        deliveries=f"{DELIVERIES}\nS1,1,2025-01-10,3",
    )


def deliver_the_rest(tmp_path: Path, day: str = "2025-03-07") -> None:
    import_files(tmp_path, deliveries=f"{DELIVERIES}\nS1,1,{day},7")


def test_a_line_added_after_the_first_part_goes_with_the_next(tmp_path: Path) -> None:
    close("2025-01")
    import_files(tmp_path, order_lines=ADDED)
    assert part(close("2025-02"), "orders_open invoices_issued") == {
        "orders_open": 1,
        "invoices_issued": 0,
    }
    deliver_the_rest(tmp_path)
    # Tea: 33.30 less 9.99, 6.33 less 1.90; freight: 5.00 and 0.95.
    assert part(close("2025-03"), "orders_open net tax gross") == {
        "orders_open": 0,
        "net": "28.31",
        "tax": "5.38",
        "gross": "33.69",
    }
    assert view(BILLED) == [
        ("INV-2025-01-00001", 1, "3", "9.99", "1.9"),
        ("INV-2025-01-00001", 9, "1", "7.77", "1.48"),
        ("INV-2025-03-00001", 1, "7", "23.31", "4.43"),
        ("INV-2025-03-00001", 10, "1", "5", "0.95"),
    ]
    require_integrity()


def test_more_of_what_went_with_the_first_part_goes_with_the_next(tmp_path: Path) -> None:
    """Two of freight: 15.54 and 2.9526 → 2.95, less 7.77 and 1.48."""
    close("2025-01")
    import_files(tmp_path, order_lines=AGREED.replace("FREIGHT,1", "FREIGHT,2"))
    deliver_the_rest(tmp_path)
    close("2025-02")
    close("2025-03")
    assert view(BILLED)[2:] == [
        ("INV-2025-03-00001", 1, "7", "23.31", "4.43"),
        ("INV-2025-03-00001", 9, "1", "7.77", "1.47"),
    ]


def test_what_is_added_in_the_month_of_its_part_is_found_until_it_is_invoiced(
    tmp_path: Path,
) -> None:
    walk("2025-01", "--through", "invoice", "--acknowledge-warnings", REASON)
    import_files(tmp_path, order_lines=ADDED)
    month = Period.objects.select_related("company").get(code="2025-01")
    with transaction.atomic():
        run_checks(month, checks_of("invoice"))
    assert findings("2025-01", "confirmed-not-invoiced") == [
        # 33.30 + 6.33, 7.77 + 1.48, 5.00 + 0.95.
        ("confirmed-not-invoiced", "order:S1", "5.95")
    ]
    assert part(close("2025-01"), "invoices_issued net") == {"invoices_issued": 2, "net": "22.76"}
    assert view(BILLED)[2:] == [("INV-2025-01-00002", 10, "1", "5", "0.95")]


def test_what_is_added_after_the_last_part_is_a_new_order(tmp_path: Path) -> None:
    deliver_the_rest(tmp_path, "2025-01-20")
    close("2025-01")
    refused, status = try_import(tmp_path, order_lines=ADDED)
    (file,) = refused["files"]
    assert (refused["written"], status) == (False, 1)
    assert [(bad["line"], bad["column"], bad["reason"]) for bad in file["bad"]] == [
        (4, "line_number", AT_END)
    ]
    import_files(
        tmp_path,
        orders=f"{ORDERS}\nS2,ACME,2025-02-03,2025-02-03,delivered,0",
        order_lines=f"{LINES}\nS2,1,FREIGHT,1,5.00,19",
    )
    assert part(close("2025-02"), "net orders_open") == {"net": "5.00", "orders_open": 0}
    require_integrity()
