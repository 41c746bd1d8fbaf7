"""What an order's lines come to: rates, prices with tax, rounding, what is changed later."""

from decimal import Decimal

import pytest

from closing_site.companies.models import Company
from orders.models import OrderLine, TaxRate
from tests.closing_site.exchange.conftest import Take
from tests.closing_site.exchange.files import CUSTOMERS, LINES, ORDERS, PRODUCTS, order

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_line_s_rate_is_its_own_else_the_product_s_else_the_company_s(
    chinese_company: Company, take: Take
) -> None:
    outcome = take(
        {
            "customers.csv": CUSTOMERS,
            "products.csv": PRODUCTS,
            "orders.csv": ORDERS + "SO-1,ACME,2026-01-02,,,open\n",
            "order_lines.csv": LINES
            + "SO-1,1,TEA,1,100,,9\nSO-1,2,TEA,1,100,,\nSO-1,3,RUM,1,100,,\nSO-1,4,BOOK,1,100,,\n",
        }
    )
    assert outcome.status == 0
    rates = OrderLine.objects.order_by("line_number").values_list("tax_rate", "tax_category", "tax")
    assert list(rates) == [
        (Decimal(9), "standard", Decimal(9)),
        (Decimal(5), "standard", Decimal(5)),
        (Decimal(13), "standard", Decimal(13)),
        (Decimal(0), "zero_rated", Decimal(0)),
    ]
    assert TaxRate.objects.count() == 4
    assert (order().net, order().tax, order().gross) == (400, 27, 427)


def test_prices_with_tax_are_taken_apart(chinese_company: Company, take: Take) -> None:
    take(
        {
            "orders.csv": "number,customer_code,order_date,prices_include_tax\n"
            "SO-1,ACME,2026-01-02,1\n",
            "order_lines.csv": LINES + "SO-1,1,RUM,3,9.99,10,13\n",
        }
    )
    line = OrderLine.objects.get()
    # 3 × 9.99 × 0.9 = 26.973 → 26.97; / 1.13 = 23.8672… → 23.87
    assert (line.net, line.tax) == (Decimal("23.87"), Decimal("3.10"))


def test_amounts_are_rounded_half_away_from_zero_to_the_currency_s_digits(
    chinese_company: Company, take: Take
) -> None:
    take(
        {
            "orders.csv": "number,customer_code,order_date,currency\n"
            "SO-1,ACME,2026-01-02,CNY\nSO-2,ACME,2026-01-02,JPY\n",
            "order_lines.csv": LINES + "SO-1,1,RUM,1,0.125,,0\nSO-2,1,RUM,1,2.5,,0\n",
        }
    )
    assert order("SO-1").net == Decimal("0.13")
    assert order("SO-2").net == 3


def test_a_changed_line_changes_the_totals_and_only_then(company: Company, take: Take) -> None:
    orders = ORDERS + "SO-1,ACME,1996-07-04,,,open\n"
    take({"orders.csv": orders, "order_lines.csv": LINES + "SO-1,1,TEA,5,1,,0\n"})
    assert order().gross == 5
    changed = take({"order_lines.csv": LINES + "SO-1,1,TEA,6,1,,0\nSO-1,2,TEA,1,4,,0\n"})
    assert changed.counts("order_lines") == (1, 1, 0, 0)
    assert order().gross == 10


def test_an_order_s_new_currency_reaches_its_lines(company: Company, take: Take) -> None:
    head = "number,customer_code,order_date,currency\n"
    take(
        {
            "orders.csv": head + "SO-1,ACME,1996-07-04,USD\n",
            "order_lines.csv": LINES + "SO-1,1,TEA,1,1.4,,0\n",
        }
    )
    take({"orders.csv": head + "SO-1,ACME,1996-07-04,JPY\n"})
    assert (order().net, OrderLine.objects.get().net) == (1, 1)


def test_a_negative_price_is_a_discount_line(company: Company, take: Take) -> None:
    outcome = take(
        {
            "orders.csv": ORDERS + "SO-1,ACME,1996-07-04,,,open\n",
            "order_lines.csv": LINES + "SO-1,1,TEA,2,10,,0\nSO-1,2,REBATE,1,-3,,0\n",
        }
    )
    assert outcome.status == 0
    assert OrderLine.objects.get(line_number=2).kind == "discount"
    assert order().net == 17
    negative = take({"order_lines.csv": LINES + "SO-1,3,TEA,-2,10,,0\nSO-1,4,TEA,2,10,-1,0\n"})
    assert negative.bad("order_lines") == [
        (2, "quantity", "-2"),
        (3, "discount_percent", "-1"),
    ]


def test_more_than_an_amount_can_hold_is_a_bad_row(company: Company, take: Take) -> None:
    outcome = take(
        {
            "orders.csv": ORDERS + "SO-1,ACME,1996-07-04,,,open\n",
            "order_lines.csv": LINES + "SO-1,1,TEA,999999999999,999999999999,,0\n",
        }
    )
    assert outcome.bad("order_lines") == [(2, "quantity", "999999999999")]


def test_a_product_s_new_rate_reaches_lines_without_one_of_their_own(
    company: Company, take: Take
) -> None:
    take(
        {
            "products.csv": PRODUCTS,
            "orders.csv": ORDERS + "SO-1,ACME,1996-07-04,,,open\n",
            "order_lines.csv": LINES + "SO-1,1,TEA,1,100,,\nSO-1,2,TEA,1,100,,7\n",
        }
    )
    assert order().tax == 12
    changed = take({"products.csv": PRODUCTS.replace("TEA,Tea,5", "TEA,Tea,6")})
    assert changed.counts("products") == (0, 1, 2, 0)
    assert order().tax == 13
