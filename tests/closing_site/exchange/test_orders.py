"""Orders as a file gives them: cancelled, changed, and waiting for what comes later."""

from datetime import date

import pytest

from closing_site.companies.models import AuditEntry, Company
from closing_site.customers.models import Customer, SalesRep
from orders.models import Delivery, Order, OrderLine
from tests.closing_site.exchange.conftest import Take
from tests.closing_site.exchange.files import CUSTOMERS, DELIVERIES, LINES, ORDERS, PRODUCTS, order

pytestmark = pytest.mark.django_db(transaction=True)


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
