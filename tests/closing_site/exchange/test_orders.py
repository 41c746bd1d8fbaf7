"""What orders, lines and deliveries of a file become."""

from datetime import date
from decimal import Decimal

import pytest

from closing_site.companies.models import AuditEntry, Company
from closing_site.customers.models import Customer, SalesRep
from orders.models import Delivery, DeliveryLine, Order, OrderLine, TaxRate
from tests.closing_site.exchange.conftest import Take

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = "code,name,currency\nACME,Acme,\nEURO,Euro AG,EUR\n"
PRODUCTS = "sku,name,tax_rate\nTEA,Tea,5\nBOOK,Book,0\nRUM,Rum,\n"
ORDERS = "number,customer_code,order_date,delivered_on,accepted_on,status\n"
LINES = "order_number,line_number,sku,quantity,unit_price,discount_percent,tax_rate\n"
DELIVERIES = "order_number,line_number,delivered_on,quantity,accepted_on\n"


def order(number: str = "SO-1") -> Order:
    return Order.objects.get(number=number)


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


def test_missing_facts_are_taken_and_leave_the_totals_unknown(company: Company, take: Take) -> None:
    outcome = take(
        {
            "orders.csv": ORDERS
            + "".join(f"SO-{i},NOBODY,1996-07-04,1996-07-05,,delivered\n" for i in range(1, 6)),
            "order_lines.csv": LINES
            + "SO-1,1,WHAT,,10,,0\nSO-1,2,WHAT,1,10,,0\nSO-2,1,WHAT,1,,,0\nSO-3,1,WHAT,1,1,,\n"
            + "SO-4,1,WHAT,2,10,,0\n",
        }
    )
    assert outcome.status == 0
    assert order().customer is None
    assert order().customer_code == "NOBODY"
    assert OrderLine.objects.filter(product=None).count() == 5
    totals = dict(Order.objects.values_list("number", "gross"))
    assert totals == {"SO-1": None, "SO-2": None, "SO-3": None, "SO-4": 20, "SO-5": None}


def test_a_blank_code_is_a_bad_row(company: Company, take: Take) -> None:
    outcome = take(
        {
            "orders.csv": ORDERS + ",ACME,1996-07-04,,,\nSO-2,,1996-07-04,,,\n",
            "order_lines.csv": LINES + "SO-3,1,,1,1,,\n",
        }
    )
    assert outcome.status == 1
    assert outcome.bad("orders") == [(2, "number", ""), (3, "customer_code", "")]
    assert outcome.bad("order_lines") == [(2, "sku", "")]


def test_the_currency_is_the_order_s_else_the_customer_s_else_the_company_s(
    company: Company, take: Take
) -> None:
    take(
        {
            "customers.csv": CUSTOMERS,
            "orders.csv": "number,customer_code,order_date,currency\n"
            "SO-1,EURO,1996-07-04,GBP\nSO-2,EURO,1996-07-04,\nSO-3,ACME,1996-07-04,\n",
        }
    )
    assert [order(f"SO-{i}").currency for i in (1, 2, 3)] == ["GBP", "EUR", "USD"]


def test_an_order_delivered_on_a_day_is_one_whole_delivery(company: Company, take: Take) -> None:
    take({"orders.csv": ORDERS + "SO-1,ACME,1996-07-04,1996-07-16,1996-07-18,delivered\n"})
    delivery = Delivery.objects.get()
    assert delivery.is_whole
    assert (delivery.delivered_on, delivery.accepted_on) == (date(1996, 7, 16), date(1996, 7, 18))
    assert delivery.period is None


def test_delivered_without_a_day_is_a_bad_row_unless_there_are_deliveries(
    company: Company, take: Take
) -> None:
    orders = ORDERS + "SO-1,ACME,1996-07-04,,,delivered\n"
    assert take({"orders.csv": orders}).bad("orders") == [(2, "delivered_on", "")]
    files = {
        "orders.csv": orders,
        "order_lines.csv": LINES + "SO-1,1,TEA,5,1,,0\n",
        "deliveries.csv": DELIVERIES + "SO-1,1,1996-07-05,2,\n",
    }
    assert take(files).status == 0
    # The deliveries are in the books now.
    assert take({"orders.csv": orders}).counts("orders") == (0, 0, 1, 0)


