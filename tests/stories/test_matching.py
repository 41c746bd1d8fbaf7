"""The rules by which money finds what it pays for, one by one. All else stays an advance."""

from pathlib import Path

import pytest

from tests.stories.books import (
    REASON,
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
    try_import,
    view,
    walk,
)

UNPLACED = "SELECT reference, unplaced FROM v_payments ORDER BY 1"
ACCOUNTS = """
    SELECT account, debit, credit FROM v_vouchers WHERE document = '{}' ORDER BY number, line
"""


def sell_and_receive(tmp_path: Path, orders: list[str], received: list[str]) -> None:
    """Orders of January, numbered INV-2025-01-00001 and on as they stand, and payments."""
    open_company()
    import_parties(tmp_path)
    import_files(tmp_path, **sales(*orders), **payments(*received))


def invoice(number: int, month: str = "2025-01") -> str:
    return f"INV-{month}-{number:05}"


@pytest.mark.django_db(transaction=True)
def test_it_pays_the_invoice_it_names(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 60.00", "S2 ACME 2025-01-11 60.00"],
        ["P1,ACME,2025-01-12,60.00,,INV-2025-01-00002"],
    )
    close("2025-01")
    assert placed() == [("P1", invoice(2), "60")]


@pytest.mark.django_db(transaction=True)
def test_it_pays_the_order_it_names(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 60.00", "S2 ACME 2025-01-11 60.00"],
        ["P1,ACME,2025-01-12,60.00,S2"],
    )
    close("2025-01")
    assert placed() == [("P1", invoice(2), "60")]


@pytest.mark.django_db(transaction=True)
def test_the_invoice_it_names_comes_before_the_order(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 60.00", "S2 ACME 2025-01-11 60.00", "S3 ACME 2025-01-12 60.00"],
        ["P1,ACME,2025-01-12,150.00,S1,INV-2025-01-00003,for S2"],
    )
    close("2025-01")
    # 60 on the invoice, 60 on the order, the last 30 on the memo's.
    assert placed() == [
        ("P1", invoice(1), "60"),
        ("P1", invoice(2), "30"),
        ("P1", invoice(3), "60"),
    ]


@pytest.mark.parametrize(
    "memo",
    [
        "Payment for 10334 and 10251, thank you",
        "货款10334、10251",
        "10334/10251",
        "(#10334) + #10251.",
        "付10334号订单及10251号订单货款",
        "INV-2025-01-00002 / INV-2025-01-00001",
    ],
)
@pytest.mark.django_db(transaction=True)
def test_the_numbers_in_its_memo_are_paid_in_the_order_given(tmp_path: Path, memo: str) -> None:
    sell_and_receive(
        tmp_path,
        ["10251 ACME 2025-01-10 60.00", "10334 ACME 2025-01-11 50.00"],
        [f'P1,ACME,2025-01-12,80.00,,,"{memo}"'],
    )
    close("2025-01")
    assert placed() == [("P1", invoice(1), "30"), ("P1", invoice(2), "50")]


@pytest.mark.django_db(transaction=True)
def test_a_number_in_a_memo_is_found_where_it_stands_not_inside_another(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        [
            "SO-1 ACME 2025-01-10 100.00",
            "SO-5 ACME 2025-01-11 100.00",
            "SO-12 ACME 2025-01-12 100.00",
        ],
        ["P1,ACME,2025-01-12,150.00,,,SO-12 SO-5 SO-1"],
    )
    close("2025-01")
    assert placed() == [("P1", invoice(2), "50"), ("P1", invoice(3), "100")]


@pytest.mark.django_db(transaction=True)
def test_a_number_in_a_memo_may_have_chinese_in_it(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["销售-001 ACME 2025-01-10 100.00", "销售-002 ACME 2025-01-11 100.00"],
        ["P1,ACME,2025-01-12,150.00,,,销售-002，销售-001 货款；谢谢"],
    )
    close("2025-01")
    assert placed() == [("P1", invoice(1), "50"), ("P1", invoice(2), "100")]


@pytest.mark.django_db(transaction=True)
def test_without_a_name_it_pays_the_one_invoice_of_exactly_its_amount(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        [
            "S1 ACME 2025-01-10 75.00",
            "S2 ACME 2025-01-11 80.00",
            "S3 BETA 2025-01-12 75.00",
        ],
        ["P1,ACME,2025-01-13,75.00,,,thanks"],
    )
    close("2025-01")
    assert placed() == [("P1", invoice(1), "75")]


@pytest.mark.django_db(transaction=True)
def test_what_names_only_what_nobody_knows_counts_as_without_a_name(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path, ["S1 ACME 2025-01-10 75.00"], ["P1,ACME,2025-01-13,75.00,PO-4711,,no. 4712"]
    )
    close("2025-01")
    assert placed() == [("P1", invoice(1), "75")]


@pytest.mark.django_db(transaction=True)
def test_of_two_equal_invoices_it_pays_neither(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 75.00", "S2 ACME 2025-01-11 75.00"],
        ["P1,ACME,2025-01-13,75.00"],
    )
    totals = close("2025-01")
    assert placed() == []
    assert part(totals, "received allocated advances receivables_closing") == {
        "received": "75.00",
        "allocated": "0.00",
        "advances": "75.00",
        "receivables_closing": "150.00",
    }
    assert findings("2025-01", "payment-not-placed") == [("payment-not-placed", "payment:P1", "75")]


@pytest.mark.django_db(transaction=True)
def test_nothing_else_places_it(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 100.00", "S2 ACME 2025-01-11 119.00", "S3 BETA 2025-01-12 50.00"],
        [
            "P1,ACME,2025-01-13,60.00",  # no oldest first
            "P2,ACME,2025-01-14,219.00,S2",  # its rest is exactly S1
            "P3,ACME,2025-01-15,50.00,S3",  # another customer's
        ],
    )
    close("2025-01")
    assert placed() == [("P2", invoice(2), "119")]
    assert view(UNPLACED) == [("P1", "60"), ("P2", "100"), ("P3", "50")]


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
    assert placed() == []
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
        **payments("P1,ACME,2025-01-05,50.00", "R1,ACME,2025-01-20,-19.00"),
        **sales("S1 ACME 2025-02-10 31.00"),
    )
    close("2025-01")
    close("2025-02")
    assert placed() == [("P1", "INV-2025-02-00001", "31")]
