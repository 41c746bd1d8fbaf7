"""Random months of a company: orders, deliveries, payments, refunds, holds and reopenings.

Each month becomes exchange files for the program, and the same facts for the model.
"""

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tests.torture.model import (
    DIGITS,
    ZERO,
    Delivery,
    Invoice,
    Line,
    Model,
    Order,
    Payment,
    rounded,
)

CUSTOMERS = {"ALFA": "CNY", "BETA": "USD", "GAMA": "JPY", "DELT": "KWD", "EPSI": "CNY"}
#: Base currency per unit, on the first of each month; times a little each time.
RATES = {"CNY": Decimal(1), "USD": Decimal("7.1"), "JPY": Decimal("0.047"), "KWD": Decimal("23.1")}
TAX = [Decimal(13), Decimal(9), Decimal(6), Decimal(0)]
HEADERS = {
    "customers": "code name tax_id email phone address city region postal_code country currency"
    " payment_terms_days",
    "products": "sku name category kind unit tax_rate",
    "exchange_rates": "date currency rate",
    "orders": "number customer_code order_date delivered_on status currency prices_include_tax",
    "order_lines": "order_number line_number sku quantity unit_price discount_percent tax_rate",
    "deliveries": "order_number line_number delivered_on quantity",
    "payments": "reference customer_code received_on amount currency method order_number memo"
    " refund_of refund_kind",
}


@dataclass
class Files:
    rows: dict[str, list[list[object]]] = field(default_factory=dict)

    def add(self, name: str, *row: object) -> None:
        self.rows.setdefault(name, []).append(list(row))

    def texts(self) -> dict[str, str]:
        found = {}
        for name, rows in self.rows.items():
            text = io.StringIO()
            csv.writer(text).writerows([HEADERS[name].split(), *rows])
            found[name] = text.getvalue()
        return found


