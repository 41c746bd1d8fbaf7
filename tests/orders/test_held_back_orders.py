"""What stands on the unbilled list and is changed, cancelled or taken back."""

from datetime import date

import pytest

from closing_site.companies.models import Company
from closing_site.desk.models import Finding
from closing_site.periods.actions import period_by_code
from closing_site.wizard.approvals import approve_held_back
from orders.actions.delivering import take_back_delivery
from orders.actions.ordering import cancel_order, change_order
from orders.errors import OnSealedList, OrderCancelled
from orders.models import Delivery, Order, Unbilled
from orders.runs.confirm import confirm_run, defer_blocked
from tests.closing_site.exchange.conftest import lock
from tests.entering import LINE, delivered, order, person, the_shop
from tests.pages_of_entry import client_of, said, send

pytestmark = pytest.mark.django_db

HEAD = {"customer_code": "ACME", "order_date": "2026-02-03", "sales_rep": "R1"}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


@pytest.fixture
def held(shop: Company) -> Order:
    """SO-1 lacks its price, is delivered, held back and approved."""
    order = delivered(shop)
    order.lines.update(unit_price=None, net=None, tax=None)
    Order.objects.update(net=None, tax=None, gross=None)
    month = period_by_code(shop, "2026-02")
    confirm_run(month, by="finance")
    assert defer_blocked(month, reason="price in dispute", by="finance") == 1
    approve_held_back(month, by=person("finance"), approver=person("manager"))
    order.refresh_from_db()
    return order


def standing() -> list[tuple[str, str]]:
    found = Finding.objects.filter(resolved_at=None, severity="block")
    return list(found.values_list("check_slug", "deferred_reason"))


def test_an_order_that_is_mended_leaves_the_list_and_waits_to_be_confirmed(held: Order) -> None:
    assert standing() == [("order-line-without-price", "price in dispute")]
    change_order(order=held, given=HEAD, lines=[LINE], by=person("finance"))
    assert not Unbilled.objects.exists()
    assert standing() == [("delivered-not-confirmed", "")]


def test_an_order_that_changes_and_is_still_blocked_is_asked_for_anew(held: Order) -> None:
    held.lines.update(unit_price=None)
    more = {**LINE, "line_number": "2"}
    with_price = {**LINE, "unit_price": "7", "quantity": "1"}
    change_order(order=held, given=HEAD, lines=[with_price, more], by=person("finance"))
    assert not Unbilled.objects.exists()


def test_a_cancelled_order_leaves_an_open_months_list(held: Order) -> None:
    cancel_order(order=held, reason="lost", cancelled_on=date(2026, 2, 9), by=person("finance"))
    assert (Unbilled.objects.exists(), Delivery.objects.exists()) == (False, False)


def test_a_delivery_is_taken_back_off_an_open_months_list(held: Order) -> None:
    take_back_delivery(delivery=held.deliveries.get(), by=person("finance"))
    assert (Unbilled.objects.exists(), Delivery.objects.exists()) == (False, False)


def test_a_locked_months_list_keeps_its_delivery_and_says_so(shop: Company, held: Order) -> None:
    lock(shop, "2026-02")
    with pytest.raises(OnSealedList):
        take_back_delivery(delivery=held.deliveries.get(), by=person("finance"))
    finance = client_of("finance")
    page = said(finance.get("/orders/SO-1/undeliver/"))
    assert "stands on the unbilled list of 2026-02, which is locked" in page
    page = said(finance.get("/orders/SO-1/cancel/"))
    assert "is taken back" not in page
    assert "the unbilled list of 2026-02, which is locked, stays there" in page
    data = {"cancelled_on": "2026-03-04", "reason": "lost"}
    assert send(finance, "/orders/SO-1/cancel/", data).status_code == 302
    page = finance.get("/orders/SO-1/").content.decode()
    assert "/orders/SO-1/undeliver/" not in page
    with pytest.raises(OrderCancelled):
        take_back_delivery(delivery=held.deliveries.get(), by=person("finance"))
    delivery = f"/deliveries/{held.deliveries.get().pk}/"
    assert "cancelled" in said(finance.get(delivery))
    assert delivery in finance.get("/deliveries/").content.decode()
    for state in ("waiting", "held_back"):
        assert delivery not in finance.get(f"/deliveries/?state={state}").content.decode()


def test_a_part_of_an_order_is_told_as_a_part(shop: Company) -> None:
    order(shop)
    finance = client_of("finance")
    parts = {"delivered_on": "2026-02-05", "line_1": "1"}
    assert send(finance, "/orders/SO-1/deliver-lines/", parts).status_code == 302
    assert "part delivered" in said(finance.get("/orders/"))
    send(finance, "/orders/SO-1/confirm/", {})
    assert "part delivered" in said(client_of("sales_rep").get("/my-orders/"))
