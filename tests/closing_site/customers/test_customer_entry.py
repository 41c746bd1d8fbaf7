"""Customers and exchange rates through their pages."""

from decimal import Decimal

import pytest

from closing_site.companies.models import Company, ExchangeRate
from closing_site.customers.models import Customer
from tests.entering import open_shop
from tests.pages_of_entry import client_of, key_of, said, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None) -> Company:
    return open_shop()


NEW = {"code": "GAMMA", "name": "Gamma", "invoice_grouping": "order", "sales_rep": "R2"}


def test_a_customer_is_entered_once_however_often_it_is_sent(shop: Company) -> None:
    finance = client_of("finance")
    key = key_of(finance.get("/customers/new/"))
    answers = [send(finance, "/customers/new/", NEW, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    made = Customer.objects.get(code="GAMMA")
    assert made.sales_rep
    assert made.sales_rep.code == "R2"


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("code", "ACME"),
        ("currency", "yuan"),
        ("payment_terms_days", "-1"),
        ("discount_terms", "a lot"),
        ("credit_limit", "-5"),
    ],
)
def test_what_is_refused_stands_beside_its_field(shop: Company, column: str, text: str) -> None:
    answer = send(client_of("finance"), "/customers/new/", {**NEW, column: text})
    assert f'id="id_{column}_error"' in answer.content.decode()
    assert not Customer.objects.filter(code="GAMMA").exists()


def test_a_customer_is_changed_and_keeps_the_code(shop: Company) -> None:
    finance = client_of("finance")
    assert 'value="Acme"' in finance.get("/customers/ACME/change/").content.decode()
    send(finance, "/customers/ACME/change/", {**NEW, "name": "Acme Ltd"})
    assert Customer.objects.get(code="ACME").name == "Acme Ltd"
    assert finance.get("/customers/NOONE/change/").status_code == 404


def test_an_exchange_rate_is_entered_and_listed(shop: Company) -> None:
    finance = client_of("finance")
    rate = {"date": "2026-02-01", "currency": "USD", "rate": "7.1"}
    assert send(finance, "/exchange-rates/new/", rate).status_code == 302
    assert ExchangeRate.objects.get().rate == Decimal("7.1")
    assert "7.1" in said(finance.get("/exchange-rates/"))
    own = send(finance, "/exchange-rates/new/", {**rate, "currency": "CNY"})
    assert "own currency" in said(own)


def test_customers_are_offered_while_one_types(shop: Company) -> None:
    options = client_of("finance").get("/suggest/customers/", {"customer_code": "ac"})
    assert 'value="ACME"' in options.content.decode()
    assert "BETA" not in options.content.decode()
    own = client_of("sales_rep").get("/suggest/customers/").content.decode()
    assert "ACME" in own
    assert "BETA" not in own


def test_a_sign_that_no_text_has_is_passed_over(shop: Company) -> None:
    answer = client_of("finance").get("/suggest/customers/", {"customer_code": "be\0"})
    assert answer.status_code == 200
    assert 'value="BETA"' in answer.content.decode()
    assert "ACME" not in answer.content.decode()


@pytest.mark.parametrize("role", ["sales_rep", "manager", "auditor", "admin"])
def test_only_finance_enters_customers(shop: Company, role: str) -> None:
    assert client_of(role).get("/customers/new/").status_code == 403
