"""Who changes a payment waits for who places it: each would find the item that the other has."""

from typing import Any

import psycopg
import pytest
from django.db import transaction

from closing_site.companies.models import Company
from payments import recording
from payments.actions.recording import change_payment, record_payment
from payments.models import Payment
from payments.runs.allocating import hold_placing
from tests.entering import person, the_shop
from tests.laws.racing import Racer

pytestmark = pytest.mark.django_db(transaction=True)

GIVEN = {
    **{"reference": "P1", "customer_code": "ACME", "received_on": "2026-02-10"},
    **{"amount": "150", "method": "cash"},
}


@pytest.fixture
def shop(shop_books: None, transactional_db: None) -> Company:
    shop = the_shop()
    record_payment(company=shop, given=GIVEN, by=person("finance"))
    return shop


def waits_for_placing(shop: Company, watcher: psycopg.Cursor[Any], work: Any) -> bool:
    with transaction.atomic():
        hold_placing(shop.pk)
        racer = Racer(watcher, work)
        waited = racer.waits()
    assert racer.ends().error is None
    return waited


def change() -> Payment:
    given = {**GIVEN, "amount": "160"}
    return change_payment(payment=Payment.objects.get(), given=given, by=person("finance"))


def test_a_change_waits_until_everything_is_placed(
    shop: Company, superuser_cursor: psycopg.Cursor[Any]
) -> None:
    assert waits_for_placing(shop, superuser_cursor, change)
    assert Payment.objects.get().amount == 160


def test_a_new_payment_waits_for_no_one(
    shop: Company, superuser_cursor: psycopg.Cursor[Any]
) -> None:
    given = {**GIVEN, "reference": "P2"}
    assert not waits_for_placing(
        shop,
        superuser_cursor,
        lambda: record_payment(company=shop, given=given, by=person("finance")),
    )


def test_without_the_lock_a_change_would_take_the_item_away(
    shop: Company, superuser_cursor: psycopg.Cursor[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "hold_placing", lambda company: None)
    assert not waits_for_placing(shop, superuser_cursor, change)
