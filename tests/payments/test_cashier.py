"""A cashier records receipts and nothing else; who receives and allocates alone is named in China
(ACCOUNTING 15.5)."""

import pytest

from closing_site.companies.errors import RoleMayNot
from closing_site.companies.models import Company
from closing_site.customers.models import OpenItem
from closing_site.desk.models import Finding
from closing_site.periods.actions import period_by_code
from closing_site.wizard.checking import ask_checks
from closing_site.wizard.duties import review_preparation
from closing_site.wizard.steps import all_steps
from invoicing.runs.issue import invoice_run
from orders.actions.confirming import confirm_order
from payments.actions.placing import place_payment
from payments.actions.recording import change_payment, give_customer, record_payment
from payments.errors import OnlyReceipts
from payments.models import Payment
from tests.entering import delivered, person, the_shop
from tests.pages_of_entry import client_of, said, send

pytestmark = pytest.mark.django_db

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


def named(shop: Company) -> list[str]:
    (step,) = (step for step in all_steps() if step.slug == "pay")
    ask_checks(period_by_code(shop, "2026-02"), step)
    found = Finding.objects.filter(check_slug="receipts-and-allocations", resolved_at=None)
    return [finding.document_number for finding in found]


def test_a_cashier_records_a_receipt_and_corrects_it(shop: Company) -> None:
    cashier = client_of("cashier")
    assert "/payments/new/" in cashier.get("/payments/").content.decode()
    assert send(cashier, "/payments/new/", GIVEN).status_code == 302
    assert send(cashier, "/payments/P1/change/", {**GIVEN, "amount": "15"}).status_code == 302
    assert Payment.objects.get().amount == 15
    page = cashier.get("/payments/P1/").content.decode()
    assert "/payments/P1/change/" in page
    assert "/payments/P1/place/" not in page
    assert "/payments/P1/refund/" not in page


def test_a_cashier_pays_nothing_out(shop: Company) -> None:
    refused = send(client_of("cashier"), "/payments/new/", {**GIVEN, "amount": "-150"})
    assert "P1" in said(refused)
    assert not Payment.objects.exists()
    made = record_payment(company=shop, given=GIVEN, by=person("cashier"))
    with pytest.raises(OnlyReceipts):
        change_payment(payment=made, given={**GIVEN, "amount": "-1"}, by=person("cashier"))


def test_a_cashier_allocates_nothing(shop: Company) -> None:
    item = invoice(shop)
    made = record_payment(company=shop, given=GIVEN, by=person("cashier"))
    with pytest.raises(RoleMayNot):
        place_payment(payment=made, amounts={item.pk: "113"}, by=person("cashier"))
    unknown = {**GIVEN, "reference": "P2", "customer_code": ""}
    waiting = record_payment(company=shop, given=unknown, by=person("cashier"))
    with pytest.raises(RoleMayNot):
        give_customer(payment=waiting, code="ACME", by=person("cashier"))


def test_who_receives_and_allocates_alone_is_named_until_another_reviews_it(shop: Company) -> None:
    item, finance = invoice(shop), person("finance")
    made = record_payment(company=shop, given=GIVEN, by=person("cashier"))
    place_payment(payment=made, amounts={item.pk: "100"}, by=finance)
    assert named(shop) == []
    record_payment(company=shop, given={**GIVEN, "reference": "P2"}, by=finance)
    assert named(shop) == ["finance"]
    review_preparation(period_by_code(shop, "2026-02"), finance, by=person("manager"))
    assert named(shop) == []
