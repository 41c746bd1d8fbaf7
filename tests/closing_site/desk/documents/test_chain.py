"""From order to voucher and back: each document leads to those it came from and led to."""

from datetime import date

import pytest
from django.db.models import Count

from closing_site.desk.documents.chain import stages_of
from closing_site.desk.models import Acknowledgement
from closing_site.pages.documents import document_url
from invoicing.models import Invoice, InvoiceLine
from orders.models import Delivery, Order
from payments.models import Allocation
from reconciliation.models import Voucher
from tests.closing_site.desk.documents.reading import page, reader
from tests.sql_counts import assert_sql_count

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_books")]


@pytest.fixture
def sale() -> dict[str, str]:
    """One paid sale's documents: kind → address."""
    paid = Allocation.objects.filter(debit_item__kind="invoice", credit_item__kind="payment")
    invoice = Invoice.objects.filter(
        pk__in=paid.values("debit_item__document_id"), order__isnull=False
    )[0]
    allocation = paid.get(debit_item__document_id=invoice.pk)
    order = Order.objects.get(pk=invoice.order_id or 0)
    delivery = Delivery.objects.get(order=order.pk, period=invoice.period_id)
    voucher = Voucher.objects.get(document_kind="invoice", document_id=invoice.pk)
    receipt = Voucher.objects.filter(
        document_kind="payment", document_id=allocation.credit_item.document_id
    )[0]
    numbers = {
        "order": order.number,
        "delivery": str(delivery.pk),
        "invoice": str(invoice.number),
        "payment": allocation.credit_item.number,
        "voucher": voucher.number,
        "receipt": receipt.number,
    }
    kinds = {"receipt": "voucher"}
    return {name: document_url(kinds.get(name, name), n) for name, n in numbers.items()}


@pytest.mark.parametrize(
    ("kind", "leads_to"),
    [
        ("order", ["delivery", "invoice", "payment", "voucher"]),
        ("delivery", ["order", "invoice", "payment", "voucher"]),
        ("invoice", ["order", "delivery", "payment", "voucher"]),
        ("payment", ["order", "delivery", "invoice", "receipt"]),
        ("voucher", ["order", "delivery", "invoice"]),
        ("receipt", ["order", "invoice", "payment"]),
    ],
)
def test_every_document_leads_to_the_others(
    sale: dict[str, str], kind: str, leads_to: list[str]
) -> None:
    shown = page(reader("finance"), sale[kind])
    assert [name for name in leads_to if f'href="/c/DEMO{sale[name]}"' not in shown] == []


def test_a_rep_is_told_what_was_paid_but_shown_no_voucher(sale: dict[str, str]) -> None:
    order = Order.objects.get(number=sale["order"].split("/")[2])
    username = {"R01": "rep", "R02": "rep2"}.get(order.sales_rep.code if order.sales_rep else "")
    if username is None:
        pytest.skip("its rep does not sign in")
    shown = page(reader(username), sale["order"])
    assert sale["invoice"] in shown
    assert sale["voucher"] not in shown


def test_an_invoice_of_a_month_leads_to_all_its_orders() -> None:
    many = InvoiceLine.objects.values("invoice").annotate(
        orders=Count("order_line__order", distinct=True)
    )
    invoice = Invoice.objects.get(pk=many.filter(orders__gt=2)[0]["invoice"])
    shown = page(reader("finance"), document_url("invoice", str(invoice.number)))
    lines = InvoiceLine.objects.filter(invoice=invoice.pk)
    numbers = set(lines.values_list("order_line__order__number", flat=True))
    assert len(numbers) > 2
    assert [n for n in numbers if document_url("order", n) not in shown] == []


def test_what_happened_is_told_with_who_and_when(sale: dict[str, str]) -> None:
    shown = page(reader("finance", "en"), sale["order"]).partition('id="history"')[2]
    assert "<strong>confirmed</strong>" in shown
    assert "finance" in shown
    assert "Posted on" in shown


def test_a_locked_month_says_so_and_how_to_correct(sale: dict[str, str]) -> None:
    for kind in ("order", "invoice", "payment", "voucher"):
        assert "Locked in 2026-" in page(reader("finance", "en"), sale[kind]), kind


def test_findings_and_who_let_them_stand_are_shown() -> None:
    word = Acknowledgement.objects.filter(document_kind="order")[0]
    shown = page(reader("finance"), document_url("order", word.document_number))
    assert word.reason in shown
    assert word.acknowledged_by.username in shown


@pytest.mark.parametrize("kind", ["order", "delivery", "invoice", "payment", "voucher"])
def test_a_page_asks_as_few_questions_as_pinned(sale: dict[str, str], kind: str) -> None:
    client = reader("auditor")
    client.get(sale[kind])
    with assert_sql_count(f"document: {kind}"):
        client.get(sale[kind])


@pytest.mark.parametrize("address", ["/customers/C001/", "/products/LT-202/"])
def test_master_data_ask_as_few_questions_as_pinned(address: str) -> None:
    client = reader("auditor")
    client.get(address)
    with assert_sql_count(f"document: {address.split('/')[1]}"):
        client.get(address)


def test_what_nobody_knows_of_before_a_payment_is_no_station_of_its_way() -> None:
    stages = stages_of("payment", date(2026, 10, 5), [])
    assert [(str(stage.title), stage.state) for stage in stages] == [
        ("Payment", "done"),
        ("Voucher", "current"),
    ]
