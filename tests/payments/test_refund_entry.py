"""Refunds by form, from the payment or credit note that goes back; refunds allocated by hand."""

import pytest

from closing_site.companies.models import Company
from closing_site.customers.models import OpenItem
from closing_site.periods.actions import period_by_code
from invoicing.runs.issue import invoice_run
from orders.actions.confirming import confirm_order
from payments.actions.placing import open_items, place_payment
from payments.actions.recording import record_payment
from payments.models import Allocation, Payment
from payments.runs.match import match_run
from tests.entering import delivered, person, the_shop
from tests.pages_of_entry import client_of, said, send
from tests.payments.test_payment_entry import ANSWER

pytestmark = pytest.mark.django_db

GIVEN = {"customer_code": "ACME", "received_on": "2026-02-10", "amount": "150", "method": "cash"}
REFUND = {
    **{"reference": "R1", "received_on": "2026-02-20", "amount": "37", "method": "cash"},
    "refund_kind": "refund",
}


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    """P1, 150, paid SO-1's invoice of 113."""
    shop = the_shop()
    confirm_order(order=delivered(shop), by=person("finance"))
    february = period_by_code(shop, "2026-02")
    invoice_run(february, by="finance")
    record_payment(
        company=shop, given={**GIVEN, "reference": "P1", "memo": "SO-1"}, by=person("finance")
    )
    match_run(february, by="finance")
    return shop


def invoice() -> OpenItem:
    return OpenItem.objects.get(kind="invoice")


def test_a_refund_is_entered_from_its_payment_and_applied_at_once(shop: Company) -> None:
    finance = client_of("finance")
    page = finance.get("/payments/P1/refund/").content.decode()
    assert 'value="37.00"' in page or 'value="37.0000"' in page
    assert send(finance, "/payments/P1/refund/", REFUND).status_code == 302
    made = Payment.objects.get(reference="R1")
    assert (made.amount, made.refund_of, made.refund_kind) == (-37, "P1", "refund")
    assert OpenItem.objects.get(kind="refund").open_amount == 0
    assert invoice().open_amount == 0
    assert "P1" in said(finance.get("/payments/R1/"))


def test_more_than_is_unapplied_is_asked_first(shop: Company) -> None:
    finance = client_of("finance")
    given = {**REFUND, "amount": "100"}
    asked = send(finance, "/payments/P1/refund/", given)
    assert not Payment.objects.filter(reference="R1").exists()
    answer = ANSWER.search(asked.content.decode())
    assert answer
    sent = send(finance, "/payments/P1/refund/", {**given, "confirmed": answer[1]})
    assert sent.status_code == 302
    assert invoice().open_amount == 63


def test_a_bounce_takes_the_allocations_and_is_not_asked(shop: Company) -> None:
    given = {**REFUND, "amount": "150", "refund_kind": "bounce"}
    assert send(client_of("finance"), "/payments/P1/refund/", given).status_code == 302
    assert invoice().open_amount == 113
    assert client_of("finance").get("/payments/P1/refund/").status_code == 200


@pytest.mark.parametrize("amount", ["151", "0", "x"])
def test_no_more_goes_back_than_came(shop: Company, amount: str) -> None:
    answer = send(client_of("finance"), "/payments/P1/refund/", {**REFUND, "amount": amount})
    assert 'id="id_amount_error"' in answer.content.decode()
    assert not Payment.objects.filter(reference="R1").exists()


def test_a_refund_is_not_refunded_nor_an_invoice(shop: Company) -> None:
    finance = client_of("finance")
    send(finance, "/payments/P1/refund/", REFUND)
    assert finance.get("/payments/R1/refund/").status_code == 409
    assert finance.get(f"/invoices/{invoice().number}/refund/").status_code == 409


@pytest.mark.parametrize("role", ["sales_rep", "manager", "auditor", "admin"])
def test_only_finance_refunds(shop: Company, role: str) -> None:
    assert client_of(role).get("/payments/P1/refund/").status_code == 403


def test_a_refund_that_nothing_covers_is_allocated_by_hand(shop: Company) -> None:
    finance = person("finance")
    given = {**GIVEN, "reference": "R1", "amount": "-20", "received_on": "2026-02-12"}
    refund = record_payment(company=shop, given=given, by=finance)
    (item,) = open_items(refund)
    assert item.number == "P1"
    assert place_payment(payment=refund, amounts={item.pk: "20"}, by=finance) == 1
    made = Allocation.objects.latest("id")
    assert (made.credit_item.number, made.debit_item.number) == ("P1", "R1")
    client = client_of("finance")
    assert client.get("/payments/R1/place/").status_code == 409
    url = f"/allocations/{made.pk}/undo/"
    assert client.get("/payments/R1/undo/").headers["Location"] == f"/c/NW{url}"
    assert send(client, url, {"on": "2026-02-12"}).status_code == 302
    # Undone by a person, the run leaves it to them.
    match_run(period_by_code(shop, "2026-02"), by="finance")
    assert OpenItem.objects.get(kind="refund").open_amount == 20


def test_a_receipt_is_allocated_to_a_refund_that_nothing_covered(shop: Company) -> None:
    """The customer pays back what they got too much."""
    finance = person("finance")
    record_payment(company=shop, given={**GIVEN, "reference": "R1", "amount": "-500"}, by=finance)
    paid = record_payment(
        company=shop, given={**GIVEN, "reference": "P2", "amount": "500"}, by=finance
    )
    items = {item.number: item.pk for item in open_items(paid)}
    place_payment(payment=paid, amounts={items["R1"]: "500"}, by=finance)
    assert OpenItem.objects.get(kind="refund").open_amount == 0
