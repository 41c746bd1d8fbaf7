"""An issued invoice as its reader sees it: the same on the page and on paper.

All of it comes from what was frozen at issue, and every amount as it is stored.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from closing_site.capital_amounts import capital_amount
from closing_site.companies.models import ZeroCategory
from closing_site.fit import UPRIGHT, fitting
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
    #: What it says of itself beside the title: in China the fapiao is another document.
    disclaimer: str
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
    def lines_fit(self) -> str:
        """The class of the lines' table on paper: what it must not break fits on the page."""
        discounts = [line.discount for line in self.lines] if self.has_discounts else []
        columns = [
            [str(line.number) for line in self.lines],
            [line.quantity for line in self.lines],
            [line.unit_price for line in self.lines],
            *([discounts] if discounts else []),
            [line.net for line in self.lines],
            [line.rate for line in self.lines],
            [line.tax for line in self.lines],
            [line.gross for line in self.lines],
        ]
        return fitting(zip(*columns, strict=True), texts=2)

    @property
    def taxes_fit(self) -> str:
        rows = [(tax.net, tax.tax, tax.gross) for tax in self.taxes]
        return fitting(rows, texts=1, width=UPRIGHT * 0.58)

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
        .select_related(
            *("company", "buyer", "seller", "customer", "credits__company", "order", "period")
        )
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
        disclaimer=_("This is not a fapiao; the electronic fapiao of the tax authority holds.")
        if _is_chinese(invoice)
        else "",
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
    if _is_chinese(invoice):
        return {
            InvoiceKind.INVOICE.value: _("Sales statement"),
            InvoiceKind.CREDIT_NOTE.value: _("Credit statement"),
            InvoiceKind.DEPOSIT.value: _("Deposit statement"),
        }[invoice.kind]
    return {
        InvoiceKind.INVOICE.value: _("Invoice"),
        InvoiceKind.CREDIT_NOTE.value: _("Credit note"),
        InvoiceKind.DEPOSIT.value: _("Deposit invoice"),
    }[invoice.kind]


def _is_chinese(invoice: Invoice) -> bool:
    """Of a seller in China (ACCOUNTING 14.4), as it was when the document was issued."""
    return bool(invoice.seller and invoice.seller.country == "CN")


def _day_of_issue(invoice: Invoice) -> date:
    """The day on which it was issued by the seller's clock; not the date that it is posted under
    (ACCOUNTING 10.2)."""
    # Invariant 1: an issued document has both.
    assert invoice.issued_on
    if invoice.issued_at is None:
        return invoice.issued_on
    return invoice.issued_at.astimezone(ZoneInfo(invoice.company.time_zone)).date()


def _order_of(line: InvoiceLine) -> Order | None:
    of_order = line.order_line or (line.credited_line and line.credited_line.order_line)
    order: Order | None = of_order.order if of_order else None
    return order


def _facts(invoice: Invoice, orders: list[Order]) -> Iterator[tuple[str, str]]:
    yield _("Document number") if _is_chinese(invoice) else _("Number"), invoice.number or ""
    issued = _("Date of the statement") if _is_chinese(invoice) else _("Date of issue")
    yield issued, written_day(_day_of_issue(invoice))
    if invoice.credits:
        day = written_day(_day_of_issue(invoice.credits))
        of_day = {"number": invoice.credits.number, "day": day}
        yield _("Credits invoice"), _("%(number)s of %(day)s") % of_day
    yield _("Date of supply"), written_day(invoice.supplied_on)
    if invoice.issued_on and invoice.issued_on != _day_of_issue(invoice):
        yield _("Accounting date"), written_day(invoice.issued_on)
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
