"""Closing an order short and reopening it, through their pages; a part shows its own amount."""

from datetime import date

import pytest

from closing_site.companies.models import Company
from orders.actions.basics import record_product
from orders.actions.delivering import deliver_lines
from orders.actions.ordering import record_order
from orders.models import Delivery, Order
from tests.entering import LINE, person, the_shop
from tests.pages_of_entry import client_of, said, send

pytestmark = pytest.mark.django_db

REASON = "The customer gives up the rest"


@pytest.fixture
def begun(shop_books: None, db: None) -> Company:
    """SO-1: 4 of 10 × 100 are delivered; freight, a charge, is not invoiced yet."""
    shop = the_shop()
    finance = person("finance")
    freight = {"sku": "FREIGHT", "name": "Freight", "kind": "charge"}
    record_product(company=shop, given=freight, by=finance)
    row = {"number": "SO-1", "customer_code": "ACME", "order_date": "2026-02-03"}
    lines = [
        {**LINE, "quantity": "10", "unit_price": "100"},
        {**LINE, "line_number": "2", "sku": "FREIGHT", "quantity": "1", "unit_price": "7"},
    ]
    made = record_order(company=shop, given={**row, "sales_rep": "R1"}, lines=lines, by=finance)
    deliver_lines(
        order=made,
        delivered_on=date(2026, 2, 5),
        accepted_on=None,
        quantities={1: "4"},
        answer=None,
        by=finance,
    )
    return shop


def close(client_name: str = "finance", **given: str) -> object:
    data = {"closed_on": "2026-02-10", "reason": REASON, **given}
    return send(client_of(client_name), "/orders/SO-1/close/", data)


@pytest.mark.parametrize("role", ["finance", "sales_rep"])
def test_an_order_is_closed_and_reopened(begun: Company, role: str) -> None:
    page = client_of(role).get("/orders/SO-1/")
    assert "/orders/SO-1/close/" in page.content.decode()
    asked = said(client_of(role).get("/orders/SO-1/close/"))
    assert "This charge is not invoiced yet: 7.00 net." in asked
    assert close(role, charge_2="1").status_code == 302  # type: ignore[attr-defined]
    closed = Order.objects.get()
    assert (closed.closed_on, closed.close_reason) == (date(2026, 2, 10), REASON)
    assert closed.net == 407
    page = client_of(role).get("/orders/SO-1/")
    assert "closed: 6" in said(page)
    assert "/orders/SO-1/reopen/" in page.content.decode()
    data = {"reason": "Not so", "lines": ["1"]}
    assert send(client_of(role), "/orders/SO-1/reopen/", data).status_code == 302
    reopened = Order.objects.get()
    assert (reopened.closed_on, reopened.net) == (None, 1007)


def test_a_charge_is_asked_for_and_may_be_omitted(begun: Company) -> None:
    assert 'id="id_charge_2_error"' in close().content.decode()  # type: ignore[attr-defined]
    assert close(charge_2="0").status_code == 302  # type: ignore[attr-defined]
    assert Order.objects.get().net == 400


def test_what_cannot_be_closed_says_why(begun: Company) -> None:
    made = record_order(
        company=begun,
        given={"number": "SO-2", "customer_code": "ACME", "order_date": "2026-02-03"},
        lines=[LINE],
        by=person("finance"),
    )
    page = client_of("finance").get("/orders/SO-2/close/")
    assert "nothing to close" in said(page)
    assert "/orders/SO-2/close/" not in client_of("finance").get("/orders/SO-2/").content.decode()
    assert made.closed_on is None


def test_a_part_shows_its_own_amount(begun: Company) -> None:
    """4 × 100 and the freight of 7, with 13 %."""
    finance = client_of("finance")
    assert "459.91" in said(finance.get("/deliveries/"))
    assert "459.91" in said(finance.get(f"/deliveries/{Delivery.objects.get().pk}/"))
    assert "459.91" in said(finance.get("/orders/SO-1/"))


def test_closed_orders_are_a_filter_of_the_list(begun: Company) -> None:
    close(charge_2="0")
    finance = client_of("finance")
    assert "SO-1" in said(finance.get("/orders/?state=closed"))
    assert "SO-1" not in said(finance.get("/orders/?state=open"))
