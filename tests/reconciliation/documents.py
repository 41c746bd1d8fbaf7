"""Documents for tests as runs write them: lines before headers, amounts as given."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count

from django.db import transaction
from django.utils import timezone

from closing_site.companies.models import Company
from closing_site.customers.models import Customer, OpenItem
from closing_site.periods.actions import ensure_periods
from closing_site.periods.models import Period
from invoicing.models import (
    Invoice,
    InvoiceLine,
    InvoiceTax,
    NumberSeries,
    PartySnapshot,
)
from orders.models import OrderLine, Product
from payments.models import Payment

#: Keys handed out ahead of their rows, far from the sequences' own.
KEYS = count(1_000_000)


@dataclass
class Documents:
    company: Company
    names: dict[str, Customer] = field(default_factory=dict)

    def customer(self, code: str) -> Customer:
        if code not in self.names:
            self.names[code] = Customer.objects.create(
                company=self.company, code=code, name=f"Customer {code}"
            )
        return self.names[code]

    def period(self, day: date) -> Period:
        ensure_periods(self.company, day)
        return Period.objects.get(company=self.company, starts_on__lte=day, ends_on__gte=day)

    @transaction.atomic
    def invoice(
        self,
        customer: str,
        day: date,
        net: str,
        tax: str = "0",
        *,
        rate: str = "1",
        currency: str = "EUR",
        due_on: date | None = None,
        credits: Invoice | None = None,
        order_line: OrderLine | None = None,
        quantity: str = "1",
        sku: str = "THING",
        percent: str = "0",
    ) -> Invoice:
        """An issued invoice of one line; with negative amounts a credit note of ``credits``."""
        kind = "credit_note" if credits else "invoice"
        period, key = self.period(day), next(KEYS)
        amounts = _amounts(Decimal(net), Decimal(tax), Decimal(rate))
        of_lines = {name: value for name, value in amounts.items() if "gross" not in name}
        credited = credits.lines.get() if credits else None
        if credited:
            percent = str(credited.tax_rate)
        InvoiceLine.objects.create(
            company=self.company,
            invoice_id=key,
            period=period,
            line_number=1,
            order_line=order_line,
            credited_line=credited,
            sku=sku,
            quantity=Decimal(quantity),
            unit_price=Decimal(net) / Decimal(quantity),
            unit_cost=Product.objects.filter(company=self.company, sku=sku)
            .values_list("unit_cost", flat=True)
            .first(),
            discount_percent=0,
            tax_category="standard" if Decimal(percent) else "zero_rated",
            tax_rate=Decimal(percent),
            **of_lines,
        )
        InvoiceTax.objects.create(
            company=self.company,
            invoice_id=key,
            period=period,
            category="standard" if Decimal(percent) else "zero_rated",
            rate=Decimal(percent),
            **of_lines,
        )
        series = self._next(kind, period, day)
        party, _ = PartySnapshot.objects.get_or_create(company=self.company, digest="x", name="x")
        invoice = Invoice.objects.create(
            id=key,
            company=self.company,
            kind=kind,
            status="issued",
            period=period,
            series=series,
            sequence_number=series.last_number,
            number=f"{kind}-{period.code}-{series.last_number}",
            customer=self.customer(customer),
            credits=credits,
            currency=currency,
            exchange_rate=Decimal(rate),
            prices_include_tax=False,
            supplied_on=day,
            posted_on=day,
            issued_on=day,
            issued_at=timezone.now(),
            due_on=due_on or day,
            buyer=party,
            seller=party,
            **amounts,
        )
        self._item(
            "credit" if credits else "debit",
            kind,
            key,
            invoice.number or "",
            customer,
            day,
            currency,
            abs(invoice.gross),
            abs(invoice.base_gross),
            due_on=None if credits else (due_on or day),
        )
        return invoice

    @transaction.atomic
    def payment(
        self,
        customer: str | None,
        day: date,
        amount: str,
        *,
        rate: str = "1",
        currency: str = "EUR",
        method: str = "bank_transfer",
    ) -> Payment:
        """Money received, or with a negative amount refunded."""
        payment = Payment.objects.create(
            company=self.company,
            reference=f"P{next(KEYS)}",
            customer=self.customer(customer) if customer else None,
            period=self.period(day),
            received_on=day,
            posted_on=day,
            method=method,
            currency=currency,
            exchange_rate=Decimal(rate),
            amount=Decimal(amount),
            base_amount=round(Decimal(amount) * Decimal(rate), 2),
        )
        if customer:
            self._item(
                "credit" if payment.amount > 0 else "debit",
                "payment" if payment.amount > 0 else "refund",
                payment.pk,
                payment.reference,
                customer,
                day,
                currency,
                abs(payment.amount),
                abs(payment.base_amount),
            )
        return payment

    def opening(self, customer: str, kind: str, amount: str, issued_on: date) -> OpenItem:
        """An item of before the books: ``opening_invoice`` and so on."""
        return self._item(
            "debit" if kind == "opening_invoice" else "credit",
            kind,
            0,
            f"O{next(KEYS)}",
            customer,
            self.company.first_day,
            "EUR",
            Decimal(amount),
            Decimal(amount),
            issued_on=issued_on,
        )

    def _item(
        self,
        side: str,
        kind: str,
        document: int,
        number: str,
        customer: str,
        day: date,
        currency: str,
        amount: Decimal,
        base_amount: Decimal,
        due_on: date | None = None,
        issued_on: date | None = None,
    ) -> OpenItem:
        return OpenItem.objects.create(
            company=self.company,
            customer=self.customer(customer),
            period=self.period(day),
            side=side,
            kind=kind,
            document_id=document,
            number=number,
            currency=currency,
            amount=amount,
            base_amount=base_amount,
            issued_on=issued_on or day,
            due_on=due_on,
            posted_on=day,
        )

    def _next(self, kind: str, period: Period, day: date) -> NumberSeries:
        series, _ = NumberSeries.objects.get_or_create(
            company=self.company, kind=kind, period=period, code=f"{kind}-{period.code}"
        )
        series.last_number += 1
        series.last_issued_on = day
        series.save()
        return series


def _amounts(net: Decimal, tax: Decimal, rate: Decimal) -> dict[str, Decimal]:
    gross = net + tax
    base_gross, base_tax = round(gross * rate, 2), round(tax * rate, 2)
    return {
        "net": net,
        "tax": tax,
        "gross": gross,
        "base_net": base_gross - base_tax,
        "base_tax": base_tax,
        "base_gross": base_gross,
    }
