"""The buttons of a document's page: for whom, and what a locked month leaves of them."""

import pytest

from closing_site.pages.documents import document_url
from orders.models import Order
from tests.closing_site.desk.documents.reading import page, reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_books")]


def head_of(username: str, order: Order) -> str:
    """The page's head, before the facts."""
    shown = page(reader(username, "en"), document_url("order", order.number))
    return shown.partition('class="timeline"')[0]


@pytest.fixture
def locked() -> Order:
    return Order.objects.filter(deliveries__period__status="locked")[0]


@pytest.fixture
def outstanding() -> Order:
    return Order.objects.filter(delivered_on=None, cancelled_on=None)[0]


def test_what_a_locked_month_forbids_is_no_button_and_says_why(locked: Order) -> None:
    head = head_of("finance", locked)
    assert f"/orders/{locked.number}/change/" not in head
    assert '<span class="document-refused-what">Change</span>' in head
    assert "which is locked" in head


def test_what_may_be_done_is_a_button(outstanding: Order) -> None:
    head = head_of("finance", outstanding)
    assert "document-refused" not in head
    assert head.count('class="btn ') > 1


def test_who_changes_nothing_is_offered_nothing(locked: Order, outstanding: Order) -> None:
    for order in (locked, outstanding):
        head = head_of("auditor", order)
        assert 'class="btn ' not in head
        assert "document-refused" not in head


def test_a_list_offers_what_is_named_for_it() -> None:
    assert "/orders/new/" in page(reader("finance"), "/orders/")
    assert "/orders/new/" not in page(reader("auditor"), "/orders/")
