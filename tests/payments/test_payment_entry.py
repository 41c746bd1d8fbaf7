"""Payments through their pages."""

import re

import pytest

from closing_site.companies.models import Company
from closing_site.customers.models import OpenItem
from closing_site.periods.actions import period_by_code
from invoicing.runs.issue import invoice_run
from orders.actions.confirming import confirm_order
from payments.actions.recording import record_payment
from payments.models import Allocation, Payment
from tests.closing_site.exchange.conftest import lock
from tests.entering import delivered, person, the_shop
from tests.pages_of_entry import client_of, key_of, said, send

pytestmark = pytest.mark.django_db

ANSWER = re.compile(r'name="confirmed"\s+value="([^"]+)"')

GIVEN = {
    "reference": "P1",
    "customer_code": "ACME",
    "received_on": "2026-02-10",
    "amount": "150",
    "method": "cash",
}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def invoice(shop: Company) -> OpenItem:
    confirm_order(order=delivered(shop), by=person("finance"))
    invoice_run(period_by_code(shop, "2026-02"), by="finance")
    return OpenItem.objects.get(kind="invoice")


def test_a_payment_is_entered_once_however_often_it_is_sent(shop: Company) -> None:
    finance = client_of("finance")
    key = key_of(finance.get("/payments/new/"))
    answers = [send(finance, "/payments/new/", GIVEN, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Payment.objects.get().amount == 150
    assert 'value="P2"' in finance.get("/payments/new/").content.decode()


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("amount", "0", "It must not be zero."),
        ("customer_code", "NOONE", "There is no customer NOONE."),
        ("currency", "EUR", "There is no exchange rate of EUR"),
        ("currency", "XXX", "It is no currency&#x27;s code"),
    ],
)
def test_what_is_refused_stands_beside_its_field(
    shop: Company, column: str, text: str, words: str
) -> None:
    answer = send(client_of("finance"), "/payments/new/", {**GIVEN, column: text})
    assert words in said(answer)
    where = "received_on" if text == "EUR" else column
    assert f'id="id_{where}_error"' in answer.content.decode()


def test_a_payment_is_placed_by_hand_and_that_is_undone(shop: Company) -> None:
    item, finance = invoice(shop), client_of("finance")
    send(finance, "/payments/new/", GIVEN)
    page = finance.get("/payments/P1/place/")
    assert "open: 113.00 CNY" in said(page)
    wrong = send(finance, "/payments/P1/place/", {f"item_{item.pk}": "114"})
    assert "Only 113.00 of it is open." in said(wrong)
    key = key_of(page)
    for _ in range(2):
        data = {f"item_{item.pk}": "100"}
        assert send(finance, "/payments/P1/place/", data, key).status_code == 302
    placed = Allocation.objects.get()
    assert finance.get("/payments/P1/change/").status_code == 409
    url = f"/allocations/{placed.pk}/undo/"
    assert finance.get("/payments/P1/undo/").headers["Location"] == f"/c/NW{url}"
    assert "100.00 CNY" in said(finance.get(url))
    assert send(finance, url, {"on": "2026-02-12"}).status_code == 302
    assert "undone already" in said(send(finance, url, {"on": "2026-02-12"}))
    item.refresh_from_db()
    assert item.settled == 0
    assert finance.get("/payments/P1/undo/").status_code == 409


def test_a_form_of_placing_that_others_left_behind_places_nothing(shop: Company) -> None:
    item, finance = invoice(shop), client_of("finance")
    send(finance, "/payments/new/", GIVEN)
    send(finance, "/payments/new/", {**GIVEN, "reference": "P2"})
    seen = finance.get("/payments/P1/place/").context["form"]["seen"].value()
    send(finance, "/payments/P2/place/", {f"item_{item.pk}": "100"})
    old = {f"item_{item.pk}": "13", "seen": seen}
    refused = send(finance, "/payments/P1/place/", old)
    assert "Someone has changed this since you opened the page" in said(refused)
    assert Allocation.objects.count() == 1
    assert send(finance, "/payments/P1/place/", {f"item_{item.pk}": "13"}).status_code == 302


