"""Money in the company's currency for an invoice in another (ACCOUNTING 9.1), and whose cent it is
when several receipts settle one invoice."""

from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from closing_site.companies.models import User
from closing_site.customers.models import OpenItem
from closing_site.recording import NotTaken
from payments.actions.placing import place_payment
from payments.models import Payment
from tests.payments.books import Shop, allocated, rolled, the_shop
from tests.stories.books import view

pytestmark = pytest.mark.django_db

RATES = "date,currency,rate\n2026-10-01,USD,7.10\n2026-10-15,USD,6.95"
ALLOCATIONS = """
    SELECT c.number, a.debit_amount, a.credit_amount, a.base_credit - a.base_debit
    FROM payments_allocation AS a JOIN customers_openitem AS c ON c.id = a.credit_item_id
    ORDER BY a.id
"""
UNAPPLIED = "SELECT reference, unplaced FROM v_payments ORDER BY 1"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An invoice of USD 100 at 7.10; money is received at 6.95."""
    shop = the_shop(tmp_path, "2026-10")
    shop.take(exchange_rates=RATES)
    shop.sell("U1 K1 2026-10-06 100 USD")
    return shop


def receive(shop: Shop, *payments: str) -> None:
    shop.receive(*payments, columns="order_number,memo,currency")


def by_hand(reference: str, amount: str, *, in_full: bool = False) -> None:
    item = OpenItem.objects.get(kind="invoice")
    place_payment(
        payment=Payment.objects.get(reference=reference),
        amounts={item.pk: amount},
        in_full=[item.pk] if in_full else [],
        by=User.objects.get(username="ann"),
    )


#: Money → USD settled, CNY used, exchange, CNY unapplied.
CASES = [
    ("700", ("100", "695", "-15"), "5"),
    ("680", ("97.84", "680", "-14.66"), "0"),
    ("695", ("100", "695", "-15"), "0"),
]


def test_the_run_allocates_it_where_it_names_the_invoice(shop: Shop) -> None:
    for names in ("U1,,CNY", ",order U1,CNY"):
        for amount, settled, left in CASES:
            with transaction.atomic():
                receive(shop, f"P1 K1 2026-10-20 {amount},{names}")
                assert shop.match("2026-10") == 1
                assert view(ALLOCATIONS) == [("P1", *settled)]
                assert view(UNAPPLIED) == [("P1", left)]
                shop.require_closing("2026-10")
                transaction.set_rollback(True)


def test_by_hand(shop: Shop) -> None:
    for amount, settled, left in CASES:
        with transaction.atomic():
            receive(shop, f"P1 K1 2026-10-20 {amount},,,CNY")
            assert shop.match("2026-10") == 0
            by_hand("P1", amount)
            assert view(ALLOCATIONS) == [("P1", *settled)]
            assert view(UNAPPLIED) == [("P1", left)]
            shop.require_closing("2026-10")
            transaction.set_rollback(True)


def test_settled_in_full_by_hand_it_takes_all(shop: Shop) -> None:
    receive(shop, "P1 K1 2026-10-20 700,,,CNY")
    shop.invoice("2026-10")
    by_hand("P1", "700", in_full=True)
    assert view(ALLOCATIONS) == [("P1", "100", "700", "-10")]
    assert rolled("2026-10", "closing base_closing base_exchange", currency="USD") == (
        *("0", "0", "-10"),
    )
    shop.require_closing("2026-10")


def test_less_than_the_balance_settles_it_in_full_too(shop: Shop) -> None:
    receive(shop, "P1 K1 2026-10-20 680,,,CNY")
    shop.invoice("2026-10")
    by_hand("P1", "680", in_full=True)
    assert view(ALLOCATIONS) == [("P1", "100", "680", "-30")]


def test_what_is_left_open_is_for_the_next_payment(shop: Shop) -> None:
    receive(shop, "P1 K1 2026-10-20 680,U1,,CNY", "P2 K1 2026-10-21 20,U1,,CNY")
    receive(shop, "P3 K1 2026-10-19 10,U1,,USD")
    shop.match("2026-10")
    # In the invoice's own currency first: 10; then 97.84 of 90 that are left: 90 × 6.95 = 625.50.
    assert [row[:3] for row in view(ALLOCATIONS)] == [
        ("P3", "10", "10"),
        ("P1", "90", "625.5"),
    ]
    assert view(UNAPPLIED) == [("P1", "54.5"), ("P2", "20"), ("P3", "0")]
    shop.require_closing("2026-10")


def test_without_a_rate_nothing_is_allocated(shop: Shop) -> None:
    receive(shop, "P1 K1 2026-09-20 700,U1,,CNY")
    assert shop.match("2026-10") == 0
    with pytest.raises(NotTaken, match="USD"):
        by_hand("P1", "700")


def test_money_of_another_customer_stays(shop: Shop) -> None:
    receive(shop, "P1 K2 2026-10-20 700,U1,,CNY")
    assert shop.match("2026-10") == 0
    assert allocated() == []


@pytest.mark.parametrize("order", [("P1", "P2", "P3"), ("P3", "P1", "P2")])
def test_the_cent_goes_by_day_and_reference_not_by_row(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    """USD 100 at 7.1111 = 711.11, in thirds: 237.01, 237.02, 237.08, whoever is recorded first."""
    shop = the_shop(tmp_path, "2026-10")
    shop.take(exchange_rates="date,currency,rate\n2026-10-01,USD,7.1111")
    shop.sell("U1 K1 2026-10-06 100 USD")
    rows = {
        "P1": "P1 K1 2026-10-20 33.33,U1,,USD",
        "P2": "P2 K1 2026-10-20 33.33,U1,,USD",
        "P3": "P3 K1 2026-10-21 33.34,U1,,USD",
    }
    for reference in order:
        receive(shop, rows[reference])
    shop.invoice("2026-10")
    item = OpenItem.objects.get(kind="invoice")
    assert item.amount == 100
    shop.match("2026-10")
    assert view(
        "SELECT c.number, a.base_debit FROM payments_allocation AS a"
        " JOIN customers_openitem AS c ON c.id = a.credit_item_id ORDER BY 1"
    ) == [("P1", "237.01"), ("P2", "237.02"), ("P3", "237.08")]


def test_a_third_currency_settles_nothing_and_the_page_says_why(shop: Shop) -> None:
    shop.take(exchange_rates="date,currency,rate\n2026-10-01,EUR,8")
    receive(shop, "P1 K1 2026-10-20 50,,,EUR")
    shop.match("2026-10")
    client = Client()
    client.force_login(User.objects.get(username="ann"))
    answer = client.get("/payments/P1/place/")
    assert answer.status_code == 409
    assert "USD" in answer.content.decode()
