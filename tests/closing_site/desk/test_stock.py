"""Whether what was written since gives a month's checks something to find."""

from datetime import date

import pytest

from closing_site.companies.actions import add_member
from closing_site.companies.models import AuditEntry, Company
from closing_site.companies.settings_actions import change_severities
from closing_site.desk.stock import changed_since
from orders.actions.ordering import cancel_order
from tests.entering import open_shop, order, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None) -> Company:
    return open_shop()


def position() -> int:
    return AuditEntry.objects.latest("id").pk


def test_a_new_member_gives_them_nothing(shop: Company) -> None:
    before = position()
    add_member(company=shop, username="newcomer", role="auditor", by="test")
    assert position() > before
    assert not changed_since(shop.pk, before)


def test_a_cancelled_order_may(shop: Company) -> None:
    taken = order(shop)
    before = position()
    cancel_order(
        order=taken, reason="taken twice", cancelled_on=date(2026, 2, 4), by=person("finance")
    )
    assert changed_since(shop.pk, before)


def test_stricter_checks_may(shop: Company) -> None:
    before = position()
    change_severities(company=shop, severities={"stated-total": "block"}, by=person("admin"))
    assert changed_since(shop.pk, before)