def test_a_payment_in_suspense_is_given_its_customer(shop: Company) -> None:
    finance = client_of("finance")
    send(finance, "/payments/new/", {**GIVEN, "customer_code": ""})
    assert "It has no customer yet." in said(finance.get("/payments/P1/place/"))
    wrong = send(finance, "/payments/P1/customer/", {"customer_code": "NOONE"})
    assert 'id="id_customer_code_error"' in wrong.content.decode()
    assert send(finance, "/payments/P1/customer/", {"customer_code": "ACME"}).status_code == 302
    assert OpenItem.objects.get().number == "P1"


def test_of_two_who_find_its_customer_the_second_is_told(shop: Company) -> None:
    finance, url = client_of("finance"), "/payments/P1/customer/"
    send(finance, "/payments/new/", {**GIVEN, "customer_code": ""})
    seen = finance.get(url).context["form"]["seen"].value()
    send(finance, url, {"customer_code": "ACME"})
    refused = send(finance, url, {"customer_code": "BETA", "seen": seen})
    assert "Someone has changed this since you opened the page" in said(refused)
    assert OpenItem.objects.get().customer.code == "ACME"


def test_a_payment_is_changed_while_its_month_is_open(shop: Company) -> None:
    finance = client_of("finance")
    send(finance, "/payments/new/", GIVEN)
    send(finance, "/payments/P1/change/", {**GIVEN, "amount": "160"})
    assert Payment.objects.get().amount == 160
    lock(shop, "2026-02")
    answer = finance.get("/payments/P1/change/")
    assert answer.status_code == 409
    assert "2026-02, which is locked" in said(answer)


@pytest.mark.parametrize("role", ["sales_rep", "manager", "auditor", "admin"])
def test_only_finance_opens_the_form(shop: Company, role: str) -> None:
    assert client_of(role).get("/payments/new/").status_code == 403


def test_another_companys_payment_is_not_found(shop: Company) -> None:
    assert client_of("finance").get("/payments/NONE/place/").status_code == 404
    assert client_of("finance").get("/allocations/1/undo/").status_code == 404


@pytest.mark.parametrize(
    ("column", "text", "question"),
    [
        ("invoice_number", "INV-NOPE", "There is no invoice INV-NOPE."),
        ("order_number", "SO-NOPE", "There is no order SO-NOPE."),
        ("order_number", "SO-1", "Order SO-1 is another customer&#x27;s: ACME."),
        ("amount", "-50", "This is a refund: 50.00 CNY goes back to the customer."),
    ],
)
def test_what_is_rarely_meant_is_asked_before_it_is_taken(
    shop: Company, column: str, text: str, question: str
) -> None:
    delivered(shop)
    finance = client_of("finance")
    given = {**GIVEN, "customer_code": "BETA", column: text}
    asked = send(finance, "/payments/new/", given)
    assert question in said(asked)
    assert not Payment.objects.exists()
    answer = ANSWER.search(asked.content.decode())
    assert answer
    other = send(finance, "/payments/new/", {**given, "amount": "-7", "confirmed": answer[1]})
    assert "This is a refund: 7.00 CNY" in said(other)
    taken = send(finance, "/payments/new/", {**given, "confirmed": answer[1]})
    assert taken.status_code == 302
    assert Payment.objects.get().reference == "P1"


def test_an_invoice_of_another_customer_is_asked_about(shop: Company) -> None:
    number = invoice(shop).number
    given = {**GIVEN, "customer_code": "BETA", "invoice_number": number}
    asked = said(send(client_of("finance"), "/payments/new/", given))
    assert f"Invoice {number} is another customer&#x27;s: ACME." in asked


def test_what_was_asked_once_is_not_asked_at_the_next_change(shop: Company) -> None:
    given = {**GIVEN, "invoice_number": "INV-NOPE"}
    record_payment(company=shop, given=given, by=person("finance"))
    answer = send(client_of("finance"), "/payments/P1/change/", {**given, "memo": "July"})
    assert answer.status_code == 302
