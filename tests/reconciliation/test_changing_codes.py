"""Another code for a customer or an account in use: by page, with what it comes to; and files that
still name the former one."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from closing_site.companies.models import CodeChange, Company
from closing_site.customers.models import Customer
from closing_site.exchange.importing import ImportReport, import_path
from orders.actions.ordering import cancel_order
from orders.models import Order
from payments.models import Payment
from reconciliation.models import Account, AccountRole
from tests.entering import order, person, the_shop
from tests.pages_of_entry import client_of, said, send

pytestmark = pytest.mark.django_db

PAGE = "/codes/change/"
GIVEN = {"kind": "customer", "old": "ACME", "new": "A-1", "valid_from": "2026-02-01"}
REASON = {"reason": "Group-wide codes"}
ANSWER = re.compile(r'name="confirmed"\s+value="([^"]+)"')


@pytest.fixture
def shop(shop_books: None, db: None) -> Company:
    return the_shop()


def change(client: Client, **more: str) -> Any:
    """Asks for it, and confirms what it comes to."""
    given = {**GIVEN, **REASON, **more}
    asked = send(client, PAGE, given)
    answer = ANSWER.search(asked.content.decode())
    assert answer, said(asked)
    return send(client, PAGE, {**given, "confirmed": answer[1]})


def test_a_page_shows_what_changes_and_then_changes_it(shop: Company) -> None:
    order(shop)
    finance = client_of("finance")
    assert 'value="2026-02-01"' in finance.get(PAGE).content.decode()
    asked = said(send(finance, PAGE, {**GIVEN, **REASON}))
    assert "ACME (Acme) has the code A-1 from 2026-02-01" in asked
    assert "orders (1)" in asked
    assert Customer.objects.filter(code="ACME").exists()
    assert change(finance).status_code == 302
    assert Customer.objects.filter(name="Acme", code="A-1").exists()
    found = CodeChange.objects.get()
    assert (found.old_code, found.reason, found.changed_by) == (
        "ACME",
        REASON["reason"],
        person("finance"),
    )
    assert REASON["reason"] in said(client_of("auditor").get("/codes/"))


def test_a_customer_s_page_leads_there(shop: Company) -> None:
    finance = client_of("finance")
    assert '/codes/change/customer/ACME/"' in finance.get("/customers/ACME/").content.decode()
    form = {"new": "A-1", "valid_from": "2026-02-01", **REASON}
    asked = said(send(finance, f"{PAGE}customer/ACME/", form))
    assert "ACME (Acme) has the code A-1" in asked
    assert finance.get(f"{PAGE}customer/NOBODY/").status_code == 404


def test_what_is_wrong_is_said_beside_the_form(shop: Company) -> None:
    finance = client_of("finance")
    for wrong in ({"old": "NOBODY"}, {"new": "BETA"}, {"valid_from": "2026-01-31"}):
        answer = send(finance, PAGE, {**GIVEN, **REASON, **wrong})
        assert answer.status_code == 200
        assert "is-invalid" in answer.content.decode() or "alert" in answer.content.decode()
    assert send(finance, PAGE, {**GIVEN, "reason": ""}).status_code == 200
    assert not CodeChange.objects.exists()


@pytest.mark.parametrize("role", ["sales_rep", "manager", "auditor", "admin"])
def test_only_finance_changes_codes(shop: Company, role: str) -> None:
    client = client_of(role)
    assert client.get(PAGE).status_code == client.post(PAGE, {**GIVEN, **REASON}).status_code == 403
    assert client.get("/codes/").status_code == (403 if role == "sales_rep" else 200)


def test_an_account_gets_another_code(shop: Company) -> None:
    old = Account.objects.get(company=shop, role=AccountRole.REVENUE).code
    assert change(client_of("finance"), kind="account", old=old, new="600199").status_code == 302
    assert Account.objects.get(company=shop, role=AccountRole.REVENUE).code == "600199"


FILES = {
    "customers": "code,name\nACME,Acme\nBETA,Beta\n",
    "orders": "number,customer_code,order_date\nSO-1,ACME,2026-02-03\nSO-2,ACME,2026-02-04\n",
    "order_lines": (
        "order_number,line_number,sku,quantity,unit_price,tax_rate\n"
        "SO-1,1,TEA,2,50,13\nSO-2,1,TEA,1,70,13\n"
    ),
    "payments": (
        "reference,customer_code,received_on,amount,method\nP-1,ACME,2026-02-05,5,bank_transfer\n"
    ),
}


def take(shop: Company, folder: Path, **files: str) -> ImportReport:
    for name, text in {**FILES, **files}.items():
        (folder / f"{name}.csv").write_text(text)
    report = import_path(company=shop, path=folder, by="finance")
    assert report.written, [file.bad for file in report.files]
    return report


def counts(report: ImportReport) -> dict[str, tuple[int, int, int]]:
    return {file.kind: (file.new, file.changed, file.unchanged) for file in report.files}


def test_a_file_with_the_former_code_finds_the_customer(shop: Company, tmp_path: Path) -> None:
    take(shop, tmp_path)
    acme = Customer.objects.get(code="ACME")
    assert change(client_of("finance")).status_code == 302
    unchanged = {"customers": (0, 0, 2), "orders": (0, 0, 2), "order_lines": (0, 0, 2)}
    again = take(shop, tmp_path)
    assert counts(again) == {**unchanged, "payments": (0, 0, 1)}
    notes = {file.kind: [note.value for note in file.notes] for file in again.files}
    assert (notes["customers"], notes["orders"], notes["payments"]) == (["ACME"],) * 3
    # The other system writes the new code by now: nor does that change anything.
    files = {name: text.replace("ACME", "A-1") for name, text in FILES.items()}
    assert counts(take(shop, tmp_path, **files)) == {**unchanged, "payments": (0, 0, 1)}
    # What is new finds the customer too.
    more = FILES["orders"] + "SO-3,ACME,2026-02-06\n"
    lines = FILES["order_lines"] + "SO-3,1,TEA,1,10,13\n"
    assert counts(take(shop, tmp_path, orders=more, order_lines=lines))["orders"] == (1, 0, 2)
    assert set(Order.objects.values_list("customer", flat=True)) == {acme.pk}
    assert Payment.objects.get().customer_id == acme.pk
    assert Customer.objects.count() == 2


def test_a_customer_under_both_codes_is_one_row_too_many(shop: Company, tmp_path: Path) -> None:
    assert change(client_of("finance")).status_code == 302
    (tmp_path / "customers.csv").write_text("code,name\nACME,Acme\nA-1,Other\n")
    report = import_path(company=shop, path=tmp_path, by="finance")
    assert not report.written
    assert [problem.line for problem in report.files[0].bad] == [3]


def test_forms_mean_the_customer_too_and_give_no_former_code_again(shop: Company) -> None:
    made = order(shop)
    finance = client_of("finance")
    assert change(finance).status_code == 302
    assert 'value="A-1"' in finance.get(f"/orders/{made.number}/change/").content.decode()
    later = order(shop, "SO-2", customer_code="ACME")
    assert later.customer_id == made.customer_id
    cancel_order(order=made, reason="No more", cancelled_on=date(2026, 2, 20), by=person("finance"))
    made.refresh_from_db()
    assert (made.customer_id, made.cancel_reason) == (later.customer_id, "No more")
    refused = send(finance, "/customers/new/", {"code": "ACME", "name": "Another"})
    assert refused.status_code == 200
    assert "A-1" in said(refused)
