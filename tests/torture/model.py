"""An independent model of a company's sales: what invoices, balances and advances must be.

Written from the rules alone (ACCOUNTING, CONTRACT), in plain Python over Decimal, sharing no code
with the program. It is told the same facts as the program's files, month by month.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
DIGITS = {"CNY": 2, "USD": 2, "JPY": 0, "KWD": 3}


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


@dataclass
class Line:
    number: int
    sku: str
    kind: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    rate: Decimal
    invoiced: Decimal = ZERO
    net: Decimal = ZERO
    tax: Decimal = ZERO

    def upto(
        self, quantity: Decimal, *, includes_tax: bool, digits: int
    ) -> tuple[Decimal, Decimal]:
        """Net and tax of this much of it."""
        amount = rounded(quantity * self.price * (100 - self.discount) / 100, digits)
        if includes_tax:
            net = rounded(amount * 100 / (100 + self.rate), digits)
            return net, amount - net
        return amount, rounded(amount * self.rate / 100, digits)


@dataclass
class Delivery:
    day: date
    #: Line → quantity; None for the whole order.
    lines: dict[int, Decimal] | None
    posted_on: date | None = None


@dataclass
class Order:
    number: str
    customer: str
    currency: str
    includes_tax: bool
    ordered_on: date
    lines: list[Line]
    deliveries: list[Delivery] = field(default_factory=list)
    is_cancelled: bool = False
    #: A person's word that it waits.
    is_deferred: bool = False

    @property
    def sort_key(self) -> tuple[str, int]:
        return self.number.rstrip("0123456789"), int("".join(filter(str.isdigit, self.number)))

    def rest(self) -> dict[int, Decimal]:
        """What is not delivered yet, by line; of goods alone."""
        left = {line.number: line.quantity for line in self.lines if line.kind == "goods"}
        for delivery in self.deliveries:
            if delivery.lines is None:
                return {}
            for number, quantity in delivery.lines.items():
                left[number] -= quantity
        return {number: quantity for number, quantity in left.items() if quantity}


@dataclass
class Invoice:
    number: str
    order: str
    customer: str
    currency: str
    supplied_on: date
    issued_on: date
    posted_on: date
    net: Decimal
    tax: Decimal
    open: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


@dataclass
class Payment:
    reference: str
    customer: str
    currency: str
    day: date
    amount: Decimal
    order: str = ""
    memo: str = ""
    #: Of a refund: the payment given back.
    refund_of: str = ""
    kind: str = ""
    posted_on: date | None = None
    unapplied: Decimal = ZERO
    #: Invoice and amount, newest last.
    allocations: list[tuple[Invoice, Decimal]] = field(default_factory=list)


@dataclass
class Flows:
    """Of a customer and currency in one month."""

    opening: Decimal = ZERO
    invoiced: Decimal = ZERO
    allocated: Decimal = ZERO
    advances_opening: Decimal = ZERO
    received: Decimal = ZERO
    refunded: Decimal = ZERO
    placed: Decimal = ZERO

    @property
    def closing(self) -> Decimal:
        return self.opening + self.invoiced - self.allocated

    @property
    def advances_closing(self) -> Decimal:
        return self.advances_opening + self.received - self.refunded - self.placed


class Model:
    """The books of one company, month after month. Orders and payments are told as they come."""

    def __init__(self, currency: str, first_day: date) -> None:
        self.currency = currency
        self.first_open = first_day
        self.orders: dict[str, Order] = {}
        self.payments: dict[str, Payment] = {}
        self.invoices: dict[str, Invoice] = {}
        self.months: dict[str, dict[tuple[str, str], Flows]] = {}
        self._last: dict[str, tuple[int, date]] = {}
        self._undone: set[tuple[str, str]] = set()

    def close(self, first: date) -> None:
        """Bill and match what is known by the end of the month that begins on this day."""
        last = _end(first)
        self._bill(first, last)
        self._match(first, last)
        self.first_open = last + timedelta(days=1)

    def reopen(self, first: date) -> None:
        self.first_open = first

    def flows(self, month: str) -> dict[tuple[str, str], Flows]:
        """Customer and currency → the month's flows, with what earlier months left."""
        found: dict[tuple[str, str], Flows] = defaultdict(Flows)
        for code in sorted(self.months):
            if code > month:
                break
            carried = {key: (f.closing, f.advances_closing) for key, f in found.items()}
            found = defaultdict(Flows)
            for key, (closing, advances) in carried.items():
                found[key].opening, found[key].advances_opening = closing, advances
            for key, flow in self.months[code].items():
                for name in ("invoiced", "allocated", "received", "refunded", "placed"):
                    setattr(found[key], name, getattr(flow, name))
        return {key: f for key, f in found.items() if any(vars(f).values())}

    def open_invoices(self) -> list[Invoice]:
        return [invoice for invoice in self.invoices.values() if invoice.open]

    def _flow(self, day: date, customer: str, currency: str) -> Flows:
        month = self.months.setdefault(f"{day:%Y-%m}", defaultdict(Flows))
        return month[customer, currency]

    # Billing

    def _bill(self, first: date, last: date) -> None:
        drafts = []
        for order in self.orders.values():
            if order.is_cancelled or order.is_deferred:
                continue
            fresh = [d for d in order.deliveries if d.posted_on is None and d.day <= last]
            for delivery in fresh:
                delivery.posted_on = max(delivery.day, self.first_open)
            if fresh:
                net, tax = self._bill_lines(order)
                supplied = max(d.day for d in fresh)
                posted = max(d.posted_on for d in fresh if d.posted_on)
                drafts.append((supplied, order.sort_key, order, posted, net, tax))
        month = f"{first:%Y-%m}"
        self.months.setdefault(month, defaultdict(Flows))
        number, issued = self._last.get(month, (0, first))
        for supplied, _key, order, posted, net, tax in sorted(drafts, key=lambda each: each[:2]):
            number, issued = number + 1, max(issued, posted)
            made = Invoice(
                number=f"INV-{month}-{number:05}",
                order=order.number,
                customer=order.customer,
                currency=order.currency,
                supplied_on=supplied,
                issued_on=issued,
                posted_on=issued,
                net=net,
                tax=tax,
            )
            made.open = made.gross
            self.invoices[made.number] = made
            self._flow(first, order.customer, order.currency).invoiced += made.gross
        self._last[month] = number, issued

    def _bill_lines(self, order: Order) -> tuple[Decimal, Decimal]:
        """Net and tax of what is confirmed and not billed yet."""
        digits = DIGITS[order.currency]
        due = {line.number: self._due(order, line) for line in order.lines}
        net = tax = ZERO
        for line in order.lines:
            if line.kind == "discount":
                continue
            upto = line.upto(due[line.number], includes_tax=order.includes_tax, digits=digits)
            net, tax = net + upto[0] - line.net, tax + upto[1] - line.tax
            line.invoiced, (line.net, line.tax) = due[line.number], upto
        for line in order.lines:
            if line.kind == "discount":
                upto = self._discount_upto(order, line, digits)
                net, tax = net + upto[0] - line.net, tax + upto[1] - line.tax
                line.net, line.tax = upto
        return net, tax

    def _discount_upto(self, order: Order, line: Line, digits: int) -> tuple[Decimal, Decimal]:
        """ACCOUNTING 2.3: discount × net billed so far ÷ net of all goods of its rate."""
        base = [o for o in order.lines if o.kind == "goods" and o.rate == line.rate]
        base = base or [o for o in order.lines if o.kind == "goods"]
        whole = sum(
            (o.upto(o.quantity, includes_tax=order.includes_tax, digits=digits)[0] for o in base),
            ZERO,
        )
        so_far = sum((o.net for o in base), ZERO)
        if so_far == whole:
            return line.upto(line.quantity, includes_tax=order.includes_tax, digits=digits)
        amount = rounded(line.quantity * line.price * (100 - line.discount) / 100, digits)
        part = rounded(amount * so_far / whole, digits)
        if order.includes_tax:
            net = rounded(part * 100 / (100 + line.rate), digits)
            return net, part - net
        return part, rounded(part * line.rate / 100, digits)

    @staticmethod
    def _due(order: Order, line: Line) -> Decimal:
        """Confirmed quantity."""
        confirmed = [d for d in order.deliveries if d.posted_on]
        if any(d.lines is None for d in confirmed):
            return line.quantity
        if line.kind == "goods":
            return sum((d.lines.get(line.number, ZERO) for d in confirmed if d.lines), ZERO)
        return line.quantity if confirmed else ZERO

    # Money

    def _match(self, first: date, last: date) -> None:
        known = sorted(
            (p for p in self.payments.values() if p.day <= last), key=lambda p: (p.day, p.reference)
        )
        refunds = [p for p in known if p.amount < 0 and p.posted_on is None]
        for payment in known:
            if payment.posted_on is None:
                payment.posted_on = max(payment.day, self.first_open)
                flow = self._flow(payment.posted_on, payment.customer, payment.currency)
                flow.received += max(payment.amount, ZERO)
                flow.refunded += max(-payment.amount, ZERO)
                payment.unapplied = max(payment.amount, ZERO)
        for payment in known:
            if payment.order:
                for invoice in self.invoices.values():
                    if (invoice.order, invoice.customer) == (payment.order, payment.customer):
                        self._allocate(payment, invoice, first)
        for refund in refunds:
            self._give_back(refund)
        for payment in known:
            if payment.unapplied and payment.order not in self.orders:
                exact = [
                    i
                    for i in self.open_invoices()
                    if (i.customer, i.currency) == (payment.customer, payment.currency)
                    and i.open == payment.unapplied
                ]
                if len(exact) == 1:
                    self._allocate(payment, exact[0], first)

    def _allocate(self, payment: Payment, invoice: Invoice, first: date) -> None:
        amount = min(payment.unapplied, invoice.open)
        if not amount or (payment.reference, invoice.number) in self._undone:
            return
        payment.unapplied -= amount
        invoice.open -= amount
        payment.allocations.append((invoice, amount))
        flow = self._flow(first, payment.customer, payment.currency)
        flow.allocated += amount
        flow.placed += amount

    def _give_back(self, refund: Payment) -> None:
        """ACCOUNTING 5: a bounce takes back allocations first, a refund what is unapplied."""
        payment = self.payments[refund.refund_of]
        left = -refund.amount
        assert refund.posted_on
        if refund.kind != "bounce":
            taken = min(left, payment.unapplied)
            payment.unapplied -= taken
            left -= taken
        while left and payment.allocations:
            invoice, amount = payment.allocations.pop()
            taken = min(left, amount)
            if amount > taken:
                payment.allocations.append((invoice, amount - taken))
            self._undone.add((payment.reference, invoice.number))
            invoice.open += taken
            left -= taken
            flow = self._flow(refund.posted_on, payment.customer, payment.currency)
            flow.allocated -= taken
            flow.placed -= taken
        payment.unapplied -= left


def _end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
