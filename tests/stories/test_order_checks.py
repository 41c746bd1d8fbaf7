"""What is wrong with an order: named, blocking or warning, mended and gone."""

from pathlib import Path
from typing import Any

import pytest

from closing_site.companies.models import Company
from tests.commands import run
from tests.stories.books import (
    COMPANY,
    CUSTOMERS,
    LINES,
    ORDERS,
    PRODUCTS,
    REASON,
    close,
    findings,
    import_files,
    import_parties,
    open_company,
    part,
    require_integrity,
    sales,
    view,
    walk,
)

HEADER = f"{ORDERS},stated_total"
ORDER = f"{ORDERS}\nS1,ACME,2025-01-08,2025-01-10,delivered,1"


def acknowledge(document: str, check: str, *, reason: str = "Agreed by phone") -> tuple[Any, int]:
    return run(
        *("acknowledge", document, "--company", COMPANY, "--check", check),
        *("--reason", reason, "--as", "ann", "--period", "2025-01"),
    )


BLOCKS = {
    "order-without-lines": (
        {"orders": ORDER},
        "The order has no lines.",
        {"order_lines": f"{LINES}\nS1,1,TEA,1,119.00,19"},
    ),
    "order-line-without-quantity": (
        {"orders": ORDER, "order_lines": f"{LINES}\nS1,1,TEA,,119.00,19"},
        "Lines without a quantity: 1.",
        {"order_lines": f"{LINES}\nS1,1,TEA,1,119.00,19"},
    ),
    "order-line-without-price": (
        {"orders": ORDER, "order_lines": f"{LINES}\nS1,1,TEA,1,119.00,19\nS1,2,TEA,1,,19"},
        "Lines without a unit price: 2.",
        {"order_lines": f"{LINES}\nS1,2,TEA,1,0,19"},
    ),
    "order-line-without-tax-rate": (
        {"orders": ORDER, "order_lines": f"{LINES}\nS1,1,TEA,1,119.00,"},
        "Lines without a tax rate: 1.",
        {"products": "sku,name,tax_rate\nTEA,Tea,19"},
    ),
    "unknown-customer": (
        {
            "orders": ORDER.replace("ACME", "ZETA"),
            "order_lines": f"{LINES}\nS1,1,TEA,1,119.00,19",
        },
        "There is no customer ZETA.",
        {"customers": "code,name\nZETA,Zeta Ltd"},
    ),
    "unknown-product": (
        {"orders": ORDER, "order_lines": f"{LINES}\nS1,1,COFFEE,1,119.00,19"},
        "There is no product COFFEE.",
        {"products": "sku,name\nCOFFEE,Coffee"},
    ),
}


@pytest.mark.parametrize("slug", BLOCKS)
@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_billed_blocks_until_it_is_mended(tmp_path: Path, slug: str) -> None:
    faulty, message, mended = BLOCKS[slug]
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **faulty)
    stopped, status = walk("2025-01", "--approve-as", "mo", "--acknowledge-warnings", REASON)
    assert (stopped["stopped_at"], stopped["status"], status) == ("confirm", "open", 1)
    # The cause comes first, and after it what to do.
    assert stopped["reasons"][0].startswith(f"order:S1: {message} ")
    assert [found[:2] for found in findings("2025-01", slug)] == [(slug, "order:S1")]
    assert stopped["totals"]["orders_confirmed"] == 0
    assert stopped["totals"]["invoices_issued"] == 0

    import_files(tmp_path, **mended)
    assert part(close("2025-01"), "orders_confirmed invoices_issued net tax gross") == {
        "orders_confirmed": 1,
        "invoices_issued": 1,
        "net": "100.00",
        "tax": "19.00",
        "gross": "119.00",
    }
    assert findings("2025-01", slug) == []
    require_integrity()


