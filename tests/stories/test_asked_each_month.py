"""What continues from month to month is asked once in each, and the answer can be kept."""

from pathlib import Path

import pytest

from closing_site.companies.models import User
from closing_site.desk.actions import keep_answers
from closing_site.desk.shown import groups
from closing_site.desk.stock import tallies
from closing_site.periods.models import Period
from tests.stories.books import (
    close,
    findings,
    import_files,
    payments,
    sales,
    sell_and_receive,
    walk,
)

pytestmark = pytest.mark.django_db(transaction=True)

CHECKS = ("over-payment", "payment-not-placed")


def period(code: str) -> Period:
    return Period.objects.select_related("company").get(code=code)


def test_an_advance_to_be_refunded_is_asked_in_each_month(tmp_path: Path) -> None:
    sell_and_receive(tmp_path, ["S1 ACME 2025-01-10 119.00"], ["P1,ACME,2025-01-12,150.00,S1"])
    close("2025-01")
    # Nothing was refunded: February asks again, once, and offers the answer of January.
    stopped, status = walk("2025-02", "--approve-as", "mo")
    assert (stopped["stopped_at"], status) == ("pay", 1)
    assert findings("2025-02", *CHECKS) == [("over-payment", "payment:P1", "31")]
    february = period("2025-02")
    (group,) = groups(february, tallies(february)["pay"], answered=False)
    previous = group.findings[0].extra["previous"]
    assert (previous["period"], previous["by"]) == ("2025-01", "ann")
    by = User.objects.get(username="ann")
    assert keep_answers(period=february, check_slug="over-payment", by=by) == 1
    assert keep_answers(period=february, check_slug="over-payment", by=by) == 0
    locked, status = walk("2025-02", "--approve-as", "mo")
    assert (locked["status"], status) == ("locked", 0)
    # An answer kept is one that the next month can keep.
    walk("2025-03")
    assert keep_answers(period=period("2025-03"), check_slug="over-payment", by=by) == 1


def test_what_has_changed_offers_no_earlier_answer(tmp_path: Path) -> None:
    sell_and_receive(tmp_path, ["S1 ACME 2025-01-10 119.00"], ["P1,ACME,2025-01-12,150.00,S1"])
    close("2025-01")
    import_files(tmp_path, **sales("S2 ACME 2025-02-05 10.00"))
    import_files(tmp_path, **payments("P2,ACME,2025-02-06,12.00,S2"))
    walk("2025-02")
    assert [row[1] for row in findings("2025-02", *CHECKS)] == ["payment:P1", "payment:P2"]
    by = User.objects.get(username="ann")
    # P2 is new: only P1 was answered before.
    assert keep_answers(period=period("2025-02"), check_slug="over-payment", by=by) == 1
    stopped, _status = walk("2025-02")
    assert [reason.partition(" ")[0] for reason in stopped["reasons"]] == ["payment:P2:"]


def test_other_warnings_need_no_second_word(tmp_path: Path) -> None:
    sell_and_receive(tmp_path, ["S1 ACME 2025-01-10 119.00"], ["P1,ACME,2025-01-12,119.00,S1"])
    orders = "number,customer_code,order_date,stated_total,prices_include_tax\n"
    import_files(
        tmp_path,
        orders=f"{orders}S2,BETA,2025-01-20,120.00,1",
        order_lines="order_number,line_number,sku,quantity,unit_price,tax_rate\nS2,1,TEA,1,119,19",
    )
    close("2025-01")
    walk("2025-02")
    assert findings("2025-02", *CHECKS) == []


def test_equal_instalments_are_twins_once_they_exceed_the_document(tmp_path: Path) -> None:
    sell_and_receive(
        tmp_path,
        ["S1 ACME 2025-01-10 100.00", "S2 BETA 2025-01-10 100.00"],
        [
            "P1,ACME,2025-01-12,50.00,S1",
            "P2,ACME,2025-01-13,50.00,S1",
            "P3,BETA,2025-01-12,50.00,,,S2",
            "P4,BETA,2025-01-13,50.00,,,S2",
        ],
    )
    walk("2025-01", "--through", "pay")
    assert findings("2025-01", "same-money-twice") == []
    import_files(
        tmp_path, **payments("P5,ACME,2025-01-14,50.00,S1", "P6,BETA,2025-01-14,50.00,,,S2")
    )
    stopped, _status = walk("2025-01", "--through", "pay")
    assert [row[1] for row in findings("2025-01", "same-money-twice")] == [
        "payment:P5",
        "payment:P6",
    ]
    assert any("150.00" in reason and "100.00" in reason for reason in stopped["reasons"])
