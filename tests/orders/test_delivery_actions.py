"""Deliveries of an order by form: whole, by lines, accepted, taken back."""

from collections.abc import Callable
from datetime import date

import pytest

from closing_site.companies.models import Company
from closing_site.desk.errors import ChangedSinceSeen
from closing_site.recording import NotTaken
from orders.actions.confirming import confirm_order
from orders.actions.delivering import (
    accept_delivery,
    deliver_lines,
    deliver_order,
    take_back_delivery,
)
from orders.actions.ordering import record_order
from orders.errors import (
    DayTaken,
    DeliveredAlready,
    DeliveredByLine,
    DeliveryConfirmed,
)
from orders.models import Order
from tests.entering import LINE, delivered, order, person, the_shop

pytestmark = pytest.mark.django_db

FEBRUARY = date(2026, 2, 5)
HEAD = {"number": "SO-9", "customer_code": "ACME", "order_date": "2026-02-03", "sales_rep": "R1"}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def refused(error: pytest.ExceptionInfo[NotTaken]) -> list[tuple[str, int, str]]:
    """Kind, line, column of each problem."""
    return [
        (kind, problem.line, problem.column)
        for kind, problems in error.value.problems.items()
        for problem in problems
    ]


def test_a_whole_delivery_is_noted_on_the_order_accepted_and_taken_back(shop: Company) -> None:
    made = delivered(shop)
    assert made.delivered_on == FEBRUARY
    accept_delivery(
        delivery=made.deliveries.get(), accepted_on=date(2026, 2, 7), by=person("finance")
    )
    assert made.deliveries.get().accepted_on == date(2026, 2, 7)
    take_back_delivery(delivery=made.deliveries.get(), by=person("finance"))
    made.refresh_from_db()
    assert not made.deliveries.exists()
    assert Order.objects.get().delivered_on is None


def test_acceptance_does_not_come_before_delivery_without_a_day(shop: Company) -> None:
    made = order(shop)
    with pytest.raises(NotTaken):
        record_order(
            company=shop,
            given={**HEAD, "accepted_on": "2026-02-07"},
            lines=[LINE],
            by=person("finance"),
        )
    assert not made.deliveries.exists()


def test_nothing_is_accepted_before_it_is_delivered(shop: Company) -> None:
    made, finance, before = order(shop), person("finance"), date(2026, 2, 4)
    says = pytest.raises(NotTaken, match="before it is delivered")
    with says:
        deliver_order(order=made, delivered_on=FEBRUARY, accepted_on=before, by=finance)
    with says:
        deliver_lines(
            order=made,
            delivered_on=FEBRUARY,
            accepted_on=before,
            quantities={1: "1"},
            by=finance,
        )
    deliver_order(order=made, delivered_on=FEBRUARY, accepted_on=None, by=finance)
    with says:
        accept_delivery(delivery=made.deliveries.get(), accepted_on=before, by=finance)


@pytest.mark.parametrize("act", [accept_delivery, take_back_delivery])
def test_a_delivery_that_others_changed_meanwhile_is_left_to_them(
    shop: Company, act: Callable[..., None]
) -> None:
    made, finance = delivered(shop), person("finance")
    seen = made.deliveries.get()
    options = {"accepted_on": date(2026, 2, 9)} if act is accept_delivery else {}
    take_back_delivery(delivery=seen, by=finance)
    deliver_order(order=made, delivered_on=date(2026, 2, 6), accepted_on=None, by=finance)
    with pytest.raises(ChangedSinceSeen):
        act(delivery=seen, by=finance, **options)
    assert made.deliveries.get().delivered_on == date(2026, 2, 6)
    seen = made.deliveries.get()
    confirm_order(order=made, by=finance)
    with pytest.raises(DeliveryConfirmed):
        act(delivery=seen, by=finance, **options)


def test_what_is_delivered_already_is_delivered_no_second_time(shop: Company) -> None:
    made, finance = delivered(shop), person("finance")
    later = date(2026, 2, 9)
    with pytest.raises(DeliveredAlready, match="2026-02-05"):
        deliver_order(order=made, delivered_on=later, accepted_on=None, by=finance)
    assert made.deliveries.get().delivered_on == FEBRUARY
    confirm_order(order=made, by=finance)
    with pytest.raises(DeliveryConfirmed, match="2026-02"):
        deliver_order(order=made, delivered_on=later, accepted_on=None, by=finance)


def test_parts_add_up_to_the_whole(shop: Company) -> None:
    made = order(shop)
    finance = person("finance")
    for day, text in ((FEBRUARY, "1.5"), (date(2026, 2, 8), "0.5")):
        deliver_lines(
            order=made, delivered_on=day, accepted_on=day, quantities={1: text}, by=finance
        )
    assert made.delivered_on == date(2026, 2, 8)
    with pytest.raises(DayTaken):
        deliver_lines(
            order=made, delivered_on=FEBRUARY, accepted_on=None, quantities={1: "1"}, by=finance
        )
    with pytest.raises(DeliveredByLine):
        deliver_order(order=made, delivered_on=FEBRUARY, accepted_on=None, by=finance)
    take_back_delivery(delivery=made.deliveries.get(delivered_on=FEBRUARY), by=finance)
    made.refresh_from_db()
    assert made.delivered_on is None


def test_a_bad_quantity_names_the_line(shop: Company) -> None:
    with pytest.raises(NotTaken) as error:
        deliver_lines(
            order=order(shop),
            delivered_on=FEBRUARY,
            accepted_on=None,
            quantities={1: "-2"},
            by=person("finance"),
        )
    assert refused(error) == [("deliveries", 1, "quantity")]


def test_a_delivery_of_a_locked_month_is_posted_on_the_first_open_day(shop: Company) -> None:
    made = delivered(shop, day="2026-01-20")
    assert confirm_order(order=made, by=person("finance")) == []
    assert made.deliveries.get().posted_on == date(2026, 2, 1)
