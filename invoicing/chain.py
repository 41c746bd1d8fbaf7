"""What invoices and credit notes add to a document's chain, and what an invoice came from."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from closing_site.companies.models import Membership
from closing_site.desk.documents.chain import Link, Station
from invoicing.models import Invoice, InvoiceKind, InvoiceLine
from orders.chain import delivery_link, order_link
from orders.models import Delivery, Order


def invoice_link(invoice: Invoice, amount: Decimal | None = None, note: str = "") -> Link:
    """``amount``: what of it concerns the document, else all of it."""
    return Link(
        Station.INVOICE,
        "invoice",
        invoice.number or "",
        invoice.issued_on,
        invoice.gross if amount is None else amount,
        invoice.currency,
        note=note,
        text=str(invoice.get_kind_display()),
    )


def invoices_of(membership: Membership, order: int, period: int | None = None) -> Iterator[Link]:
    """What bills the order (in that month), with what of it is the order's, and what credits it."""
    lines = InvoiceLine.objects.filter(company=membership.company_id, order_line__order=order)
    if period:
        lines = lines.filter(period=period)
    sums = lines.values("invoice").annotate(net=Sum("net"), tax=Sum("tax"))
    billed = {row["invoice"]: row["net"] + row["tax"] for row in sums}
    found = Invoice.objects.seen_by(membership).filter(
        Q(pk__in=list(billed)) | Q(credits__in=list(billed))
    )
    for invoice in found.order_by("issued_on", "pk"):
        yield invoice_link(invoice, billed.get(invoice.pk), _note(invoice))


def _note(invoice: Invoice) -> str:
    if invoice.kind == InvoiceKind.CREDIT_NOTE or invoice.order_id:
        return ""
    return _("bills a month's orders")


def invoices_of_order(membership: Membership, order: Order) -> Iterator[Link]:
    return invoices_of(membership, order.pk)


def invoices_of_delivery(membership: Membership, delivery: Delivery) -> Iterator[Link]:
    if delivery.period_id:
        yield from invoices_of(membership, delivery.order_id, delivery.period_id)


def orders_of(membership: Membership, invoice: Invoice) -> list[Order]:
    """What it bills; of a credit note what the lines it credits billed."""
    lines = InvoiceLine.objects.filter(company=membership.company_id, invoice=invoice.pk)
    keys = lines.values_list("order_line__order", "credited_line__order_line__order").distinct()
    wanted = {pk for pair in keys for pk in pair if pk}
    return list(Order.objects.seen_by(membership).filter(pk__in=wanted).order_by("order_date"))


def origin_of_invoice(membership: Membership, invoice: Invoice) -> Iterator[Link]:
    orders = orders_of(membership, invoice)
    yield from map(order_link, orders)
    yield from _deliveries(membership, invoice, [order.pk for order in orders])
    related = Q(credits=invoice.pk) | Q(pk=invoice.credits_id or 0)
    for other in Invoice.objects.seen_by(membership).filter(related).order_by("issued_on", "pk"):
        is_credit = other.kind == InvoiceKind.CREDIT_NOTE
        yield invoice_link(other, note=_("credits this one") if is_credit else _("credited by it"))


def _deliveries(membership: Membership, invoice: Invoice, orders: Iterable[int]) -> Iterator[Link]:
    found = Delivery.objects.filter(
        company=membership.company_id, order__in=list(orders), period=invoice.period_id
    )
    for delivery in (
        found.with_amount().select_related("period", "order").order_by("delivered_on", "pk")
    ):
        yield delivery_link(delivery)


CHAIN = {
    "order": invoices_of_order,
    "delivery": invoices_of_delivery,
    "invoice": origin_of_invoice,
}