class Story:
    """Makes up what happens; the same seed makes up the same."""

    def __init__(self, seed: int, first_day: date) -> None:
        self.random = random.Random(seed)  # noqa: S311 (a test's)
        self.currency = self.random.choice([*DIGITS])
        self.model = Model(self.currency, first_day)
        self._orders = 0
        self._payments = 0

    def parties(self) -> Files:
        files = Files()
        for code, currency in CUSTOMERS.items():
            files.add("customers", code, code.title(), f"T{code}", f"{code}@example.com", "1",
                      "Road 1", "Town", "R", "1000", "CN", currency, 30)  # fmt: skip
        for sku, kind in (("TEA", "goods"), ("CUP", "goods"), ("FREIGHT", "charge")):
            files.add("products", sku, sku.title(), "All", kind, "box", 13)
        files.add("products", "REBATE", "Rebate", "All", "", "box", 13)
        return files

    def month(self, first: date, *, late: bool = False) -> Files:
        """What becomes known while this month is open; ``late``: after it was reopened."""
        files, days = Files(), (_next(first) - first).days
        if not late:
            self._rates(files, first)
        for _ in range(self.random.randint(0, 2) if late else self.random.randint(3, 9)):
            self._order(files, first, days)
        for order in list(self.model.orders.values()):
            if order.rest() and order.deliveries and self.random.random() < 0.5:
                self._deliver_part(files, order, self._day(first, days))
        for invoice in self.model.open_invoices():
            if self.random.random() < 0.5:
                self._pay_invoice(files, invoice, self._day(first, days))
        for order in list(self.model.orders.values())[-6:]:
            if self.random.random() < 0.3 and not order.is_cancelled:
                self._receive(files, order.customer, order.currency, self._day(first, days),
                              self._amount(order.currency), order.number)  # fmt: skip
        for payment in list(self.model.payments.values()):
            if payment.amount > 0 and payment.posted_on and self.random.random() < 0.1:
                self._give_back(files, payment, self._day(first, days))
        return files

    def holds(self) -> tuple[list[Order], list[Order]]:
        """Orders that a person defers now, and those that a person releases."""
        deferred, released = [], []
        for order in self.model.orders.values():
            if order.is_deferred:
                if self.random.random() < 0.4:
                    released.append(order)
                    order.is_deferred = False
            elif (
                self.random.random() < 0.15
                and not order.is_cancelled
                and not (order.deliveries and all(d.posted_on for d in order.deliveries))
            ):
                deferred.append(order)
                order.is_deferred = True
        return deferred, released

    def _rates(self, files: Files, first: date) -> None:
        for currency, rate in RATES.items():
            if currency != self.currency:
                base = rate / RATES[self.currency]
                moved = base * (100 + self.random.randint(-300, 300) / Decimal(100)) / 100
                files.add("exchange_rates", first, currency, rounded(moved, 6))

    def _order(self, files: Files, first: date, days: int) -> None:
        self._orders += 1
        customer = self.random.choice([*CUSTOMERS])
        day = self._day(first, days)
        order = Order(
            *(f"SO-{self._orders}", customer, CUSTOMERS[customer]),
            *(self.random.random() < 0.4, day, self._lines(CUSTOMERS[customer])),
        )
        fate = self.random.random()
        whole = late_day = None
        if fate < 0.55:
            whole = min(day + timedelta(days=self.random.randint(0, 40)), _next(first, 2))
            order.deliveries.append(Delivery(whole, None))
        elif fate < 0.62:
            order.is_cancelled = True
        status = "cancelled" if order.is_cancelled else "delivered" if whole else "open"
        files.add("orders", order.number, customer, day, whole or late_day or "", status,
                  order.currency, int(order.includes_tax))  # fmt: skip
        for line in order.lines:
            files.add("order_lines", order.number, line.number, line.sku, line.quantity,
                      line.price, line.discount, line.rate)  # fmt: skip
        self.model.orders[order.number] = order
        if not whole and not order.is_cancelled and self.random.random() < 0.8:
            self._deliver_part(files, order, self._day(first, days))

    def _lines(self, currency: str) -> list[Line]:
        made = []
        goods = self.random.randint(1, 3)
        for number in range(1, goods + 1):
            made.append(
                Line(
                    *(number, self.random.choice(["TEA", "CUP"]), "goods"),
                    Decimal(self.random.randint(1, 12)),
                    rounded(Decimal(self.random.randint(100, 99999)) / 100, 2),
                    *(Decimal(self.random.choice([0, 0, 5, 10])), self.random.choice(TAX)),
                )
            )
        if self.random.random() < 0.3:
            price = Decimal(self.random.randint(100, 5000)) / 100
            made.append(Line(goods + 1, "FREIGHT", "charge", Decimal(1), price, ZERO, made[0].rate))
        if self.random.random() < 0.25:
            least = min(line.quantity * line.price for line in made[:goods])
            price = -rounded(least / 5, 2)
            rate = made[0].rate
            made.append(Line(len(made) + 1, "REBATE", "discount", Decimal(1), price, ZERO, rate))
        return made

    def _deliver_part(self, files: Files, order: Order, day: date) -> None:
        rest = order.rest()
        order_day = max(day, order.ordered_on)
        part = {
            number: Decimal(self.random.randint(1, int(quantity)))
            for number, quantity in rest.items()
            if self.random.random() < 0.7
        }
        if not part:
            return
        known = {d.day for d in order.deliveries}
        while order_day in known:
            order_day += timedelta(days=1)
        if f"{order_day:%Y-%m}" != f"{day:%Y-%m}":
            return
        order.deliveries.append(Delivery(order_day, part))
        for number, quantity in part.items():
            files.add("deliveries", order.number, number, order_day, quantity)

    def _pay_invoice(self, files: Files, invoice: Invoice, day: date) -> None:
        how = self.random.random()
        amount = invoice.open
        if how < 0.2:
            amount = rounded(amount / 3, DIGITS[invoice.currency]) or amount
        elif how < 0.3:
            amount += self._amount(invoice.currency)
        names = invoice.order if how < 0.7 else ""
        self._receive(files, invoice.customer, invoice.currency, max(day, invoice.supplied_on),
                      amount, names)  # fmt: skip

    def _receive(
        self, files: Files, customer: str, currency: str, day: date, amount: Decimal, order: str
    ) -> None:
        self._payments += 1
        payment = Payment(f"P{self._payments:05}", customer, currency, day, amount, order)
        self.model.payments[payment.reference] = payment
        files.add("payments", payment.reference, customer, day, amount, currency,
                  "bank_transfer", order, "", "", "")  # fmt: skip

    def _give_back(self, files: Files, payment: Payment, day: date) -> None:
        given = sum(
            (-p.amount for p in self.model.payments.values() if p.refund_of == payment.reference),
            ZERO,
        )
        left = payment.amount - given
        if left <= 0:
            return
        kind = self.random.choice(["bounce", "refund"])
        amount = left
        if self.random.random() < 0.4:
            amount = rounded(left / 2, DIGITS[payment.currency])
        elif kind == "refund" and payment.unapplied:
            amount = min(left, payment.unapplied)
        if not amount:
            return
        self._payments += 1
        refund = Payment(
            reference=f"R{self._payments:05}",
            customer=payment.customer,
            currency=payment.currency,
            day=max(day, payment.day),
            amount=-amount,
            refund_of=payment.reference,
            kind=kind,
        )
        self.model.payments[refund.reference] = refund
        files.add("payments", refund.reference, refund.customer, refund.day, refund.amount,
                  refund.currency, "bank_transfer", "", "", payment.reference, kind)  # fmt: skip

    def _day(self, first: date, days: int) -> date:
        return first + timedelta(days=self.random.randrange(days))

    def _amount(self, currency: str) -> Decimal:
        return rounded(
            Decimal(self.random.randint(1000, 99999)) / 100, DIGITS[currency]
        ) or Decimal(1)


def _next(first: date, months: int = 1) -> date:
    for _ in range(months):
        first = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first
