"""An issued invoice as its reader sees it: the same on the page and on paper.

All of it comes from what was frozen at issue, and every amount as it is stored.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from closing_site.capital_amounts import capital_amount
from closing_site.companies.models import ZeroCategory
from closing_site.pages.formats import money_text, number_text, percent_text
from closing_site.written import written_day, written_price
from invoicing.models import Invoice, InvoiceKind, InvoiceLine, InvoiceTax, PartySnapshot
from orders.models import Order


@dataclass(frozen=True)
class Line:
    number: int
    #: Of the order that it bills, where the document bills several and this is the first of it.
    order: str
    sku: str
    description: str
    quantity: str
    unit: str
    unit_price: str
    discount: str
    net: str
    rate: str
    tax: str
    gross: str


@dataclass(frozen=True)
class Tax:
    """``reason`` says why a rate is zero."""

    rate: str
    reason: str
    net: str
    tax: str
    gross: str


@dataclass(frozen=True)
class Document:
    """What is written on an invoice or credit note. Amounts are signed as they are stored."""

    invoice: Invoice
    title: str
    seller: PartySnapshot
    buyer: PartySnapshot
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    has_discounts: bool
    taxes: tuple[Tax, ...]
    net: str
    tax: str
    gross: str
    capitals: str
    base: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    @property
    def is_credit_note(self) -> bool:
        return self.invoice.kind == InvoiceKind.CREDIT_NOTE

    @property
    def columns(self) -> int:
        return 9 if self.has_discounts else 8

    @property
    def due_on(self) -> str:
        due = self.invoice.due_on
        return written_day(due) if due and not self.is_credit_note else ""


def document(invoice: Invoice) -> Document:
    return next(documents([invoice.pk], company=invoice.company_id))


def documents(invoices: Sequence[int], *, company: int) -> Iterator[Document]:
    """The issued ones of these, by number; a handful of statements however many they are."""
    found = (
        Invoice.objects.filter(company=company, pk__in=invoices, number__isnull=False)
        .select_related("company", "buyer", "seller", "customer", "credits", "order", "period")
        .prefetch_related("taxes")
        .order_by("pk")
    )
    lines: dict[int, list[InvoiceLine]] = {}
    for line in InvoiceLine.objects.filter(company=company, invoice__in=invoices).select_related(
        "order_line__order", "credited_line__order_line__order"
    ):
        lines.setdefault(line.invoice_id, []).append(line)
    for invoice in found:
        own = sorted(lines.get(invoice.pk, []), key=lambda line: line.line_number)
        yield _document(invoice, own)


def _document(invoice: Invoice, lines: list[InvoiceLine]) -> Document:
    # Law 1: an issued document has both.
    assert invoice.buyer
    assert invoice.seller
    currency = invoice.currency
    orders = list(dict.fromkeys(order for line in lines if (order := _order_of(line))))
    return Document(
        invoice=invoice,
        title=_title(invoice),
        seller=invoice.seller,
        buyer=invoice.buyer,
        facts=tuple(_facts(invoice, orders)),
        lines=tuple(_lines(lines, currency, are_grouped=len(orders) > 1)),
        has_discounts=any(line.discount_percent for line in lines),
        taxes=tuple(_taxes(invoice.taxes.all(), currency)),
        net=money_text(invoice.net, currency),
        tax=money_text(invoice.tax, currency),
        gross=money_text(invoice.gross, currency),
        capitals=capital_amount(invoice.gross, currency),
        base=tuple(_base(invoice)),
        notes=tuple(_notes(invoice)),
    )


def _title(invoice: Invoice) -> str:
    return {
        InvoiceKind.INVOICE.value: _("Invoice"),
        InvoiceKind.CREDIT_NOTE.value: _("Credit note"),
        InvoiceKind.DEPOSIT.value: _("Deposit invoice"),
    }[invoice.kind]


def _order_of(line: InvoiceLine) -> Order | None:
    of_order = line.order_line or (line.credited_line and line.credited_line.order_line)
    order: Order | None = of_order.order if of_order else None
    return order


def _facts(invoice: Invoice, orders: list[Order]) -> Iterator[tuple[str, str]]:
    yield _("Number"), invoice.number or ""
    if invoice.issued_on:
        yield _("Date of issue"), written_day(invoice.issued_on)
    if invoice.credits and invoice.credits.issued_on:
        of_day = {"number": invoice.credits.number, "day": written_day(invoice.credits.issued_on)}
        yield _("Credits invoice"), _("%(number)s of %(day)s") % of_day
    yield _("Date of supply"), written_day(invoice.supplied_on)
    if invoice.due_on and invoice.kind != InvoiceKind.CREDIT_NOTE:
        yield _("Due on"), written_day(invoice.due_on)
    yield _("Customer number"), invoice.customer.code
    if len(orders) == 1:
        yield _("Sales order"), orders[0].number
    references = dict.fromkeys(order.customer_reference for order in orders)
    if written := ", ".join(reference for reference in references if reference):
        yield _("Your reference"), written
    yield _("Currency"), invoice.currency


def _lines(lines: list[InvoiceLine], currency: str, *, are_grouped: bool) -> Iterator[Line]:
    before = ""
    for line in lines:
        order = _order_of(line) if are_grouped else None
        number = order.number if order else ""
        yield Line(
            number=line.line_number,
            order=number if number != before else "",
            sku=line.sku,
            description=line.description,
            quantity=number_text(line.quantity),
            unit=line.unit,
            unit_price=written_price(line.unit_price, currency),
            discount=percent_text(line.discount_percent) if line.discount_percent else "",
            net=money_text(line.net, currency),
            rate=percent_text(line.tax_rate),
            tax=money_text(line.tax, currency),
            gross=money_text(line.net + line.tax, currency),
        )
        before = number


def _taxes(taxes: Iterable[InvoiceTax], currency: str) -> Iterator[Tax]:
    for tax in sorted(taxes, key=lambda tax: (-tax.rate, tax.category)):
        is_zero = not tax.rate
        yield Tax(
            rate=percent_text(tax.rate),
            reason=_reason(tax) if is_zero else "",
            net=money_text(tax.net, currency),
            tax=money_text(tax.tax, currency),
            gross=money_text(tax.net + tax.tax, currency),
        )


def _reason(tax: InvoiceTax) -> str:
    category = str(dict(ZeroCategory.choices).get(tax.category, tax.category))
    return f"{category}: {tax.reason}" if tax.reason else category


def _base(invoice: Invoice) -> Iterator[tuple[str, str]]:
    """The amounts in the seller's books, where the document is in another currency."""
    base = invoice.company.currency
    if invoice.currency == base:
        return
    pair = {"rate": number_text(invoice.exchange_rate), "base": base, "one": invoice.currency}
    yield _("Exchange rate"), _("1 %(one)s = %(rate)s %(base)s") % pair
    for title, amount in (
        (_("Net in %(currency)s"), invoice.base_net),
        (_("Tax in %(currency)s"), invoice.base_tax),
        (_("Total in %(currency)s"), invoice.base_gross),
    ):
        yield title % {"currency": base}, money_text(amount, base)


def _notes(invoice: Invoice) -> Iterator[str]:
    if invoice.prices_include_tax:
        yield _("Unit prices include tax.")
    if invoice.kind == InvoiceKind.CREDIT_NOTE and invoice.credits:
        number = {"number": invoice.credits.number}
        yield _("This credit note reverses what it lists of invoice %(number)s.") % number
    if invoice.kind == InvoiceKind.DEPOSIT:
        yield _("A deposit: the final invoice deducts it.")
