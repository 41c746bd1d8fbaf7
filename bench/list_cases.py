"""What is asked of each list, and the bare view beside it."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet

from closing_site.companies.models import Company, Membership
from closing_site.customers.filters import CustomerFilterSet
from closing_site.customers.models import Customer, OpenItem
from closing_site.customers.tables import CustomerTable
from closing_site.desk.documents.filters import DocumentFilterSet
from closing_site.pages.table import Table
from closing_site.periods.models import Period
from invoicing.filters import InvoiceFilterSet
from invoicing.models import Invoice
from invoicing.tables import InvoiceTable
from orders.filters import DeliveryFilterSet, OrderFilterSet
from orders.models import Delivery, Order
from orders.tables import DeliveryTable, OrderTable
from payments.filters import PaymentFilterSet
from payments.models import Payment
from payments.tables import PaymentTable
from reconciliation.filters import OpenItemFilterSet, VoucherFilterSet
from reconciliation.models import Voucher
from reconciliation.tables import OpenItemTable, VoucherTable

Rows = Callable[[Membership], QuerySet[Any]]


@dataclass(frozen=True)
class Case:
    """``path`` may hold ``{…}`` of ``values``."""

    name: str
    title: str
    path: str
    username: str = "finance"


def _deliveries(member: Membership) -> QuerySet[Any]:
    seen = Delivery.objects.seen_by(member).select_related("order__customer", "period")
    return seen.with_amount().with_deferral()


#: List → its address, table, filters, rows.
BARE: dict[str, tuple[str, type[Table], type[DocumentFilterSet], Rows]] = {
    "orders": (
        "/orders/",
        OrderTable,
        OrderFilterSet,
        lambda m: Order.objects.seen_by(m).with_state(m).select_related("customer", "sales_rep"),
    ),
    "deliveries": ("/deliveries/", DeliveryTable, DeliveryFilterSet, _deliveries),
    "invoices": (
        "/invoices/",
        InvoiceTable,
        InvoiceFilterSet,
        lambda m: Invoice.objects.seen_by(m).with_open_amount().select_related("customer", "order"),
    ),
    "payments": (
        "/payments/",
        PaymentTable,
        PaymentFilterSet,
        lambda m: Payment.objects.seen_by(m).with_unplaced().select_related("customer"),
    ),
    "open_items": (
        "/reconciliation/open-items/",
        OpenItemTable,
        OpenItemFilterSet,
        lambda m: OpenItem.objects.seen_by(m).open().select_related("customer"),
    ),
    "vouchers": (
        "/vouchers/",
        VoucherTable,
        VoucherFilterSet,
        lambda m: Voucher.objects.seen_by(m).select_related("period", "company"),
    ),
    "customers": (
        "/customers/",
        CustomerTable,
        CustomerFilterSet,
        lambda m: Customer.objects.seen_by(m).select_related("sales_rep"),
    ),
}


def _token(key: object, pk: int) -> str:
    text = json.dumps([None if key is None else str(key), pk])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def values(company: Company) -> dict[str, str]:
    """Customer, month, amounts and places in the middle of the books."""
    found: dict[str, str] = {}
    for name, model, fields in (
        ("order", Order, ("order_date", "gross")),
        ("delivery", Delivery, ("delivered_on",)),
        ("invoice", Invoice, ("issued_on", "gross")),
        ("payment", Payment, ("received_on", "amount")),
        ("customer", Customer, ("code", "name")),
        ("voucher", Voucher, ("pk",)),
    ):
        rows: QuerySet[Any] = model._default_manager.filter(company=company)
        middle = rows.count() // 2
        for one in fields:
            row = rows.order_by(one, "pk")[middle]
            found[f"{name}_{one}"] = str(getattr(row, one))
            found[f"after_{name}_{one}"] = _token(getattr(row, one), row.pk)
        found[f"{name}_number"] = str(getattr(row, "number", "") or getattr(row, "reference", ""))
    newest = company_months(company)
    found["month"], found["last"] = newest[len(newest) // 2], newest[0]
    return found


def company_months(company: Company) -> list[str]:
    months = Period.objects.filter(company=company).order_by("-starts_on")
    # The newest has late payments alone.
    return list(months.values_list("code", flat=True))[1:]


@dataclass(frozen=True)
class Asked:
    """What is asked of one list: its ``sorts``, column → the place in the middle (of ``values``)
    from which a page is turned; its ``queries``; and ``of_rep``, what a rep asks of their own."""

    name: str
    sorts: Mapping[str, str] = field(default_factory=dict)
    queries: Sequence[str] = ()
    of_rep: Mapping[str, str] = field(default_factory=dict)

    @property
    def cases(self) -> Iterator[Case]:
        path = BARE[self.name][0]
        yield Case(self.name, "all", path)
        for column, after in self.sorts.items():
            turned = f"after={{{after}}}"
            yield Case(self.name, f"by {column}", f"{path}?sort={column}")
            yield Case(self.name, f"by {column}, downwards", f"{path}?sort=-{column}")
            yield Case(self.name, f"by {column}, from the middle", f"{path}?sort={column}&{turned}")
            yield Case(
                self.name, f"by {column}, downwards from there", f"{path}?sort=-{column}&{turned}"
            )
        for query in self.queries:
            yield Case(self.name, query, f"{path}?{query}")
        for title, query in self.of_rep.items():
            yield Case(self.name, title, f"{path}{query}", "rep")


OWN: Final = {"a rep's own": ""}

ASKED: Final = (
    Asked(
        "orders",
        {"order_date": "after_order_order_date", "gross": "after_order_gross"},
        (
            *("state=open", "state=cancelled", "month={month}", "month={last}"),
            *("since={order_order_date}", "until={order_order_date}"),
            *("customer={customer_code}", "customer={customer_name}", "rep=R05"),
            *("amount_from={order_gross}", "amount_to={order_gross}"),
            *("search={order_number}", "search=SO-", "search={order_gross}"),
            *("findings=standing", "month={month}&rep=R05&amount_from={order_gross}"),
        ),
        {**OWN, "a rep's own, by gross": "?sort=-gross"},
    ),
    Asked(
        "deliveries",
        {"delivered_on": "after_delivery_delivered_on"},
        ("state=waiting", "state=held_back", "month={month}", "until={delivery_delivered_on}"),
        OWN,
    ),
    Asked(
        "invoices",
        {"issued_on": "after_invoice_issued_on", "gross": "after_invoice_gross"},
        (
            *("kind=invoice", "kind=credit_note", "month={month}"),
            *("since={invoice_issued_on}", "until={invoice_issued_on}", "customer={customer_code}"),
            *("amount_from={invoice_gross}", "search={invoice_number}", "search={invoice_gross}"),
            "findings=standing",
        ),
        OWN,
    ),
    Asked(
        "payments",
        {"received_on": "after_payment_received_on", "amount": "after_payment_amount"},
        (
            *("method=bank_transfer", "method=acceptance_draft", "kind=refund"),
            *("kind=unidentified", "month={month}", "until={payment_received_on}"),
            *("customer={customer_code}", "amount_to={payment_amount}", "search={payment_number}"),
            "findings=standing",
        ),
        OWN,
    ),
    Asked(
        "open_items",
        queries=(
            *("sort=due_on", "sort=-due_on", "kind=owed", "kind=advances", "kind=refunds"),
            *("due=overdue", "due=overdue&sort=due_on", "month={last}", "customer={customer_code}"),
            "currency=CNY",
        ),
    ),
    Asked(
        "vouchers",
        queries=(
            *("after={after_voucher_pk}", "month={month}", "month={month}&kind=receipt"),
            "search=TR-{month}-000",
        ),
    ),
    Asked(
        "customers",
        {"code": "after_customer_code", "customer_name": "after_customer_name"},
        ("search={customer_name}", "search=C0001", "rep=R05", "hold=on"),
        OWN,
    ),
)
CASES: list[Case] = [case for asked in ASKED for case in asked.cases]
