"""Customers and exchange rates through their pages."""

import re
from decimal import Decimal

import pytest

from closing_site.companies.models import AuditEntry, Company, ExchangeRate
from closing_site.customers.models import Customer
from payments.actions.recording import record_payment
from tests.entering import person, the_shop
from tests.pages_of_entry import client_of, key_of, said, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


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
        ("code", "acme"),
        ("currency", "yuan"),
        ("currency", "ZZZ"),
        ("country", "ZZ"),
        ("email", "notmail"),
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


@pytest.mark.parametrize("role", ["sales_rep", "manager", "auditor", "admin"])
def test_only_finance_enters_customers(shop: Company, role: str) -> None:
    assert client_of(role).get("/customers/new/").status_code == 403


def test_what_a_file_brought_stays_while_something_else_is_changed(shop: Company) -> None:
    Customer.objects.filter(code="ACME").update(country="Germany", email="none")
    given = {**NEW, "country": "Germany", "email": "none", "phone": "030"}
    assert send(client_of("finance"), "/customers/ACME/change/", given).status_code == 302
    refused = send(client_of("finance"), "/customers/ACME/change/", {**given, "country": "Prussia"})
    assert 'id="id_country_error"' in refused.content.decode()


def test_signs_that_turn_a_text_round_are_left_out_and_codes_have_none(shop: Company) -> None:
    finance = client_of("finance")
    send(finance, "/customers/new/", {**NEW, "name": "Gam\u202ema\x07"})
    assert Customer.objects.get(code="GAMMA").name == "Gamma"
    refused = send(finance, "/customers/new/", {**NEW, "code": "GAM\u202eMA"})
    assert 'id="id_code_error"' in refused.content.decode()


RATE = {"date": "2026-02-01", "currency": "USD", "rate": "7.1"}


def asked_by(answer: object) -> str:
    found = re.search(r'name="confirmed"\s+value="([^"]+)"', answer.content.decode())  # type: ignore[attr-defined]
    assert found, said(answer)
    return found[1]


def test_a_rate_is_corrected_once_old_and_new_were_shown(shop: Company) -> None:
    finance = client_of("finance")
    send(finance, "/exchange-rates/new/", RATE)
    asked = send(finance, "/exchange-rates/new/", {**RATE, "rate": "7.2"})
    assert "USD from 2026-02-01 costs 7.1: it becomes 7.2" in said(asked)
    assert ExchangeRate.objects.get().rate == Decimal("7.1")
    given = {**RATE, "rate": "7.2", "confirmed": asked_by(asked)}
    assert send(finance, "/exchange-rates/new/", given).status_code == 302
    assert ExchangeRate.objects.get().rate == Decimal("7.2")
    kept = AuditEntry.objects.filter(document_kind="exchange_rate").latest("id")
    which = {"currency": "USD", "valid_from": "2026-02-01"}
    assert (kept.before, kept.after) == ({**which, "rate": 7.1}, {**which, "rate": 7.2})
    assert "Rate: 7.1 → 7.2" in said(client_of("auditor").get("/audit/"))


def test_a_rate_of_a_locked_month_stays(shop: Company) -> None:
    finance = client_of("finance")
    january = {**RATE, "date": "2026-01-05"}
    assert send(finance, "/exchange-rates/new/", january).status_code == 302
    refused = send(finance, "/exchange-rates/new/", {**january, "rate": "7777"})
    assert "USD of 2026-01-05 stays 7.1: the day lies in 2026-01, locked." in said(refused)
    assert ExchangeRate.objects.get().rate == Decimal("7.1")


def test_a_rate_that_a_payment_has_used_stays(shop: Company) -> None:
    finance = client_of("finance")
    send(finance, "/exchange-rates/new/", RATE)
    given = {
        **{"reference": "P1", "customer_code": "ACME", "received_on": "2026-02-10"},
        **{"amount": "5", "currency": "USD", "method": "cash"},
    }
    record_payment(company=shop, given=given, by=person("finance"))
    refused = send(finance, "/exchange-rates/new/", {**RATE, "rate": "7.2"})
    assert "USD of 2026-02-01 stays 7.1: payment P1 has used it." in said(refused)
    later = {**RATE, "date": "2026-02-11", "rate": "7.2"}
    assert send(finance, "/exchange-rates/new/", later).status_code == 302
    asked = send(finance, "/exchange-rates/new/", {**later, "rate": "7.3"})
    assert "it becomes 7.3" in said(asked)
