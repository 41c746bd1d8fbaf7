"""What a sales rep may not know stands in no page, part, file, chart, history or search of theirs.

A customer whom ``rep`` looks after has invoices of another rep's orders: their numbers, amounts and
sums are not ``rep``'s to know, nor is what a product costs. Finance sees all of it on the same
pages, which shows that it would be found.
"""

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db.models import Sum
from django.test import Client
from django.utils.http import urlencode

from closing_site.companies.models import Company, Membership, User
from closing_site.customers.actions import change_customer
from closing_site.customers.entry_forms import shown_of
from closing_site.customers.models import Customer, OpenItem
from closing_site.desk.visibility import visible_rows
from closing_site.pages.entry_fields import texts_of
from closing_site.pages.formats import money_text
from invoicing.models import Invoice, InvoiceLine
from orders.actions.basics import change_product
from orders.entry_forms.basics import PRODUCT_NAMES
from orders.models import Order, Product
from payments.models import Payment
from reconciliation.models import Voucher
from tests.access.addresses import OWN_LOCKED, OWN_OPEN, address, parameters

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_books", "shared")]

LISTS = ("/orders/", "/deliveries/", "/invoices/", "/payments/", "/customers/", "/products/")
#: They end the session, or choose something.
LEFT_OUT = {"sign_out", "healthz"}
TOKEN = re.compile(r"[\w.,-]*\w")
COST = Decimal("98765.4321")


@pytest.fixture
def shared() -> Customer:
    """A customer of R02, and all that R02 sold them, is looked after by R01 from now on."""
    finance = User.objects.get(username="finance")
    sold = Invoice.objects.filter(order__sales_rep__code="R02", customer__sales_rep__code="R02")
    open_ones = OpenItem.objects.filter(kind="invoice", settled=0).values("document_id")
    invoice = sold.filter(pk__in=open_ones).order_by("pk")[0]
    given = {**shown_of(invoice.customer), "sales_rep": "R01"}
    change_customer(customer=invoice.customer, given=given, by=finance)
    product = Product.objects.get(company__code="DEMO", sku="LT-202")
    costly = {**texts_of(product, PRODUCT_NAMES), "unit_cost": str(COST)}
    change_product(product=product, given=costly, by=finance)
    return Customer.objects.get(pk=invoice.customer_id)


def member(username: str) -> Membership:
    return Membership.objects.get(company__code="DEMO", user__username=username)