def test_accepted_but_not_delivered_is_a_bad_row(company: Company, take: Take) -> None:
    outcome = take({"orders.csv": ORDERS + "SO-1,ACME,1996-07-04,,1996-07-05,open\n"})
    assert outcome.bad("orders") == [(2, "accepted_on", "1996-07-05")]


def test_deliveries_by_line_take_the_place_of_the_order_s_own_day(
    company: Company, take: Take
) -> None:
    orders = ORDERS + "SO-1,ACME,1996-07-04,1996-07-30,1996-07-30,delivered\n"
    lines = LINES + "SO-1,1,TEA,5,1,,0\nSO-1,2,RUM,1,1,,0\n"
    deliveries = (
        DELIVERIES + "SO-1,1,1996-07-05,2,1996-07-06\nSO-1,2,1996-07-05,1,1996-07-07\n"
        "SO-1,1,1996-08-05,3,\n"
    )
    take({"orders.csv": orders, "order_lines.csv": lines})
    outcome = take({"deliveries.csv": deliveries})
    assert outcome.counts("deliveries") == (3, 0, 0, 0)
    first, second = Delivery.objects.order_by("delivered_on")
    assert not first.is_whole
    # A day's delivery is accepted when all of it is.
    assert (first.delivered_on, first.accepted_on) == (date(1996, 7, 5), date(1996, 7, 7))
    assert (second.delivered_on, second.accepted_on) == (date(1996, 8, 5), None)
    assert DeliveryLine.objects.count() == 3
    again = take({"orders.csv": orders, "order_lines.csv": lines, "deliveries.csv": deliveries})
    assert [again.counts(kind)[2] for kind in ("orders", "order_lines", "deliveries")] == [1, 2, 3]


def test_a_delivery_that_is_corrected_is_updated(company: Company, take: Take) -> None:
    files = {
        "orders.csv": ORDERS + "SO-1,ACME,1996-07-04,,,open\n",
        "order_lines.csv": LINES + "SO-1,1,TEA,5,1,,0\n",
        "deliveries.csv": DELIVERIES + "SO-1,1,1996-07-05,2,\n",
    }
    take(files)
    changed = {"deliveries.csv": DELIVERIES + "SO-1,1,1996-07-05,3,1996-07-06\n"}
    assert take(changed).counts("deliveries") == (0, 1, 0, 0)
    assert DeliveryLine.objects.get().quantity == 3
    assert Delivery.objects.get().accepted_on == date(1996, 7, 6)


def test_rows_of_unknown_orders_and_lines_are_bad(company: Company, take: Take) -> None:
    outcome = take(
        {
            "orders.csv": ORDERS + "SO-1,ACME,1996-07-04,,,open\n",
            "order_lines.csv": LINES + "SO-1,1,TEA,5,1,,0\nSO-2,1,TEA,5,1,,0\n",
            "deliveries.csv": DELIVERIES
            + "SO-1,2,1996-07-05,2,\nSO-3,1,1996-07-05,2,\nSO-1,1,1996-07-05,2,\n",
        }
    )
    assert outcome.bad("order_lines") == [(3, "order_number", "SO-2")]
    assert outcome.bad("deliveries") == [(2, "line_number", "2"), (3, "order_number", "SO-3")]
    assert outcome.reasons("deliveries") == [
        "Order SO-1 has no line 2.",
        "There is no order SO-3.",
    ]


def test_a_cancelled_order_takes_its_note_as_the_reason(company: Company, take: Take) -> None:
    outcome = take(
        {
            "orders.csv": "number,customer_code,order_date,delivered_on,status,note\n"
            "SO-1,ACME,1996-07-04,1996-07-05,cancelled,Wrong colour\n"
            "SO-2,ACME,1996-06-04,,cancelled,\n"
        }
    )
    assert outcome.status == 0
    assert (order("SO-1").cancelled_on, order("SO-1").cancel_reason) == (
        date(1996, 7, 4),
        "Wrong colour",
    )
    # Before the books begin there is no month to count it in.
    assert order("SO-2").cancelled_on == date(1996, 7, 1)
    assert order("SO-2").cancel_reason == "Cancelled in the system it was imported from."
    assert not Delivery.objects.exists()
    audited = AuditEntry.objects.filter(action="cancelled", actor="system")
    assert set(audited.values_list("document_number", flat=True)) == {"SO-1", "SO-2"}


