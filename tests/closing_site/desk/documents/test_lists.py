"""Lists of documents: what each filter finds, the file of it, and how few questions it takes."""

from decimal import Decimal

import pytest
from django.db.models import F

from closing_site.customers.models import OpenItem
from closing_site.desk.models import Finding
from invoicing.models import Invoice
from orders.models import Delivery, Order, Unbilled
from payments.models import Payment
from tests.closing_site.desk.documents.reading import column, page, reader, rows
from tests.sql_counts import assert_sql_count

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_books")]

LISTS = {
    "order_list": "/orders/",
    "delivery_list": "/deliveries/",
    "product_list": "/products/",
    "customer_list": "/customers/",
    "invoice_list": "/invoices/",
    "payment_list": "/payments/",
    "open_items": "/reconciliation/open-items/",
    "voucher_list": "/vouchers/",
}
OCTOBER = {"order_date__year": 2026, "order_date__month": 10}
OUTSTANDING = {"delivered_on": None, "cancelled_on": None}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("state=open", OUTSTANDING),
        ("state=cancelled", {"cancelled_on__isnull": False}),
        ("month=2026-10", OCTOBER),
        ("month=2026-10&state=open", {**OCTOBER, **OUTSTANDING}),
        ("since=2026-06-03&until=2026-06-05", {"order_date__range": ("2026-06-03", "2026-06-05")}),
        ("customer=C001", {"customer__code": "C001"}),
        ("rep=R03", {"sales_rep__code": "R03"}),
        ("amount_from=20000&amount_to=30000", {"gross__range": (20000, 30000)}),
        ("search=SO-26000", {"number__startswith": "SO-26000"}),
        ("search=so-26000", {"number__startswith": "SO-26000"}),
    ],
)
def test_orders_are_filtered(query: str, wanted: dict[str, object]) -> None:
    found = column(reader("finance", "en"), f"/orders/?{query}", "Number")
    expected = Order.objects.filter(company__code="DEMO", **wanted)
    assert found
    assert sorted(found) == sorted(expected.values_list("number", flat=True))


def test_a_customer_is_found_by_a_part_of_the_name() -> None:
    found = rows(reader("finance", "en"), "/orders/?customer=酒店")
    assert found
    assert all("酒店" in row["Customer"] for row in found)
    assert rows(reader("finance", "en"), "/orders/?customer=nobody") == []


def test_an_amount_is_found_to_the_cent() -> None:
    order = Order.objects.exclude(gross=None)[5]
    found = rows(reader("finance", "en"), f"/orders/?search={order.gross:,.2f}")
    assert order.number in [row["Number"] for row in found]
    assert {Decimal(row["Gross"]) for row in found} == {order.gross}


def test_what_is_found_in_open_months_is_found_by_it() -> None:
    found = column(reader("finance", "en"), "/payments/?findings=standing", "Reference")
    kept = Finding.objects.filter(
        document_kind="payment", resolved_at=None, period__status="open"
    ).values_list("document_number", flat=True)
    assert sorted(found) == sorted(set(kept))


def test_deliveries_wait_or_are_held_back() -> None:
    client = reader("finance", "en")
    waiting = Delivery.objects.filter(period=None)
    assert len(rows(client, "/deliveries/?state=waiting")) == waiting.count()
    held = waiting.filter(pk__in=Unbilled.objects.values("delivery"))
    assert len(rows(client, "/deliveries/?state=held_back")) == held.count()
    confirmed = Delivery.objects.filter(period__code="2026-09")
    assert len(rows(client, "/deliveries/?month=2026-09")) == confirmed.count() > 0


def test_invoices_are_filtered_by_month_and_say_what_is_open() -> None:
    found = rows(reader("finance", "en"), "/invoices/?month=2026-08&sort=-gross")
    invoices = Invoice.objects.filter(period__code="2026-08")
    assert len(found) == invoices.count() > 0
    for row in found:
        item = OpenItem.objects.get(kind="invoice", number=row["Number"])
        assert Decimal(row["Open"]) == item.amount - item.settled


