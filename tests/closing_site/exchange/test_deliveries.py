"""Deliveries as files give them: whole, by line, accepted, corrected."""

from datetime import date

import pytest

from closing_site.companies.models import Company
from orders.models import Delivery, DeliveryLine
from tests.closing_site.exchange.conftest import Take
from tests.closing_site.exchange.files import DELIVERIES, LINES, ORDERS

pytestmark = pytest.mark.django_db(transaction=True)


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
