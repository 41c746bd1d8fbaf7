"""Refunds and bounces (ACCOUNTING 5): what they give back, and what is open again."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from closing_site.periods.actions import period_by_code
from payments.runs.match import match_run
from tests.payments.books import Shop, allocated, rolled, the_shop
from tests.stories.books import try_import, view

pytestmark = pytest.mark.django_db

COLUMNS = "order_number,memo,refund_of,refund_kind"
RECEIVABLE = "opening invoiced credited allocated closing"
ADVANCES = "advances_opening received refunded placed advances_closing"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return the_shop(tmp_path)


def receive(shop: Shop, *payments: str) -> None:
    """``"S2 K1 2026-09-25 -70,E1,memo,refund_of,refund_kind"``: what is not said is blank."""
    rows = [one + "," * (4 - one.count(",")) for one in payments]
    shop.receive(*rows, columns=COLUMNS)


def test_case_05(shop: Shop) -> None:
    """A cheque that bounced leaves the invoice owed; an over-payment refunded warns no more."""
    shop.sell("E1 K1 2026-09-06 1130", "E2 K1 2026-09-28 70", "E3 K2 2026-09-06 100")
    shop.receive("S1 K1 2026-09-20 1200,E1,", columns="order_number,memo")
    shop.receive("S2 K1 2026-09-25 -70,E1,refund of overpayment", columns="order_number,memo")
    shop.receive("S3 K2 2026-09-20 100 cheque,E3,", columns="order_number,memo")
    shop.receive("S4 K2 2026-09-25 -100 cheque,E3,cheque bounced", columns="order_number,memo")
    shop.match("2026-09")
    assert allocated() == [("S1", "E1", "1130"), ("S1", "S2", "70"), ("S3", "S4", "100")]
    assert rolled("2026-09", "closing advances_closing", "K2") == ("100", "0")
    assert rolled("2026-09", "closing advances_closing", "K1") == ("70", "0")
    assert shop.found("2026-09", "over-payment") == []
    assert shop.found("2026-09", "invoice-open-again") == [("invoice:INV-2026-09-00002", "100")]
    assert view("SELECT reference, unplaced FROM v_payments ORDER BY 1") == [
        ("S1", "0"), ("S2", "0"), ("S3", "0"), ("S4", "0"),
    ]  # fmt: skip
    assert view(
        "SELECT payment_reference, invoice_number, refund_reference, amount FROM v_allocations"
        " WHERE refund_reference IS NOT NULL ORDER BY 1"
    ) == [("S1", None, "S2", "70"), ("S3", None, "S4", "100")]
    shop.require_closing("2026-09")
    assert match_again(shop, "2026-09") == 0


def match_again(shop: Shop, month: str) -> int:
    return match_run(period_by_code(shop.company, month), by="ann")


def bounced(shop: Shop, back: str) -> None:
    """A 600 of September, P 1,000 of 28 October, B 400 of 3 November; then the money bounces."""
    shop.sell("A1 K1 2026-09-10 600", "B1 K1 2026-11-03 400")
    shop.receive("P K1 2026-10-28 1000,,,A1 B1")
    receive(shop, f"R K1 2026-11-10 {back},,,P,bounce")
    shop.match("2026-09", "2026-10", "2026-11")


def test_a_bounce_is_the_receipt_reversed(shop: Shop) -> None:
    bounced(shop, "-1000")
    assert allocated() == [("P", "R", "1000")]
    assert rolled("2026-10", "closing advances_closing") == ("0", "400")
    assert rolled("2026-11", RECEIVABLE) == ("0", "400", "0", "-600", "1000")
    assert rolled("2026-11", ADVANCES) == ("400", "0", "1000", "-600", "0")
    assert view(
        "SELECT posted_on, debit_amount FROM payments_allocation WHERE reverses_id IS NOT NULL"
        " ORDER BY 2"
    ) == [("2026-11-10", "-600"), ("2026-11-10", "-400")]
    assert shop.found("2026-11", "invoice-open-again") == []
    assert shop.found("2026-11", "more-refunded-than-received") == []
    shop.require_closing("2026-09", "2026-10", "2026-11")


def test_a_partial_bounce_takes_from_the_newest_allocation(shop: Shop) -> None:
    bounced(shop, "-300")
    assert allocated() == [("P", "A1", "600"), ("P", "B1", "100"), ("P", "R", "300")]
    assert rolled("2026-11", RECEIVABLE) == ("0", "400", "0", "100", "300")
    assert view(
        "SELECT posted_on, debit_amount FROM payments_allocation WHERE rule = 'refund_remainder'"
    ) == [("2026-11-10", "100")]
    assert match_again(shop, "2026-11") == 0
    shop.require_closing("2026-09", "2026-10", "2026-11")


def test_a_bounce_that_names_nothing_is_found_by_its_amount(shop: Shop) -> None:
    shop.sell("A K1 2026-09-10 600")
    receive(shop, "P1 K1 2026-09-12 600,A", "P2 K1 2026-10-02 600")
    receive(shop, "R K1 2026-10-05 -600,,,,bounce", "R2 K1 2026-10-06 -600,,,,bounce")
    shop.match("2026-09", "2026-10")
    assert allocated() == [("P1", "R2", "600"), ("P2", "R", "600")]
    assert rolled("2026-10", "closing advances_closing") == ("600", "0")


def test_an_overpayment_refunded_a_month_later(shop: Shop) -> None:
    shop.sell("A K1 2026-10-10 1130")
    receive(shop, "S1 K1 2026-10-12 1200,A", "S2 K1 2026-11-05 -70,A")
    shop.match("2026-10", "2026-11")
    assert rolled("2026-11", "allocated closing") == ("0", "0")
    assert rolled("2026-11", ADVANCES) == ("70", "0", "70", "0", "0")
    shop.require_closing("2026-10", "2026-11")


def test_an_overpayment_refunded_in_its_month(shop: Shop) -> None:
    shop.sell("A K1 2026-10-10 1130")
    receive(shop, "S1 K1 2026-10-12 1200,A", "S2 K1 2026-10-25 -70,A")
    shop.match("2026-10")
    assert rolled("2026-10", RECEIVABLE) == ("0", "1130", "0", "1130", "0")
    assert rolled("2026-10", ADVANCES) == ("0", "1200", "70", "1130", "0")
    shop.require_closing("2026-10")


def credit_note(shop: Shop, amount: str) -> None:
    """From before the books: a credit note as an open item."""
    shop.take(
        opening_items="customer_code,document_number,kind,issued_on,open_amount\n"
        f"K1,CN1,credit_note,2026-08-20,{amount}"
    )


def test_a_refund_of_a_credit_note(shop: Shop) -> None:
    credit_note(shop, "113")
    receive(shop, "R K1 2026-11-05 -113,,,CN1")
    shop.match("2026-09", "2026-11")
    assert allocated() == [("CN1", "R", "113")]
    assert rolled("2026-11", RECEIVABLE) == ("-113", "0", "0", "-113", "0")
    assert rolled("2026-11", ADVANCES) == ("0", "0", "113", "-113", "0")
    shop.require_closing("2026-09", "2026-10", "2026-11")
    assert view(
        "SELECT account, sum(debit - credit) FROM v_vouchers WHERE document = 'payment:R'"
        " GROUP BY account ORDER BY 1"
    ) == [("1002", "-113"), ("1122", "113")]


def test_more_refunded_than_received_is_owed_by_the_customer(shop: Shop) -> None:
    receive(shop, "P K1 2026-09-10 100", "R K1 2026-09-20 -150,,,P")
    shop.match("2026-09")
    assert allocated() == [("P", "R", "100")]
    assert rolled("2026-09", "closing advances_closing") == ("0", "-50")
    assert shop.found("2026-09", "more-refunded-than-received") == [("customer:K1", "50")]
    shop.require_closing("2026-09")


def test_a_refund_reopens_what_it_names_and_warns(shop: Shop) -> None:
    shop.sell("A K1 2026-09-10 600")
    receive(shop, "P K1 2026-09-12 600,A", "R K1 2026-09-20 -200,A")
    shop.match("2026-09")
    assert allocated() == [("P", "A", "400"), ("P", "R", "200")]
    assert shop.found("2026-09", "invoice-open-again") == [("invoice:INV-2026-09-00001", "200")]
    assert match_again(shop, "2026-09") == 0


def test_refunds_take_what_the_ones_before_left(shop: Shop) -> None:
    receive(shop, "P K1 2026-09-10 100", "R1 K1 2026-09-20 -60,,,P", "R2 K1 2026-09-21 -60,,,P")
    shop.match("2026-09")
    assert allocated() == [("P", "R1", "60"), ("P", "R2", "40")]


def test_what_a_refund_freed_is_taken_by_another_payment_that_names_it(shop: Shop) -> None:
    shop.sell("A K1 2026-09-10 100")
    receive(shop, "P1 K1 2026-09-12 100,A", "P2 K1 2026-09-28 100,A")
    receive(shop, "R K1 2026-09-20 -100,,,P1,bounce")
    shop.match("2026-09")
    assert allocated() == [("P1", "R", "100"), ("P2", "A", "100")]
    assert shop.found("2026-09", "same-money-twice") == []


def test_a_refunded_duplicate_does_not_warn(shop: Shop) -> None:
    shop.sell("A K1 2026-09-10 100")
    receive(shop, "P1 K1 2026-09-12 100,A", "P2 K1 2026-09-14 100,A")
    shop.match("2026-09")
    assert shop.found("2026-09", "same-money-twice") == [("payment:P2", "100")]
    receive(shop, "R K1 2026-09-20 -100,,,P2")
    shop.match("2026-09")
    assert shop.found("2026-09", "same-money-twice") == []


def test_only_a_refund_names_what_it_gives_back(shop: Shop) -> None:
    result, status = try_import(
        shop.folder,
        payments="reference,customer_code,received_on,amount,method,refund_of\n"
        "P,K1,2026-09-10,100,cash,X",
    )
    assert status == 1
    assert [bad["column"] for bad in result["files"][0]["bad"]] == ["refund_of"]


def statements(shop: Shop) -> int:
    with CaptureQueriesContext(connection) as queries:
        match_again(shop, "2026-09")
    return len(queries)


def test_many_refunds_of_one_customer_take_few_statements(shop: Shop) -> None:
    """Refunds and bounces of one amount: each finds a payment of its own, in one pass."""
    kinds, taken = ("refund", "bounce"), []
    for start, end in ((0, 4), (4, 300)):
        receive(shop, *(f"P{n} K1 2026-09-10 100" for n in range(start, end)))
        receive(shop, *(f"R{n} K1 2026-09-20 -100,,,,{kinds[n % 2]}" for n in range(start, end)))
        taken.append(statements(shop))
    assert taken[0] == taken[1] < 90
    assert view(
        "SELECT count(DISTINCT payment_reference), count(DISTINCT refund_reference), sum(amount)"
        " FROM v_allocations"
    ) == [(300, 300, "30000")]
    assert shop.found("2026-09", "more-refunded-than-received") == []


def test_many_refunds_of_one_order_take_few_statements(shop: Shop) -> None:
    """An order paid in instalments: each refund takes from the newest that is left."""
    shop.sell("A K1 2026-09-01 10000")
    receive(shop, *(f"P{n:03} K1 2026-09-10 {n + 1},A" for n in range(100)))
    shop.match("2026-09")
    receive(shop, *(f"R{n:03} K1 2026-09-20 -50,A" for n in range(100)))
    assert statements(shop) < 90
    # 1 + … + 100 = 5,050 were received, and 5,000 given back, of the last numbers first.
    assert view(
        "SELECT sum(amount) FILTER (WHERE refund_reference IS NOT NULL),"
        " sum(amount) FILTER (WHERE invoice_number IS NOT NULL),"
        " string_agg(DISTINCT payment_reference, ' ') FILTER (WHERE refund_reference = 'R000')"
        " FROM v_allocations"
    ) == [("5000", "50", "P099")]


def test_refunds_and_bounces_come_by_day(shop: Shop) -> None:
    """A bounce undoes what is allocated too, a refund does not: each the newest before it."""
    shop.sell("A K1 2026-09-01 100")
    receive(
        shop,
        *("P1 K1 2026-09-02 100", "P2 K1 2026-09-03 100,A", "P3 K1 2026-09-04 100"),
        *("R1 K1 2026-09-05 -100", "R2 K1 2026-09-06 -100,,,,bounce", "R3 K1 2026-09-07 -100"),
    )
    shop.match("2026-09")
    assert allocated() == [("P1", "R3", "100"), ("P2", "R2", "100"), ("P3", "R1", "100")]
    assert shop.found("2026-09", "more-refunded-than-received") == []
