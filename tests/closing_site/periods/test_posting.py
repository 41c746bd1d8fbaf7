"""How far ahead a day may lie that a person enters, and which months the pages show."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from closing_site.companies.models import Company
from closing_site.periods.actions import ensure_periods
from closing_site.periods.errors import TooFarAhead
from closing_site.periods.models import Period
from closing_site.periods.posting import require_not_far_ahead
from closing_site.periods.querysets import earliest_open, newest_periods
from orders.actions.delivering import deliver_order
from payments.actions.recording import record_payment
from tests.entering import order, person, the_shop

pytestmark = pytest.mark.django_db

FAR = date(2199, 1, 1)


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def receipt(received_on: date) -> dict[str, str]:
    return {
        "reference": "RC-1",
        "customer_code": "C1",
        "received_on": received_on.isoformat(),
        "amount": "10.00",
        "method": "cash",
    }


def test_a_month_ahead_is_taken_a_day_more_is_not(shop: Company) -> None:
    latest = max(timezone.localdate(), date(2026, 2, 28))
    require_not_far_ahead(shop, latest + timedelta(days=31), None, "")
    with pytest.raises(TooFarAhead, match="look at its year"):
        require_not_far_ahead(shop, (latest + timedelta(days=32)).isoformat())


def test_a_payment_and_a_delivery_far_ahead_are_refused_and_make_no_month(shop: Company) -> None:
    months = Period.objects.count()
    finance = person("finance")
    with pytest.raises(TooFarAhead):
        record_payment(company=shop, given=receipt(FAR), by=finance)
    with pytest.raises(TooFarAhead):
        deliver_order(order=order(shop), delivered_on=FAR, accepted_on=None, by=finance)
    assert Period.objects.count() == months


def test_empty_months_to_come_are_not_shown_those_that_hold_something_are(shop: Company) -> None:
    ensure_periods(shop, date(2198, 6, 1))
    first = earliest_open(shop.pk)
    assert first
    shown = [period.code for period in newest_periods([shop], None)]
    assert first.code in shown
    assert "2198-06" not in shown
