"""Making the demo company: when it may be made, and that it is always the same."""

from typing import Any

import pytest
from django.db import connection, transaction

from closing_site.companies.models import Company, User
from closing_site.demo.errors import DemoNotAgreed, NamesTaken
from closing_site.periods.models import Seal
from tests.commands import run

pytestmark = pytest.mark.django_db


def facts() -> tuple[Any, ...]:
    seals = Seal.objects.filter(company__code="DEMO").order_by("position")
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, customer_code, gross FROM v_invoices ORDER BY number")
        invoices = cursor.fetchall()
        cursor.execute("SELECT number, customer_code, gross FROM v_orders ORDER BY number")
        return [seal.totals for seal in seals], invoices, cursor.fetchall()


def test_it_is_the_same_each_time() -> None:
    made = []
    for _time in range(2):
        with transaction.atomic():
            told, status = run("make_demo", "--yes-demo")
            assert (told["made"], status) == (True, 0)
            made.append(facts())
            transaction.set_rollback(True)
    assert made[0] == made[1]
    assert len(made[0][0]) == 5
    assert not Company.objects.exists()


def test_without_debug_someone_has_to_agree() -> None:
    told, status = run("make_demo")
    assert (told["refused"], status) == (DemoNotAgreed().message, 1)
    assert not Company.objects.exists()


def test_no_ones_password_is_changed_for_it() -> None:
    """A user of the same name keeps theirs, and nothing is made."""
    User.objects.create_user("finance", password="theirs")
    told, status = run("make_demo", "--yes-demo")
    assert (told["refused"], status) == (NamesTaken(users="finance").message, 1)
    assert User.objects.get(username="finance").check_password("theirs")
    assert not Company.objects.exists()