def test_an_order_is_cancelled_and_taken_up_again(company: Company, take: Take) -> None:
    delivered = ORDERS + "SO-1,ACME,1996-07-04,1996-07-05,,delivered\n"
    cancelled = ORDERS + "SO-1,ACME,1996-07-04,1996-07-05,,cancelled\n"
    take({"orders.csv": delivered})
    assert take({"orders.csv": cancelled}).counts("orders") == (0, 1, 0, 0)
    assert not Delivery.objects.exists()
    assert take({"orders.csv": cancelled}).counts("orders") == (0, 0, 1, 0)
    assert take({"orders.csv": delivered}).counts("orders") == (0, 1, 0, 0)
    assert order().cancelled_on is None
    assert Delivery.objects.get().is_whole


def test_deliveries_of_a_cancelled_order_are_bad_rows(company: Company, take: Take) -> None:
    files = {
        "orders.csv": ORDERS + "SO-1,ACME,1996-07-04,,,cancelled\n",
        "order_lines.csv": LINES + "SO-1,1,TEA,5,1,,0\n",
        "deliveries.csv": DELIVERIES + "SO-1,1,1996-07-05,2,\n",
    }
    assert take(files).reasons("deliveries") == ["Order SO-1 is cancelled."]


def test_an_order_delivered_by_lines_cannot_be_cancelled(company: Company, take: Take) -> None:
    take(
        {
            "orders.csv": ORDERS + "SO-1,ACME,1996-07-04,,,open\n",
            "order_lines.csv": LINES + "SO-1,1,TEA,5,1,,0\n",
            "deliveries.csv": DELIVERIES + "SO-1,1,1996-07-05,2,\n",
        }
    )
    outcome = take({"orders.csv": ORDERS + "SO-1,ACME,1996-07-04,,,cancelled\n"})
    assert outcome.bad("orders") == [(2, "status", "cancelled")]


def test_an_unknown_rep_becomes_one_without_a_user(company: Company, take: Take) -> None:
    take({"orders.csv": "number,customer_code,order_date,sales_rep\nSO-1,ACME,1996-07-04,nancy\n"})
    assert SalesRep.objects.get().user is None
    assert order().sales_rep == SalesRep.objects.get(code="nancy")


def test_missing_columns_leave_what_is_there_and_blanks_clear_it(
    company: Company, take: Take
) -> None:
    head = "number,customer_code,order_date"
    row = "SO-1,ACME,1996-07-04"
    full = f"{head},note,satisfaction,sales_rep\n{row},Mind the step,4,nancy\n"
    take({"orders.csv": full})
    assert take({"orders.csv": f"{head}\n{row}\n"}).counts("orders") == (0, 0, 1, 0)
    assert (order().note, order().satisfaction) == ("Mind the step", 4)
    cleared = f"{head},note,satisfaction,sales_rep\n{row},,,\n"
    assert take({"orders.csv": cleared}).counts("orders") == (0, 1, 0, 0)
    assert (order().note, order().satisfaction, order().sales_rep) == ("", None, None)


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


def test_orders_wait_for_the_customer_and_the_product_that_come_later(
    company: Company, take: Take
) -> None:
    take(
        {
            "orders.csv": ORDERS + "SO-1,ACME,1996-07-04,,,open\n",
            "order_lines.csv": LINES + "SO-1,1,TEA,2,10,,\n",
        }
    )
    assert order().gross is None
    take({"customers.csv": CUSTOMERS})
    assert order().customer == Customer.objects.get(code="ACME")
    take({"products.csv": PRODUCTS})
    line = OrderLine.objects.get()
    assert line.product is not None
    assert (line.tax_rate, order().gross) == (5, 21)


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


def test_order_numbers_sort_as_people_count(company: Company, take: Take) -> None:
    take(
        {
            "orders.csv": ORDERS
            + "".join(f"{n},ACME,1996-07-04,,,\n" for n in ("SO-10", "SO-9", "7", "EXTRA", "0"))
        }
    )
    assert list(Order.objects.order_by("sort_key").values_list("number", flat=True)) == [
        *("0", "7", "EXTRA", "SO-9", "SO-10"),
    ]
    parts = Order.objects.values_list("number_prefix", "number_value")
    assert set(parts) == {("SO-", 10), ("SO-", 9), ("", 7), ("EXTRA", None), ("", 0)}