@pytest.mark.parametrize("slug", BLOCKS)
@pytest.mark.django_db(transaction=True)
def test_what_blocks_is_held_back_and_asked_again_next_month(tmp_path: Path, slug: str) -> None:
    faulty, _, mended = BLOCKS[slug]
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **faulty)
    names = "orders_confirmed orders_deferred orders_open invoices_issued gross"
    assert tuple(part(close("2025-01", "--defer-exceptions", REASON), names).values()) == (
        *(0, 1, 0, 0),
        "0.00",
    )
    assert view("SELECT state FROM v_orders") == [("held_back",)]
    assert view(
        "SELECT acknowledged_by, reason FROM v_findings"
        f" WHERE period = '2025-01' AND check_slug = '{slug}'"
    ) == [("ann", REASON)]

    # Not mended: held back again, or stopped.
    stopped, status = walk("2025-02", "--approve-as", "mo")
    assert (stopped["stopped_at"], status) == ("confirm", 1)
    assert tuple(part(close("2025-02", "--defer-exceptions", REASON), names).values()) == (
        *(0, 1, 0, 0),
        "0.00",
    )

    import_files(tmp_path, **mended)
    assert tuple(part(close("2025-03"), names).values()) == (1, 0, 0, 1, "119.00")
    assert view("SELECT supplied_on, issued_on FROM v_invoices") == [("2025-01-10", "2025-03-01")]
    assert findings("2025-03", "prior-period-supply") == [
        ("prior-period-supply", "invoice:INV-2025-03-00001", "100")
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_what_is_mended_in_its_month_is_held_back_no_more(tmp_path: Path) -> None:
    faulty, _, mended = BLOCKS["order-line-without-tax-rate"]
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **faulty)
    walk("2025-01", "--through", "confirm", "--defer-exceptions", REASON)
    import_files(tmp_path, **mended)
    assert part(close("2025-01"), "orders_confirmed orders_deferred invoices_issued") == {
        "orders_confirmed": 1,
        "orders_deferred": 0,
        "invoices_issued": 1,
    }
    assert view("SELECT state FROM v_orders") == [("invoiced",)]


@pytest.mark.django_db(transaction=True)
def test_one_faulty_order_does_not_keep_the_others_back(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    good = sales("S2 ACME 2025-01-11 119.00", "S3 BETA 2025-01-12 11.90")
    import_files(
        tmp_path,
        orders=f"{good['orders']}\nS1,ZETA,2025-01-08,2025-01-10,delivered,1",
        order_lines=f"{good['order_lines']}\nS1,1,TEA,1,119.00,19",
    )
    assert part(
        close("2025-01", "--defer-exceptions", REASON),
        "orders_confirmed orders_deferred invoices_issued gross",
    ) == {
        "orders_confirmed": 2,
        "orders_deferred": 1,
        "invoices_issued": 2,
        "gross": "130.90",
    }


@pytest.mark.django_db(transaction=True)
def test_a_block_cannot_be_acknowledged(tmp_path: Path) -> None:
    faulty, _, _ = BLOCKS["unknown-customer"]
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **faulty)
    walk("2025-01")
    refused, status = acknowledge("order:S1", "unknown-customer")
    assert status == 1
    assert "order:S1" in refused["refused"]


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
        "order:S1: The order states 120, its lines make 119. Find out which is agreed, and correct"
        " the lines or the stated total."
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
        "order:A2: The same customer ordered the same in order A1 within a week. Ask the customer;"
        " cancel the one that was entered twice."
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


@pytest.mark.django_db(transaction=True)
def test_what_was_held_back_may_be_cancelled(tmp_path: Path) -> None:
    faulty, _, _ = BLOCKS["order-line-without-price"]
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **faulty)
    close("2025-01", "--defer-exceptions", REASON)
    import_files(
        tmp_path, orders=f"{ORDERS},note\nS1,ACME,2025-01-08,2025-01-10,cancelled,1,Sent back"
    )
    assert part(
        close("2025-02"), "orders_confirmed orders_deferred orders_open orders_cancelled"
    ) == {
        "orders_confirmed": 0,
        "orders_deferred": 0,
        "orders_open": 0,
        "orders_cancelled": 1,
    }
    assert view("SELECT state FROM v_orders") == [("cancelled",)]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_where_acceptance_is_asked_for_it_decides_the_month(tmp_path: Path) -> None:
    open_company()
    Company.objects.update(requires_acceptance=True)
    import_parties(tmp_path)
    import_files(
        tmp_path,
        orders=f"{ORDERS},accepted_on\nS1,ACME,2025-01-08,2025-01-10,delivered,1,2025-02-03\n"
        "S2,ACME,2025-01-08,2025-01-11,delivered,1,2025-01-15\n"
        "S3,ACME,2025-01-08,2025-01-12,delivered,1,",
        order_lines=f"{LINES}\nS1,1,TEA,1,119.00,19\nS2,1,TEA,1,11.90,19\nS3,1,TEA,1,1.19,19",
    )
    names = "orders_confirmed orders_deferred orders_open gross"
    assert tuple(part(close("2025-01"), names).values()) == (1, 0, 0, "11.90")
    assert tuple(part(close("2025-02"), names).values()) == (1, 0, 0, "119.00")
    assert view("SELECT supplied_on, issued_on FROM v_invoices ORDER BY number") == [
        ("2025-01-15", "2025-01-15"),
        ("2025-02-03", "2025-02-03"),
    ]
    assert findings("2025-02", "prior-period-supply") == []
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_where_acceptance_is_not_asked_for_its_lack_is_a_note(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **sales("S1 ACME 2025-01-10 119.00"))
    close("2025-01")
    assert findings("2025-01", "not-accepted") == [("not-accepted", "order:S1", "119")]
