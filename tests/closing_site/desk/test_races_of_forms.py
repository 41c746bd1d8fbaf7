"""Two who send the same form at once: the second is told, and overwrites nothing."""

from typing import Any

import psycopg
import pytest

from closing_site.customers import entry_views
from closing_site.customers.actions import change_customer
from closing_site.customers.models import Customer
from closing_site.desk import entering
from tests.closing_site.desk.test_entering import opened
from tests.entering import the_shop
from tests.laws.racing import Gate, Racer
from tests.pages_of_entry import client_of, said

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/customers/ACME/change/"
SHOWN = {"code": "ACME", "name": "Acme", "sales_rep": "R1", "invoice_grouping": "order"}


@pytest.fixture
def gate(shop_books: None, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Where the first stands, having compared what it showed, before it writes."""
    the_shop()
    gate, change, come = Gate(), change_customer, []

    def change_first_at_the_gate(**options: Any) -> Customer:
        come.append(True)
        if len(come) == 1:
            gate.stop_here()
        return change(**options)

    monkeypatch.setattr(entry_views, "change_customer", change_first_at_the_gate)
    return gate


def both_at_once(gate: Gate, watcher: psycopg.Cursor[Any]) -> tuple[bool, Any]:
    """Whether the second had to wait, and what it was answered. The first is taken in any case."""
    client = client_of("finance")
    first, second = (
        {**opened(client, URL), **SHOWN, **change} for change in ({"phone": "1"}, {"city": "Xi'an"})
    )
    one = Racer(watcher, lambda: client_of("finance").post(URL, first))
    with gate.reached():
        other = Racer(watcher, lambda: client_of("finance").post(URL, second))
        waited = other.waits()
    assert one.ends().result.status_code == 302
    return waited, other.ends().result


def kept() -> tuple[str, str]:
    customer = Customer.objects.get(code="ACME")
    return customer.phone, customer.city


def test_the_second_waits_for_the_first_and_is_told(
    gate: Gate, superuser_cursor: psycopg.Cursor[Any]
) -> None:
    waited, answer = both_at_once(gate, superuser_cursor)
    assert waited
    assert "Someone has changed this since you opened the page" in said(answer)
    assert kept() == ("1", "")


def test_without_the_lock_the_first_would_overwrite_the_second(
    gate: Gate, superuser_cursor: psycopg.Cursor[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "hold_rows", lambda company: None)
    waited, answer = both_at_once(gate, superuser_cursor)
    assert not waited
    assert answer.status_code == 302
    assert kept() == ("1", "")
