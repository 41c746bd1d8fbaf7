"""The rules by which money finds what it pays for, one by one. All else stays an advance."""

from pathlib import Path

import pytest

from tests.stories.books import (
    UNPLACED,
    close,
    findings,
    invoice,
    part,
    placed,
    sell_and_receive,
    view,
)


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
