"""Money that waits: paid ahead, paid too much or too little, queued for what is to come."""

from pathlib import Path

import pytest

from tests.stories.books import (
    ACCOUNTS,
    REASON,
    UNPLACED,
    close,
    findings,
    import_files,
    invoice,
    part,
    payments,
    placed,
    require_integrity,
    sell_and_receive,
    view,
    walk,
)


@pytest.mark.django_db(transaction=True)
def test_a_prepayment_waits_for_its_invoice(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-02-10 119.00 2025-01-05", "S2 ACME 2025-01-20 119.00"],
        ["P1,ACME,2025-01-12,119.00,S1"],
    )
    # S2 has exactly its amount, but it names S1.
    names = "received allocated advances receivables_closing"
    assert tuple(part(close("2025-01"), names).values()) == (
        *("119.00", "0.00"),
        *("119.00", "119.00"),
    )
    assert tuple(part(close("2025-02"), names).values()) == (
        *("0.00", "119.00"),
        *("0.00", "119.00"),
    )
    assert placed() == [("P1", invoice(1, "2025-02"), "119")]
    # The later of received and issued.
    assert view("SELECT period, allocated_on FROM v_allocations") == [("2025-02", "2025-02-10")]
    assert view(ACCOUNTS.format("payment:P1")) == [
        ("1002", "119", "0"),
        ("2203", "0", "119"),
        ("1122", "0", "119"),
        ("2203", "119", "0"),
    ]
    require_integrity()


@pytest.mark.django_db(transaction=True)
def test_an_advance_of_an_earlier_month_is_placed_when_its_invoice_comes(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path, ["S1 ACME 2025-02-10 75.00"], ["P1,ACME,2025-01-12,75.00,,,in advance"]
    )
    assert close("2025-01")["advances"] == "75.00"
    assert close("2025-02")["advances"] == "0.00"
    assert placed() == [("P1", invoice(1, "2025-02"), "75")]


@pytest.mark.django_db(transaction=True)
def test_what_is_paid_too_much_stays_an_advance_and_too_little_leaves_a_rest(
    tmp_path: Path,
) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 119.00", "S2 BETA 2025-01-11 119.00"],
        ["P1,ACME,2025-01-12,150.00,S1", "P2,BETA,2025-01-12,100.00,S2"],
    )
    assert part(close("2025-01"), "payments received allocated advances receivables_closing") == {
        "payments": 2,
        "received": "250.00",
        "allocated": "219.00",
        "advances": "31.00",
        "receivables_closing": "19.00",
    }
    assert view("SELECT number, open_amount FROM v_invoices ORDER BY 1") == [
        (invoice(1), "0"),
        (invoice(2), "19"),
    ]
    assert view(UNPLACED) == [("P1", "31"), ("P2", "0")]
    assert findings("2025-01", "over-payment", "payment-not-placed", "same-money-twice") == [
        ("over-payment", "payment:P1", "31")
    ]


@pytest.mark.django_db(transaction=True)
def test_payments_queue_by_the_day_received_then_by_reference(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 100.00"],
        [
            "P-B,ACME,2025-01-12,40.00,S1",
            "P-A,ACME,2025-01-12,45.00,S1",
            "P-C,ACME,2025-01-11,50.00,S1",
        ],
    )
    close("2025-01")
    # 50 of the first day; of the second 45, and what is left: 5 of 40.
    assert placed() == [
        ("P-A", invoice(1), "45"),
        ("P-B", invoice(1), "5"),
        ("P-C", invoice(1), "50"),
    ]


@pytest.mark.django_db(transaction=True)
def test_one_payment_waits_in_two_queues_at_once(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 100.00", "S2 ACME 2025-01-11 100.00"],
        [
            "P1,ACME,2025-01-12,150.00,,,S1 S2",  # all of S1, half of S2
            "P2,ACME,2025-01-13,80.00,,,S2 S1",  # the other half; 30 are left
        ],
    )
    close("2025-01")
    assert placed() == [
        ("P1", invoice(1), "100"),
        ("P1", invoice(2), "50"),
        ("P2", invoice(2), "50"),
    ]
    assert view(UNPLACED) == [("P1", "0"), ("P2", "30")]


@pytest.mark.django_db(transaction=True)
def test_matching_again_places_nothing_twice(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 100.00", "S2 ACME 2025-01-11 100.00"],
        ["P1,ACME,2025-01-12,150.00,S1"],
    )
    walk("2025-01", "--through", "pay", "--acknowledge-warnings", REASON)
    import_files(tmp_path, **payments("P2,ACME,2025-01-14,100.00,S2"))
    close("2025-01")
    assert placed() == [("P1", invoice(1), "100"), ("P2", invoice(2), "100")]


@pytest.mark.django_db(transaction=True)
def test_what_it_names_and_is_not_invoiced_yet_keeps_its_rest_waiting(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 100.00", "S2 ACME 2025-02-11 100.00 2025-01-11"],
        ["P1,ACME,2025-01-12,170.00,,,S2 S1"],
    )
    assert close("2025-01")["advances"] == "70.00"
    assert findings("2025-01", "over-payment", "payment-not-placed") == [
        ("payment-not-placed", "payment:P1", "70")
    ]
    assert close("2025-02")["advances"] == "0.00"
    assert placed() == [("P1", invoice(1), "100"), ("P1", invoice(1, "2025-02"), "70")]


@pytest.mark.django_db(transaction=True)
def test_what_is_paid_ahead_for_an_order_pays_its_parts_as_they_come(tmp_path: Path) -> None:
    sell_and_receive(tmp_path, [], ["P1,ACME,2025-01-05,119.00,S1"])
    import_files(
        tmp_path,
        orders="number,customer_code,order_date\nS1,ACME,2025-01-02",
        order_lines="order_number,line_number,sku,quantity,unit_price,tax_rate\n"
        "S1,1,TEA,10,10.00,19",
        deliveries="order_number,line_number,delivered_on,quantity\n"
        "S1,1,2025-01-10,4\nS1,1,2025-02-10,6",
    )
    # Four of ten: 47.60; six: 71.40.
    names = "allocated advances receivables_closing"
    assert tuple(part(close("2025-01"), names).values()) == ("47.60", "71.40", "0.00")
    # The order is not billed to the end: nothing is paid too much.
    assert findings("2025-01", "over-payment", "payment-not-placed") == [
        ("payment-not-placed", "payment:P1", "71.4")
    ]
    assert tuple(part(close("2025-02"), names).values()) == ("71.40", "0.00", "0.00")
    require_integrity()