def reader(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def secrets(username: str, shared: Customer) -> set[str]:
    """Numbers of documents that the member does not see, sums over them, and a product's cost."""
    asks = member(username)
    company = Company.objects.get(code="DEMO")
    found = {str(COST), f"{COST:,f}"}
    for kind, model, number in (
        ("order", Order, "number"),
        ("invoice", Invoice, "number"),
        ("payment", Payment, "reference"),
        ("voucher", Voucher, "number"),
    ):
        rows = model.objects.filter(company=company)
        hidden = rows.exclude(pk__in=visible_rows(asks, kind).values("pk"))
        found |= {str(text) for text in hidden.values_list(number, flat=True) if text}
    of_customer = Invoice.objects.filter(company=company, customer=shared.pk)
    hidden = of_customer.exclude(pk__in=visible_rows(asks, "invoice").values("pk"))
    for invoice in hidden:
        found.add(money_text(invoice.gross, invoice.currency))
    for row in hidden.values("period").annotate(net=Sum("base_net")):
        found.add(money_text(row["net"], company.currency))
    return found


def asked(shared: Customer) -> Iterator[tuple[str, dict[str, str]]]:
    """Pages, their parts and files: address and headers."""
    for name in sorted(set(parameters()) - LEFT_OUT):
        for whose in (OWN_OPEN, OWN_LOCKED):
            path, there = address(name, whose)
            if there:
                yield path, {}
                yield path, {"HX-Request": "true"}
    yield f"/customers/{shared.code}/", {}
    yield "/products/LT-202/", {}
    for payment in Payment.objects.filter(customer=shared.pk)[:5]:
        yield f"/payments/{payment.reference}/", {}
    for path in LISTS:
        yield path, {"HX-Request": "true", "HX-Target": "list"}
        yield f"{path}?totals=all", {"HX-Request": "true", "HX-Target": "list-totals"}
        for form in ("csv", "xlsx"):
            yield f"{path}?export={form}", {}
            yield f"{path}?export={form}&customer={shared.code}", {}
    for text in (shared.name, "LT-202", "INV", "SO-", "V-"):
        yield f"/search/?{urlencode({'q': text})}", {}


def words(answer: object) -> set[str]:
    """Of a page its text without what the person sent; of a workbook that of its sheets."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as book:
            content = b" ".join(book.read(name) for name in book.namelist() if "xml" in name)
    text = re.sub(r"<[^>]+>", " ", content.decode("utf-8", "ignore"))
    return set(TOKEN.findall(html.unescape(text)))


def test_a_rep_learns_nothing_of_others_from_any_page(shared: Customer) -> None:
    hidden = secrets("rep", shared)
    rep, finance = reader("rep"), reader("finance")
    leaks, control = [], set()
    for path, headers in asked(shared):
        answer = rep.get(path, headers=headers)
        if answer.status_code == 200 and "pdf" not in answer.get("Content-Type", ""):
            leaks += [f"{path} {headers}: {word}" for word in sorted(words(answer) & hidden)]
        if path.startswith((f"/customers/{shared.code}", "/products/LT-202", "/invoices/?export")):
            control |= words(finance.get(path, headers=headers)) & hidden
    assert "\n".join(leaks) == ""
    # Costs, numbers, amounts and sums are found where they are shown.
    assert f"{COST:,f}" in control
    assert len(control) > 20


def test_sums_and_charts_are_of_the_rows_one_sees(shared: Customer) -> None:
    """Own invoices count, others do not: in the months' revenue, the chart and the balances."""
    for username in ("rep", "rep2", "finance"):
        customer = (
            shared if username != "rep2" else Customer.objects.filter(sales_rep__code="R02")[0]
        )
        asks = member(username)
        page = reader(username).get(f"/customers/{customer.code}/").content.decode()
        seen = visible_rows(asks, "invoice").filter(customer=customer.pk).exclude(kind="deposit")
        months = seen.values("period__code").annotate(net=Sum("base_net"))
        shown = re.findall(r'<td class="is-number">\s*<span[^>]*>([\d,.-]+)', page)
        for row in months:
            assert money_text(row["net"], "CNY") in page, (username, row)
        items = OpenItem.objects.seen_by(asks).filter(customer=customer.pk).open()
        assert {item.number for item in items[:20]} <= set(TOKEN.findall(page)), username
        assert shown or not items


def test_a_product_s_history_tells_a_rep_no_cost(shared: Customer) -> None:
    for username, knows in (("rep", False), ("finance", True), ("auditor", True)):
        page = reader(username).get("/products/LT-202/").content.decode()
        history = page.partition('id="history"')[2]
        assert (f"{COST:,f}" in history) == knows, username


def test_no_stage_is_now_of_what_a_rep_cannot_see() -> None:
    """A finished order of theirs: whatever its invoice, payment and voucher."""
    rep = reader("rep")
    done = Order.objects.filter(sales_rep__code="R01", company__code="DEMO")
    settled = Invoice.objects.filter(
        order__in=done,
        pk__in=OpenItem.objects.filter(kind="invoice", settled__gt=0).values("document_id"),
    )
    paid = [i for i in settled.with_open_amount().order_by("pk")[:40] if not i.open_amount]
    assert paid
    for invoice in paid[:5]:
        for path in (f"/orders/{invoice.order.number}/", f"/invoices/{invoice.number}/"):
            page = rep.get(path).content.decode()
            timeline = page.partition('<ol class="timeline">')[2].partition("</ol>")[0]
            assert "stage-done" in timeline
            assert "stage-current" not in timeline, path
            assert "Voucher" not in timeline, path
    # One of a month is no rep's: that it is invoiced is not told as "now".
    lines = InvoiceLine.objects.filter(invoice__order=None, order_line__isnull=False)
    of_month = done.filter(pk__in=lines.values("order_line__order"))
    for order in of_month[:2]:
        page = rep.get(f"/orders/{order.number}/").content.decode()
        timeline = page.partition('<ol class="timeline">')[2].partition("</ol>")[0]
        assert not re.search(r"stage-current.*?Invoice", timeline, re.DOTALL)
