"""Synthetic sales, before any database."""

from collections import Counter
from datetime import date
from decimal import Decimal

from closing_site.exchange.synthetic import (
    LINE_COLUMNS,
    ORDER_COLUMNS,
    Plan,
    customers,
    products,
)
from closing_site.exchange.synthetic_sales import Sale, sales

PLAN = Plan(orders=300, first_day=date(2026, 1, 1), currency="CNY")


def order_of(sale: Sale) -> dict[str, str]:
    return dict(zip(ORDER_COLUMNS, sale.order, strict=True))


def test_the_same_seed_makes_the_same_sales_and_another_others() -> None:
    again = Plan(orders=300, first_day=date(2026, 1, 1), currency="CNY")
    other = Plan(orders=300, first_day=date(2026, 1, 1), currency="CNY", seed=2)
    assert list(sales(again)) == list(sales(PLAN))
    assert list(sales(other)) != list(sales(PLAN))
    assert list(customers(other)) == list(customers(PLAN))
    assert list(products(other)) == list(products(PLAN))


def test_numbers_have_no_gap_and_follow_the_days() -> None:
    orders = [order_of(sale) for sale in sales(PLAN)]
    assert [order["number"] for order in orders] == [f"SO-{n:07d}" for n in range(1, 301)]
    days = [order["order_date"] for order in orders]
    assert days == sorted(days)
    assert (days[0], days[-1]) == ("2026-01-01", "2026-01-31")


def test_orders_are_delivered_in_their_month_and_spread_over_all_months() -> None:
    plan = Plan(orders=300, first_day=date(2026, 1, 1), currency="CNY", months=3)
    orders = [order_of(sale) for sale in sales(plan)]
    assert all(o["delivered_on"][:7] == o["order_date"][:7] for o in orders)
    assert all(o["delivered_on"] >= o["order_date"] for o in orders)
    counts = Counter(o["order_date"][:7] for o in orders)
    assert set(counts) == {"2026-01", "2026-02", "2026-03"}
    assert min(counts.values()) > 90


def test_an_order_states_the_sum_of_its_lines() -> None:
    """Each line's net and its 13 % are rounded half away from zero to the cent."""
    cent = Decimal("0.01")
    for sale in sales(PLAN):
        total = Decimal(0)
        for cells in sale.lines:
            line = dict(zip(LINE_COLUMNS, cells, strict=True))
            price, off = Decimal(line["unit_price"]), Decimal(line["discount_percent"])
            net = (Decimal(line["quantity"]) * price * (100 - off) / 100).quantize(
                cent, "ROUND_HALF_UP"
            )
            total += net + (net * 13 / 100).quantize(cent, "ROUND_HALF_UP")
        assert order_of(sale)["stated_total"] == str(total)
        assert [payment[3] for payment in sale.payments] == [str(total)]


def test_a_currency_without_decimals_has_none() -> None:
    plan = Plan(orders=5, first_day=date(2026, 1, 1), currency="JPY")
    assert all("." not in order_of(sale)["stated_total"] for sale in sales(plan))


def test_nothing_is_wrong_unless_it_is_asked_for() -> None:
    assert all(len(sale.payments) == 1 for sale in sales(PLAN))
    faulty = Plan(orders=300, first_day=date(2026, 1, 1), currency="CNY", faults=1000)
    payments = Counter(len(sale.payments) for sale in sales(faulty))
    assert set(payments) == {0, 1, 2}
    assert any(order_of(sale)["status"] == "open" for sale in sales(faulty))
