"""Law 15: a rep's own documents and no one else's, in lists, files, details and search alike."""

import pytest
from django.test import Client
from django.urls import reverse

from closing_site.companies.models import Company, User
from closing_site.customers.models import Customer
from closing_site.desk.models import Attachment
from closing_site.wizard.opening_books import open_books
from invoicing.models import Invoice
from orders.models import Delivery, Order
from payments.models import Payment
from reconciliation.models import Voucher
from tests.closing_site.desk.documents.reading import column, page, reader, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_books")]

#: Rep's user → their code.
REPS = {"rep": "R01", "rep2": "R02"}
FOR_FINANCE = ["reconciliation", "ageing", "open_items", "voucher_list"]


def url(kind: str, number: object) -> str:
    return reverse(kind, kwargs={"number": str(number)})


def own_numbers(code: str) -> dict[str, set[str]]:
    """List → what it has of this rep."""
    orders = Order.objects.filter(sales_rep__code=code)
    invoices = Invoice.objects.filter(order__sales_rep__code=code)
    payments = Payment.objects.filter(customer__sales_rep__code=code)
    customers = Customer.objects.filter(sales_rep__code=code)
    return {
        "/orders/": set(orders.values_list("number", flat=True)),
        "/invoices/": {str(number) for number in invoices.values_list("number", flat=True)},
        "/payments/": set(payments.values_list("reference", flat=True)),
        "/customers/": set(customers.values_list("code", flat=True)),
    }


FIRST = {"/orders/": "Number", "/invoices/": "Number", "/payments/": "Reference"}


@pytest.mark.parametrize("username", REPS)
def test_a_rep_s_lists_and_files_have_their_own_alone(username: str) -> None:
    client = reader(username, "en")
    for address, numbers in own_numbers(REPS[username]).items():
        assert numbers, address
        assert set(column(client, address, FIRST.get(address, "Code"))) == numbers


@pytest.mark.parametrize("username", REPS)
def test_the_count_tells_nothing_of_others(username: str) -> None:
    own = len(own_numbers(REPS[username])["/orders/"])
    assert f"{own} found" in page(reader(username, "en"), "/orders/")


def test_a_rep_s_deliveries_are_of_their_own_orders() -> None:
    found = set(column(reader("rep", "en"), "/deliveries/", "Order"))
    own = Order.objects.filter(sales_rep__code="R01", deliveries__isnull=False)
    assert found == set(own.values_list("number", flat=True))


def test_another_rep_s_documents_are_not_found() -> None:
    client = reader("rep")
    others = [
        url("order", Order.objects.filter(sales_rep__code="R02")[0].number),
        url("delivery", Delivery.objects.filter(order__sales_rep__code="R02")[0].pk),
        url("invoice", Invoice.objects.filter(order__sales_rep__code="R02")[0].number),
        url("payment", Payment.objects.filter(customer__sales_rep__code="R02")[0].reference),
        url("customer", Customer.objects.filter(sales_rep__code="R02")[0].code),
    ]
    assert [client.get(address).status_code for address in others] == [404] * 5


def test_a_rep_s_own_documents_are_shown() -> None:
    client = reader("rep")
    for address in (
        url("order", Order.objects.filter(sales_rep__code="R01")[0].number),
        url("delivery", Delivery.objects.filter(order__sales_rep__code="R01")[0].pk),
        url("invoice", Invoice.objects.filter(order__sales_rep__code="R01")[0].number),
        url("payment", Payment.objects.filter(customer__sales_rep__code="R01")[0].reference),
        url("customer", Customer.objects.filter(sales_rep__code="R01")[0].code),
    ):
        assert client.get(address).status_code == 200, address


def test_an_invoice_of_a_month_is_no_rep_s() -> None:
    of_month = Invoice.objects.filter(order=None)[0]
    assert reader("rep").get(url("invoice", of_month.number)).status_code == 404
    assert reader("finance").get(url("invoice", of_month.number)).status_code == 200


def test_the_search_finds_a_rep_nothing_of_another_s() -> None:
    theirs = Order.objects.filter(sales_rep__code="R02")[0]
    assert theirs.number in page(reader("finance"), f"/search/?q={theirs.number}")
    found = page(reader("rep"), f"/search/?q={theirs.number}").partition("</form>")[2]
    assert theirs.number not in found
    named = page(reader("rep"), f"/search/?q={Customer.objects.get(code='C003').name}")
    assert url("customer", "C003") not in named


@pytest.mark.parametrize("name", FOR_FINANCE)
def test_the_receivables_and_vouchers_of_all_are_not_for_reps(name: str) -> None:
    assert reader("rep").get(reverse(name)).status_code == 403
    assert reader("auditor").get(reverse(name)).status_code == 200


def test_a_rep_is_told_no_cost_and_no_one_s_sales() -> None:
    for username, knows in (("rep", False), ("finance", True)):
        shown = page(reader(username, "en"), "/products/LT-202/")
        assert ("Unit cost" in shown, "Sales by month" in shown) == (knows, knows)
        assert ("Unit cost" in rows(reader(username, "en"), "/products/")[0]) == knows


def test_of_another_company_nothing_is_found() -> None:
    open_books(
        code="OTHER",
        name="Other Ltd",
        currency="EUR",
        country="DE",
        first_period="2026-01",
        members=[("stranger", "admin")],
        by="test",
    )
    client = Client()
    client.force_login(User.objects.get(username="stranger"))
    for name, number in (
        ("order", Order.objects.all()[0].number),
        ("delivery", Delivery.objects.all()[0].pk),
        ("invoice", Invoice.objects.all()[0].number),
        ("payment", Payment.objects.all()[0].reference),
        ("customer", Customer.objects.all()[0].code),
        ("product", "LT-202"),
        ("voucher", Voucher.objects.all()[0].number),
    ):
        assert client.get(url(name, number)).status_code == 404, name
    for address in ("/orders/", "/invoices/", "/payments/", "/customers/", "/products/"):
        assert rows(client, address) == []
    assert "SO-26" not in page(client, "/search/?q=SO-26").partition("</form>")[2]


def test_a_file_is_given_to_who_may_see_its_document() -> None:
    theirs = Order.objects.filter(sales_rep__code="R02")[0]
    file = Attachment.objects.create(
        company=Company.objects.get(code="DEMO"),
        document_kind="order",
        document_id=theirs.pk,
        document_number=theirs.number,
        name="签收单.pdf",
        content_type="text/html",
        sha256="0" * 64,
        content=b"<script>",
        added_by=User.objects.get(username="finance"),
    )
    address = reverse("attachment", args=[file.pk])
    assert reader("rep").get(address).status_code == 404
    answer = reader("rep2").get(address)
    assert (answer.status_code, answer.content) == (200, b"<script>")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert address in page(reader("rep2"), url("order", theirs.number))
