"""What every form that changes something keeps: another's change, and the truth about its own."""

import re
from typing import Any

import pytest
from django.test import Client

from closing_site.companies.models import Company, Membership
from closing_site.customers.models import Customer, SalesRep
from closing_site.desk.holding import DEFAULT
from orders.models import TaxRate
from payments.actions.recording import record_payment
from tests.entering import person, the_shop
from tests.pages_of_entry import client_of, key_of, said, send

pytestmark = pytest.mark.django_db

SEEN = re.compile(r'name="seen"[^>]*value="([^"]+)"')
SETTINGS = {
    **{"name": "Northwind", "language": "en", "default_tax_rate": "13"},
    **{"zero_category": "zero_rated", "invoice_prefix": "INV", "credit_note_prefix": "CN"},
}
PAYMENT = {
    **{"reference": "P1", "customer_code": "ACME", "received_on": "2026-02-10"},
    **{"amount": "150", "method": "cash"},
}
#: Who, where, what the form shows unchanged, what the first changes, what the second does.
FORMS: list[Any] = [
    (
        *("finance", "/customers/ACME/change/"),
        {"code": "ACME", "name": "Acme", "sales_rep": "R1", "invoice_grouping": "order"},
        {"credit_limit": "111111"},
        {"phone": "0571"},
    ),
    (
        *("finance", "/products/TEA/change/"),
        {"sku": "TEA", "name": "Tea"},
        {"unit_cost": "3"},
        {"unit": "kg"},
    ),
    (
        *("finance", "/tax-rates/{rate}/"),
        {"reason": ""},
        {"reason": "article 15"},
        {"reason": "article 16"},
    ),
    (
        *("finance", "/payments/P1/change/"),
        {**PAYMENT, "currency": "CNY"},
        {"amount": "160"},
        {"memo": "July"},
    ),
    ("admin", "/settings/company/", SETTINGS, {"tax_id": "91"}, {"bank": "Bank of Hangzhou"}),
    (
        *("admin", "/settings/checks/", {"holding": list(DEFAULT)}),
        {"not-accepted": "block"},
        {"not-accepted": "warn"},
    ),
    ("admin", "/people/{member}/", {"role": "auditor"}, {"role": "manager"}, {"role": "finance"}),
    ("admin", "/sales-reps/R2/", {"name": "Other"}, {"name": "Kim"}, {"name": "Lee"}),
    (
        *("finance", "/settings/cut-off/2026-02/"),
        {"cut_off_at": ""},
        {"cut_off_at": "2026-03-03T18:00"},
        {"cut_off_at": "2026-03-04T18:00"},
    ),
]
CASES = pytest.mark.parametrize(
    ("who", "url", "unchanged", "first", "second"), FORMS, ids=[case[1] for case in FORMS]
)


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    shop = the_shop()
    record_payment(company=shop, given=PAYMENT, by=person("finance"))
    return shop


def address(url: str) -> str:
    rate = TaxRate.objects.get_or_create(
        company=Company.objects.get(), category="exempt", percent=0, defaults={"reason": ""}
    )[0]
    return url.format(rate=rate.pk, member=Membership.objects.get(user__username="auditor").pk)


def opened(client: Client, url: str) -> dict[str, str]:
    """What the page's form carries without being typed."""
    page = client.get(url)
    found = SEEN.search(page.content.decode())
    assert found, said(page)
    return {"idempotency_key": key_of(page), "seen": found[1]}


def messages_of(client: Client, answer: Any) -> str:
    assert answer.status_code == 302, said(answer)
    return said(client.get(answer.headers["Location"], follow=True))


@CASES
def test_what_someone_else_changed_meanwhile_is_not_overwritten(
    shop: Company, who: str, url: str, unchanged: Any, first: Any, second: Any
) -> None:
    url, client = address(url), client_of(who)
    one, other = opened(client, url), opened(client, url)
    assert client.post(url, {**one, **unchanged, **first}).status_code == 302
    refused = client.post(url, {**other, **unchanged, **second})
    assert "Someone has changed this since you opened the page" in said(refused)
    again = client.post(url, {**opened(client, url), **unchanged, **first, **second})
    assert again.status_code == 302, said(again)


@CASES
def test_a_form_sent_as_it_was_says_that_nothing_was_changed(
    shop: Company, who: str, url: str, unchanged: Any, first: Any, second: Any
) -> None:
    url, client = address(url), client_of(who)
    answer = client.post(url, {**opened(client, url), **unchanged})
    assert "Nothing was changed." in messages_of(client, answer)
    answer = client.post(url, {**opened(client, url), **unchanged, **first})
    assert "Nothing was changed." not in messages_of(client, answer)


def test_the_same_number_written_otherwise_is_no_change(shop: Company) -> None:
    Customer.objects.filter(code="ACME").update(credit_limit=1000)
    client, url = client_of("finance"), "/customers/ACME/change/"
    given = {**FORMS[0][2], "credit_limit": "1000.00"}
    answer = client.post(url, {**opened(client, url), **given})
    assert "Nothing was changed." in messages_of(client, answer)


def test_what_was_not_opened_first_is_taken_as_it_is(shop: Company) -> None:
    send(client_of("admin"), "/sales-reps/R2/", {"name": "Kim"})
    assert SalesRep.objects.get(code="R2").name == "Kim"
