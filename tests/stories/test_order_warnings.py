"""What looks wrong with an order: it stops the close until someone says why it may stand."""

from pathlib import Path

import pytest

from tests.commands import run
from tests.stories.books import (
    COMPANY,
    CUSTOMERS,
    LINES,
    ORDERS,
    PRODUCTS,
    acknowledge,
    close,
    findings,
    import_files,
    import_parties,
    open_company,
    sales,
    view,
    walk,
)

HEADER = f"{ORDERS},stated_total"


def sell_with_total(tmp_path: Path, stated: str) -> None:
    """S1 over 119.00, of which the order says ``stated``; nothing else is odd about it."""
    open_company()
    import_files(
        tmp_path,
        customers=CUSTOMERS,
        products=PRODUCTS.replace("TEA,Tea,Drinks,box,,", "TEA,Tea,Drinks,box,100,50"),
        orders=f"{HEADER}\nS1,ACME,2025-01-08,2025-01-10,delivered,0,{stated}",
        order_lines=f"{LINES}\nS1,1,TEA,1,100.00,19",
    )


@pytest.mark.django_db(transaction=True)
def test_a_stated_total_that_differs_stops_until_it_is_acknowledged(tmp_path: Path) -> None:
    sell_with_total(tmp_path, "120.00")
    stopped, status = walk("2025-01", "--approve-as", "mo")
    assert (stopped["stopped_at"], stopped["status"], stopped["seal"], status) == (
        *("confirm", "open", ""),
        1,
    )
    assert stopped["reasons"] == [
        "order:S1: The order states 120.00, its lines make 119.00. Find out which is agreed, and"
        " correct the lines or the stated total."
    ]
    (step,) = stopped["steps"]
    assert (step["step"], step["state"], step["findings"]["block"], step["findings"]["warn"]) == (
        *("confirm", "blocked"),
        *(0, 1),
    )
    assert findings("2025-01", "stated-total") == [("stated-total", "order:S1", "1")]

    for document, check in (
        ("order:S2", "stated-total"),
        ("order:S1", "duplicate-order"),
        ("order:S1", "no-such-check"),
        ("S1", "stated-total"),
    ):
        assert acknowledge(document, check)[1] == 1
    assert acknowledge("order:S1", "stated-total", reason=" ")[1] == 1
    acknowledged, status = acknowledge("order:S1", "stated-total")
    assert (acknowledged["acknowledged_by"], acknowledged["reason"], status) == (
        *("ann", "Agreed by phone"),
        0,
    )

    locked, status = walk("2025-01", "--approve-as", "mo")
    assert (locked["status"], locked["reasons"], status) == ("locked", [], 0)
    assert view(
        "SELECT severity, amount, acknowledged_by, reason FROM v_findings"
        " WHERE check_slug = 'stated-total'"
    ) == [("warn", "1", "ann", "Agreed by phone")]
    report, _ = run(
        "report", "exceptions", "--company", COMPANY, "--period", "2025-01", "--format", "json"
    )
    (row,) = (row for row in report["rows"] if row["check"] == "stated-total")
    assert row["step"] == "confirm"
    assert (row["severity"], row["document"], row["acknowledged_by"], row["reason"]) == (
        *("warn", "order:S1"),
        *("ann", "Agreed by phone"),
    )
    # A locked month is not argued with.
    assert acknowledge("order:S1", "stated-total")[1] == 1


@pytest.mark.django_db(transaction=True)
def test_a_stated_total_is_compared_with_tax_and_may_be_right(tmp_path: Path) -> None:
    sell_with_total(tmp_path, "119")
    locked, status = walk("2025-01", "--approve-as", "mo")
    assert (locked["status"], status) == ("locked", 0), locked["reasons"]


@pytest.mark.django_db(transaction=True)
def test_the_same_order_again_within_a_week_is_named(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(
        tmp_path,
        **sales(
            "A1 ACME 2025-01-10 119.00",
            "A2 ACME 2025-01-17 119.00",  # seven days after
            "A3 ACME 2025-01-25 119.00",  # eight
            "A4 BETA 2025-01-10 119.00",  # another customer
            "A5 ACME 2025-01-10 119.01",  # another price
        ),
    )
    stopped, status = walk("2025-01", "--approve-as", "mo")
    assert (stopped["stopped_at"], status) == ("confirm", 1)
    assert findings("2025-01", "duplicate-order") == [("duplicate-order", "order:A2", "119")]
    assert stopped["reasons"] == [
        "order:A2: The customer ordered the same for 119.00 in order A1 on 2025-01-10, and again"
        " on 2025-01-17. Ask the customer; cancel the one that was entered twice."
    ]
    # A warning: both are billed where someone lets it stand.
    assert close("2025-01")["invoices_issued"] == 5


@pytest.mark.django_db(transaction=True)
def test_missing_order_numbers_are_named_at_the_order_after_them(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(
        tmp_path,
        **sales(
            "SO-9 ACME 2025-01-09 10.00",
            "SO-10 ACME 2025-01-10 11.00",
            "SO-13 ACME 2025-01-11 12.00",
            "SO-15 ACME 2025-02-03 13.00",
            "WEB-3 ACME 2025-01-12 14.00",
        ),
    )
    stopped, _ = walk("2025-01")
    assert findings("2025-01", "order-number-gap") == [("order-number-gap", "order:SO-13", None)]
    assert stopped["reasons"] == [
        "order:SO-13: 2 numbers are missing before it: SO-11 to SO-12. Look for orders that were"
        " not entered; say why the numbers were not used."
    ]
    close("2025-01")
    close("2025-02")
    assert findings("2025-02", "order-number-gap") == [("order-number-gap", "order:SO-15", None)]