def test_payments_are_filtered_by_method_and_kind() -> None:
    client = reader("finance", "en")
    for query, wanted in (
        ("method=alipay", {"method": "alipay"}),
        ("kind=refund", {"amount__lt": 0}),
        ("kind=unidentified", {"customer": None}),
        ("month=2026-07", {"period__code": "2026-07"}),
    ):
        expected = Payment.objects.filter(**wanted).count()
        assert len(rows(client, f"/payments/?{query}")) == expected > 0, query


def test_open_items_tell_invoices_from_unplaced_money() -> None:
    client = reader("finance", "en")
    open_items = OpenItem.objects.filter(settled__lt=F("amount"))
    for query, wanted in (
        ("kind=owed", {"kind__in": ["invoice", "opening_invoice"]}),
        ("kind=advances", {"kind__in": ["payment", "opening_advance", "refund"]}),
        ("currency=EUR", {"currency": "EUR"}),
        ("customer=C002", {"customer__code": "C002"}),
    ):
        found = rows(client, f"/reconciliation/open-items/?{query}")
        assert len(found) == open_items.filter(**wanted).count() > 0, query


def test_customers_and_products_are_found_by_name() -> None:
    client = reader("finance", "en")
    assert "C002" in column(client, "/customers/?search=澜月", "Code")
    assert column(client, "/customers/?search=vanderHAAG", "Name") == ["Vanderhaag Interieur B.V."]
    assert "LT-202" in column(client, "/products/?search=陶瓷台灯", "Item number")


@pytest.mark.parametrize("address", LISTS.values())
def test_the_file_has_what_the_list_counts(address: str) -> None:
    client = reader("finance", "en")
    assert f"{len(rows(client, address)):,} found" in page(client, address)


@pytest.mark.parametrize("address", LISTS.values())
def test_nonsense_is_passed_over(address: str) -> None:
    query = "month=2026-13&since=x&amount_from=much&sort=x&state=x&rep=x&method=x&due=x&after=x"
    assert reader("finance").get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize("address", LISTS.values())
@pytest.mark.parametrize("query", ["totals=on", "totals=all", "totals=on&month=2026-10"])
def test_every_list_adds_up_or_has_nothing_to(address: str, query: str) -> None:
    target = {"HX-Request": "true", "HX-Target": "list-totals"}
    for asked in ({}, target):
        assert reader("finance").get(f"{address}?{query}", headers=asked).status_code == 200


@pytest.mark.parametrize("query", ["", "?export=csv", "?export=xlsx"])
def test_no_cache_keeps_a_list_or_its_file(query: str) -> None:
    answer = reader("finance").get(f"/orders/{query}")
    assert answer.status_code == 200
    answer.close()
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_few_questions_as_pinned(name: str) -> None:
    client = reader("auditor")
    client.get(LISTS[name])
    with assert_sql_count(f"list: {name}"):
        client.get(LISTS[name])
    with assert_sql_count(f"list: {name}"):
        client.get(f"{LISTS[name]}?sort=x")


@pytest.mark.parametrize("address", ["/reconciliation/", "/reconciliation/ageing/"])
def test_the_receivables_ask_as_few_questions_as_pinned(address: str) -> None:
    client = reader("auditor")
    client.get(address)
    with assert_sql_count(f"receivables: {address}"):
        client.get(address)


def test_the_roll_forward_is_the_month_s_and_leads_to_what_it_sums() -> None:
    shown = page(reader("finance", "en"), "/reconciliation/?month=2026-08&customer=C002")
    invoiced = Invoice.objects.filter(period__code="2026-08", customer__code="C002")
    assert "/customers/C002/" in shown
    if invoiced:
        assert "/invoices/?month=2026-08&amp;kind=invoice&amp;customer=C002" in shown
    assert "/reconciliation/?month=2026-07&amp;customer=C002" in shown
    assert reader("finance").get("/reconciliation/?month=1999-01").status_code == 404


@pytest.mark.parametrize("address", [*LISTS.values(), "/reconciliation/", "/search/?q=C00"])
def test_pages_are_in_the_reader_s_language(address: str) -> None:
    english = page(reader("auditor", "en"), address)
    chinese = page(reader("auditor", "zh-hans"), address)
    assert any(word in english for word in ("Customer", "Code", "Document", "Name"))
    assert any(word in chinese for word in ("客户", "编码", "单据", "名称"))
