"""The vouchers of a document, and the document of a voucher."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from closing_site.companies.language import reads_chinese
from closing_site.companies.models import Membership
from closing_site.desk.documents.chain import Entry, Link, Station
from closing_site.desk.visibility import hidden_kinds
from closing_site.periods.models import Period
from invoicing.chain import invoice_link, invoices_of, origin_of_invoice
from invoicing.models import Invoice
from orders.models import Delivery, Order
from payments.chain import settled_by_payment
from payments.models import Deduction, Payment
from reconciliation.models import Account, Voucher, VoucherLine

SALES = ("invoice", "credit_note", "deposit")


def account_name(account: Account) -> str:
    return account.name_zh if account.name_zh and reads_chinese() else account.name


def entries_of(company: int, vouchers: Iterable[int]) -> dict[int, list[Entry]]:
    """Voucher → its lines as they are read."""
    found: dict[int, list[Entry]] = {}
    lines = VoucherLine.objects.filter(company=company, voucher__in=list(vouchers))
    for line in lines.select_related("account", "customer").order_by("voucher", "line_number"):
        entry = Entry(
            line.account.code,
            account_name(line.account),
            line.customer.name if line.customer else "",
            line.debit,
            line.credit,
        )
        found.setdefault(line.voucher_id, []).append(entry)
    return found


def _links(membership: Membership, vouchers: QuerySet[Voucher]) -> Iterator[Link]:
    found = list(vouchers.order_by("posted_on", "pk")[:200])
    entries = entries_of(membership.company_id, [voucher.pk for voucher in found])
    for voucher in found:
        yield Link(
            Station.VOUCHER,
            "voucher",
            voucher.number,
            voucher.posted_on,
            voucher.total,
            membership.company.currency,
            text=str(voucher.get_kind_display()),
            entries=entries.get(voucher.pk, []),
        )


def _months(membership: Membership) -> list[int]:
    """The index of a document's vouchers begins with the month."""
    months = Period.objects.filter(company=membership.company_id)
    return list(months.values_list("pk", flat=True))


def vouchers_of_invoice(membership: Membership, invoice: Invoice) -> Iterator[Link]:
    if "voucher" in hidden_kinds(membership):
        return
    deductions = Deduction.objects.filter(
        company=membership.company_id,
        item__kind__in=SALES,
        item__document_id=invoice.pk,
        item__company=membership.company_id,
    )
    keys = list(deductions.values_list("pk", flat=True))
    vouchers = Voucher.objects.seen_by(membership).filter(
        Q(period=invoice.period_id, document_kind=invoice.kind, document_id=invoice.pk)
        | Q(period__in=_months(membership), document_kind="deduction", document_id__in=keys)
    )
    yield from _links(membership, vouchers)


def vouchers_of_payment(membership: Membership, payment: Payment) -> Iterator[Link]:
    if "voucher" in hidden_kinds(membership):
        return
    vouchers = Voucher.objects.seen_by(membership).filter(
        period__in=_months(membership), document_kind="payment", document_id=payment.pk
    )
    yield from _links(membership, vouchers)


def _vouchers_of_invoices(
    membership: Membership, order: int, period: int | None = None
) -> Iterator[Link]:
    if "voucher" in hidden_kinds(membership):
        return
    numbers = [link.number for link in invoices_of(membership, order, period)]
    found = Invoice.objects.seen_by(membership).filter(number__in=numbers)
    keys = dict(found.values_list("pk", "period"))
    vouchers = Voucher.objects.seen_by(membership).filter(
        period__in=set(keys.values()), document_kind__in=SALES, document_id__in=list(keys)
    )
    yield from _links(membership, vouchers)


def vouchers_of_order(membership: Membership, order: Order) -> Iterator[Link]:
    return _vouchers_of_invoices(membership, order.pk)


def vouchers_of_delivery(membership: Membership, delivery: Delivery) -> Iterator[Link]:
    if delivery.period_id:
        yield from _vouchers_of_invoices(membership, delivery.order_id, delivery.period_id)


def document_of_voucher(membership: Membership, voucher: Voucher) -> Iterator[Link]:
    """What it books, and what that came from."""
    kind, key = voucher.document_kind, voucher.document_id
    if kind == "deduction":
        deduction = Deduction.objects.filter(company=membership.company_id, pk=key)
        (kind, key), *_rest = [*deduction.values_list("item__kind", "item__document_id")] or [
            ("", 0)
        ]
    if kind in SALES:
        seen = Invoice.objects.seen_by(membership).select_related("period")
        for invoice in seen.filter(pk=key):
            yield invoice_link(invoice)
            yield from origin_of_invoice(membership, invoice)
    elif kind == "payment":
        for payment in Payment.objects.seen_by(membership).filter(pk=key):
            yield Link(
                Station.PAYMENT,
                "payment",
                payment.reference,
                payment.received_on,
                payment.amount,
                payment.currency,
                text=str(payment.get_method_display()),
            )
            yield from settled_by_payment(membership, payment)
    else:
        number = voucher.document_number
        yield Link(Station.INVOICE, "", number, voucher.posted_on, text=_("from before the books"))


CHAIN = {
    "order": vouchers_of_order,
    "delivery": vouchers_of_delivery,
    "invoice": vouchers_of_invoice,
    "payment": vouchers_of_payment,
    "voucher": document_of_voucher,
}
