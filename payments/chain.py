"""What settles an invoice, and what a payment was placed on."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closing_site.companies.models import Membership
from closing_site.customers.models import OpenItem, OpenItemKind
from closing_site.desk.documents.chain import Link, Station
from closing_site.desk.visibility import sees_whole_books
from closing_site.pages.formats import day_text
from invoicing.chain import invoices_of
from invoicing.models import Invoice, InvoiceLine
from orders.chain import delivery_link, order_link
from orders.models import Delivery, Order
from payments.models import Allocation, Deduction, Payment

#: Allocations told on one page; a payment may settle a whole month's invoices.
MOST = 200
RULES: Final = {
    "named": gettext_lazy("the payment names it"),
    "exact_amount": gettext_lazy("the amounts are the same"),
    "by_hand": gettext_lazy("allocated by hand"),
    "refund": gettext_lazy("refunded"),
    "bounce": gettext_lazy("bounced"),
    "refund_remainder": gettext_lazy("what a refund left of it"),
}


#: What stands among the invoices of a chain; the other items are money.
BILLED: Final = frozenset(
    {
        OpenItemKind.INVOICE,
        OpenItemKind.CREDIT_NOTE,
        OpenItemKind.OPENING_INVOICE,
        OpenItemKind.OPENING_CREDIT_NOTE,
    }
)


def settlements(membership: Membership, items: Iterable[OpenItem]) -> Iterator[Link]:
    """What was set against these items, and what of them will not be paid. An invoice that the
    member does not see is left out; of a payment they do not see they learn day and amount alone,
    which are the invoice's."""
    own = {item.pk: item for item in items}
    found = Allocation.objects.filter(
        Q(debit_item__in=list(own)) | Q(credit_item__in=list(own)), company=membership.company_id
    ).select_related("debit_item", "credit_item")
    allocations = list(found.order_by("posted_on", "pk")[:MOST])
    seen = _seen_items(membership, allocations)
    for allocation in allocations:
        is_debit = allocation.debit_item_id in own
        other = allocation.credit_item if is_debit else allocation.debit_item
        is_seen = other.pk in seen
        if other.kind in BILLED and not is_seen:
            continue
        item = allocation.debit_item if is_debit else allocation.credit_item
        amount = allocation.debit_amount if is_debit else allocation.credit_amount
        yield Link(
            Station.INVOICE if other.kind in BILLED else Station.PAYMENT,
            other.kind if is_seen else "",
            other.number if is_seen else "",
            other.issued_on,
            amount,
            item.currency,
            note=_note(allocation),
            text=str(other.get_kind_display()),
        )
    deductions = Deduction.objects.filter(company=membership.company_id, item__in=list(own))
    for deduction in deductions.order_by("posted_on", "pk")[:MOST]:
        yield Link(
            Station.PAYMENT,
            "",
            str(deduction.get_reason_display()),
            deduction.posted_on,
            deduction.amount,
            own[deduction.item_id].currency,
            note=deduction.note,
            text=_("deduction"),
        )


def _seen_items(membership: Membership, allocations: Iterable[Allocation]) -> set[int]:
    keys = {key for one in allocations for key in (one.debit_item_id, one.credit_item_id)}
    if sees_whole_books(membership):
        return keys
    seen = OpenItem.objects.seen_by(membership).filter(pk__in=keys)
    return set(seen.values_list("pk", flat=True))


def _note(allocation: Allocation) -> str:
    day = {"day": day_text(allocation.posted_on)}
    if allocation.reverses_id:
        return _("undone on %(day)s") % day
    why = str(RULES.get(allocation.rule, allocation.rule))
    return " · ".join(filter(None, [_("allocated on %(day)s") % day, why]))


def items_of(membership: Membership, kinds: list[str], keys: Iterable[int]) -> list[OpenItem]:
    found = OpenItem.objects.filter(
        company=membership.company_id, kind__in=kinds, document_id__in=list(keys)
    )
    return list(found.filter(document_id__gt=0))


def settlements_of_invoice(membership: Membership, invoice: Invoice) -> Iterator[Link]:
    items = items_of(membership, ["invoice", "credit_note"], [invoice.pk])
    return settlements(membership, items)


def _of_invoices(membership: Membership, numbers: list[str]) -> Iterator[Link]:
    found = Invoice.objects.seen_by(membership).filter(number__in=numbers)
    keys = found.values_list("pk", flat=True)
    items = items_of(membership, ["invoice", "credit_note"], keys)
    for link in settlements(membership, items):
        if link.station is Station.PAYMENT:
            yield link


def settlements_of_order(membership: Membership, order: Order) -> Iterator[Link]:
    numbers = [link.number for link in invoices_of(membership, order.pk)]
    return _of_invoices(membership, numbers)


def settlements_of_delivery(membership: Membership, delivery: Delivery) -> Iterator[Link]:
    if not delivery.period_id:
        return iter(())
    links = invoices_of(membership, delivery.order_id, delivery.period_id)
    return _of_invoices(membership, [link.number for link in links])


def settled_by_payment(membership: Membership, payment: Payment) -> Iterator[Link]:
    """Back to the invoices it pays, their orders, what was delivered of these, and the order that
    it names."""
    items = items_of(membership, ["payment", "refund"], [payment.pk])
    links = list(settlements(membership, items))
    numbers = {link.number for link in links if link.station is Station.INVOICE}
    lines = InvoiceLine.objects.filter(
        company=membership.company_id,
        invoice__in=Invoice.objects.seen_by(membership).filter(number__in=numbers).values("pk"),
    )
    keys = set(lines.values_list("order_line__order", flat=True).distinct()[:MOST])
    named = Order.objects.seen_by(membership).filter(number=payment.order_number or "")
    keys.update(named.values_list("pk", flat=True))
    orders = Order.objects.seen_by(membership).filter(pk__in=keys).order_by("order_date", "pk")
    yield from map(order_link, orders)
    deliveries = Delivery.objects.seen_by(membership).filter(order__in=keys)
    for delivery in (
        deliveries.with_amount().select_related("period", "order").order_by("delivered_on", "pk")
    ):
        yield delivery_link(delivery)
    yield from links


CHAIN = {
    "order": settlements_of_order,
    "delivery": settlements_of_delivery,
    "invoice": settlements_of_invoice,
    "payment": settled_by_payment,
}
