"""Orders, deliveries and confirmations by form, under the rules of the files."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from closing_site.companies.errors import RoleMayNot
from closing_site.companies.models import Company
from closing_site.periods.actions import period_by_code
from closing_site.periods.cut_off import set_cut_off
from closing_site.periods.errors import CutOffPassed, ReasonNeeded
from closing_site.recording import NotTaken
from orders.actions.confirming import confirm_order
from orders.actions.deferring import defer_order
from orders.actions.delivering import (
    deliver_lines,
    deliver_order,
    take_back_delivery,
)
from orders.actions.ordering import cancel_order, change_order, record_order
from orders.errors import (
    DeliveryConfirmed,
    LineDelivered,
    NoCodeOfYours,
    NothingDelivered,
    NotYourOrder,
    OrderCancelled,
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


def test_an_order_is_recorded_with_what_its_lines_come_to(shop: Company) -> None:
    made = order(shop)
    assert (made.net, made.tax, made.gross) == (Decimal(100), Decimal(13), Decimal(113))
    assert made.customer
    assert made.customer.code == "ACME"
    assert made.sales_rep
    assert made.sales_rep.code == "R1"


def test_a_number_is_given_once(shop: Company) -> None:
    order(shop)
    with pytest.raises(NotTaken, match="SO-1") as error:
        order(shop)
    assert refused(error) == [("orders", 1, "number")]


@pytest.mark.parametrize(
    ("column", "text"),
    [("quantity", "-1"), ("unit_price", "a"), ("sku", "COFFEE"), ("quantity", ""), ("sku", "")],
)
def test_a_bad_line_names_its_field(shop: Company, column: str, text: str) -> None:
    lines = [LINE, {**LINE, "line_number": "2", column: text}]
    with pytest.raises(NotTaken) as error:
        record_order(company=shop, given=HEAD, lines=lines, by=person("finance"))
    assert refused(error) == [("order_lines", 2, column)]
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("column", "text"),
    [("customer_code", "NOONE"), ("order_date", "2026-02-30"), ("satisfaction", "6")],
)
def test_a_bad_head_names_its_field(shop: Company, column: str, text: str) -> None:
    with pytest.raises(NotTaken) as error:
        record_order(company=shop, given={**HEAD, column: text}, lines=[LINE], by=person("finance"))
    assert refused(error) == [("orders", 1, column)]


def test_changed_lines_are_computed_anew_and_missing_ones_go(shop: Company) -> None:
    made = order(shop)
    lines = [{**LINE, "line_number": "2", "quantity": "3"}]
    change_order(order=made, given={**HEAD, "note": "by phone"}, lines=lines, by=person("finance"))
    made.refresh_from_db()
    assert (made.gross, made.note) == (Decimal("169.5"), "by phone")
    assert [line.line_number for line in made.lines.all()] == [2]


def test_a_delivered_line_does_not_go(shop: Company) -> None:
    made = order(shop)
    deliver_lines(
        order=made,
        delivered_on=FEBRUARY,
        accepted_on=None,
        quantities={1: "1"},
        by=person("finance"),
    )
    with pytest.raises(LineDelivered):
        change_order(
            order=made, given=HEAD, lines=[{**LINE, "line_number": "2"}], by=person("finance")
        )


def test_what_is_confirmed_stays(shop: Company) -> None:
    made = delivered(shop)
    assert confirm_order(order=made, by=person("finance")) == []
    lines = [{**LINE, "quantity": "3"}]
    with pytest.raises(NotTaken, match="2026-02"):
        change_order(order=made, given=HEAD, lines=lines, by=person("finance"))
    with pytest.raises(NotTaken, match="2026-02"):
        cancel_order(order=made, reason="no", cancelled_on=FEBRUARY, by=person("finance"))
    delivery = made.deliveries.get()
    with pytest.raises(DeliveryConfirmed, match="2026-02"):
        take_back_delivery(delivery=delivery, by=person("finance"))


def test_a_cancelled_order_keeps_its_note_and_has_its_reason_and_day(shop: Company) -> None:
    made = order(shop, note="handle with care")
    cancel_order(order=made, reason="bankrupt", cancelled_on=date(2026, 2, 9), by=person("finance"))
    assert (made.cancelled_on, made.cancel_reason, made.note) == (
        date(2026, 2, 9),
        "bankrupt",
        "handle with care",
    )
    with pytest.raises(OrderCancelled):
        deliver_order(order=made, delivered_on=FEBRUARY, accepted_on=None, by=person("finance"))


def test_cancelling_needs_a_reason(shop: Company) -> None:
    with pytest.raises(ReasonNeeded):
        cancel_order(order=order(shop), reason=" ", cancelled_on=FEBRUARY, by=person("finance"))


def test_what_cannot_be_confirmed_says_why(shop: Company) -> None:
    made = delivered(shop)
    made.lines.update(unit_price=None)
    assert confirm_order(order=made, by=person("finance")) == ["Lines without a unit price: 1."]
    with pytest.raises(NothingDelivered):
        confirm_order(order=order(shop, "SO-2"), by=person("finance"))


def test_what_was_not_confirmed_is_not_said_to_be(shop: Company) -> None:
    """A file may say that it was accepted before it was delivered."""
    Company.objects.update(requires_acceptance=True)
    made = delivered(shop, day="2026-03-03")
    made.deliveries.update(accepted_on=date(2026, 2, 20))
    made.company.refresh_from_db()
    with pytest.raises(NothingDelivered):
        confirm_order(order=made, by=person("finance"))


def test_a_rep_acts_on_their_own_orders_only(shop: Company) -> None:
    rep = person("sales_rep")
    own, other = order(shop), order(shop, "SO-2", customer_code="BETA", sales_rep="R2")
    deliver_order(order=own, delivered_on=FEBRUARY, accepted_on=None, by=rep)
    assert confirm_order(order=own, by=rep) == []
    with pytest.raises(NotYourOrder):
        deliver_order(order=other, delivered_on=FEBRUARY, accepted_on=None, by=rep)
    with pytest.raises(NotYourOrder):
        defer_order(order=other, reason="no truck", by=rep)


def test_a_rep_enters_orders_under_their_own_code_for_their_own_customers(shop: Company) -> None:
    rep = person("sales_rep")
    record_order(company=shop, given=HEAD, lines=[LINE], by=rep)
    with pytest.raises(NotTaken, match="BETA"):
        record_order(
            company=shop,
            given={**HEAD, "number": "SO-10", "customer_code": "BETA"},
            lines=[LINE],
            by=rep,
        )


def test_a_rep_hands_no_order_to_another(shop: Company) -> None:
    made = order(shop)
    with pytest.raises(NoCodeOfYours):
        change_order(
            order=made, given={**HEAD, "sales_rep": "R2"}, lines=[LINE], by=person("sales_rep")
        )
    made.refresh_from_db()
    assert made.sales_rep
    assert made.sales_rep.code == "R1"


def test_after_the_cut_off_a_rep_asks_finance(shop: Company) -> None:
    rep, made = person("sales_rep"), order(shop)
    period = period_by_code(shop, "2026-02")
    set_cut_off(period=period, at=timezone.now() - timedelta(minutes=1), by="finance")
    with pytest.raises(CutOffPassed, match="2026-02"):
        deliver_order(order=made, delivered_on=FEBRUARY, accepted_on=None, by=rep)
    with pytest.raises(CutOffPassed):
        record_order(company=shop, given=HEAD, lines=[LINE], by=rep)
    deliver_order(order=made, delivered_on=date(2026, 3, 2), accepted_on=None, by=rep)
    finance = person("finance")
    take_back_delivery(delivery=made.deliveries.get(), by=finance)
    deliver_order(order=made, delivered_on=FEBRUARY, accepted_on=None, by=finance)
    set_cut_off(period=period, at=None, by="finance")
    assert confirm_order(order=made, by=rep) == []


def test_a_cancelled_order_waits_for_nothing(shop: Company) -> None:
    made, rep = order(shop), person("sales_rep")
    seen_before = Order.objects.get(pk=made.pk)
    cancel_order(order=made, reason="taken twice", cancelled_on=FEBRUARY, by=rep)
    with pytest.raises(OrderCancelled):
        defer_order(order=seen_before, reason="no truck", by=rep)
    with pytest.raises(OrderCancelled):
        change_order(order=seen_before, given=HEAD, lines=[LINE], by=rep)
    with pytest.raises(OrderCancelled):
        cancel_order(order=seen_before, reason="lost", cancelled_on=date(2026, 2, 9), by=rep)
    assert Order.objects.get(pk=made.pk).cancel_reason == "taken twice"


@pytest.mark.parametrize("role", ["manager", "auditor", "admin"])
def test_other_roles_write_no_orders(shop: Company, role: str) -> None:
    with pytest.raises(RoleMayNot):
        record_order(company=shop, given=HEAD, lines=[LINE], by=person(role))
