"""Refunds, money of nobody we know, and the same money twice."""

from pathlib import Path

import pytest

from tests.stories.books import (
    ACCOUNTS,
    UNPLACED,
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
    sell_and_receive,
    try_import,
    view,
    walk,
)


@pytest.mark.django_db(transaction=True)
def test_a_refund_is_a_payment_the_other_way(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 119.00"],
        ["P1,ACME,2025-01-12,150.00,S1", "R1,ACME,2025-01-20,-31.00,S1"],
    )
    # Totals count what was received; the refund takes back the advance.
    assert part(close("2025-01"), "payments received allocated advances receivables_closing") == {
        "payments": 1,
        "received": "150.00",
        "allocated": "119.00",
        "advances": "0.00",
        "receivables_closing": "0.00",
    }
    assert view("SELECT reference, amount FROM v_payments ORDER BY 1") == [
        ("P1", "150"),
        ("R1", "-31"),
    ]
    assert view("SELECT received, refunded, placed, advances_closing FROM v_receivables") == [
        ("150", "31", "119", "0")
    ]
    assert view(ACCOUNTS.format("payment:R1")) == [("1002", "0", "31"), ("2203", "31", "0")]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_money_from_nobody_we_know_waits_in_suspense(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path, ["S1 ACME 2025-01-10 119.00"], ["P1,,2025-01-12,119.00,S1", "P2,,2025-01-13,9.00"]
    )
    stopped, status = walk("2025-01", "--through", "pay")
    assert (stopped["stopped_at"], status) == ("pay", 1)
    assert placed() == []
    assert findings("2025-01", "payment-without-customer") == [
        ("payment-without-customer", "payment:P1", "119"),
        ("payment-without-customer", "payment:P2", "9"),
    ]

    # Someone finds out who paid the first.
    import_files(tmp_path, **payments("P1,ACME,2025-01-12,119.00,S1"))
    assert part(close("2025-01"), "payments received allocated advances receivables_closing") == {
        "payments": 2,
        "received": "128.00",
        "allocated": "119.00",
        "advances": "0.00",
        "receivables_closing": "0.00",
    }
    assert view(ACCOUNTS.format("payment:P2")) == [("1002", "9", "0"), ("2241", "0", "9")]
    assert findings("2025-01", "payment-without-customer") == [
        ("payment-without-customer", "payment:P2", "9")
    ]

    # In a locked month it stays as it is.
    refused, status = try_import(tmp_path, **payments("P2,ACME,2025-01-13,9.00"))
    assert (refused["written"], status) == (False, 1)
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_the_same_money_twice_within_a_week_is_found(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 119.00", "S2 BETA 2025-01-10 119.00", "S3 BETA 2025-01-11 50.00"],
        [
            "P1,ACME,2025-01-12,119.00,S1",
            "P2,ACME,2025-01-19,119.00,S1",  # seven days after
            "P3,BETA,2025-01-12,119.00,S2",
            "P4,BETA,2025-01-20,119.00,S2",  # eight
            "P5,BETA,2025-01-12,25.00,S3",
            "P6,BETA,2025-01-13,20.00,S3",  # another amount
        ],
    )
    close("2025-01")
    slugs = ("same-money-twice", "over-payment", "payment-not-placed")
    assert findings("2025-01", *slugs) == [
        ("over-payment", "payment:P4", "119"),
        ("same-money-twice", "payment:P2", "119"),
    ]
    assert view(
        "SELECT parameters::jsonb ->> 'other' FROM v_findings WHERE document = 'payment:P2'"
    ) == [("P1",)]
    assert view(f"{UNPLACED}")[1] == ("P2", "119")


@pytest.mark.django_db(transaction=True)
def test_money_that_went_back_pays_no_later_invoice(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(
        tmp_path,
        **payments("P1,ACME,2025-01-05,31.00", "R1,ACME,2025-01-20,-31.00"),
        **sales("S1 ACME 2025-02-10 31.00"),
    )
    close("2025-01")
    totals = close("2025-02")
    assert placed() == [("P1", None, "31")]
    # The customer owes the invoice; what they paid and what they got back are even.
    assert part(totals, "receivables_closing advances") == {
        "receivables_closing": "31.00",
        "advances": "0.00",
    }


@pytest.mark.django_db(transaction=True)
def test_what_is_left_of_a_refunded_payment_still_pays(tmp_path: Path) -> None:
    open_company()
    import_parties(tmp_path)
    import_files(
        tmp_path,
        payments="reference,customer_code,received_on,amount,method,refund_of\n"
        "P1,ACME,2025-01-05,50.00,cash,\nR1,ACME,2025-01-20,-19.00,cash,P1",
        **sales("S1 ACME 2025-02-10 31.00"),
    )
    close("2025-01")
    close("2025-02")
    assert placed() == [("P1", "INV-2025-02-00001", "31"), ("P1", None, "19")]
