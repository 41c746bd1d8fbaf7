"""Small books for tests: documents as runs write them, lines before headers, amounts as given."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count

from django.db import transaction
from django.utils import timezone

from closing_site.companies.actions import create_company
from closing_site.companies.models import Company, User
from closing_site.customers.models import Customer, OpenItem
from closing_site.periods.actions import ensure_periods
from closing_site.periods.models import Period, PeriodStatus, Seal
from invoicing.models import (
    Invoice,
    InvoiceLine,
    InvoiceTax,
    NumberSeries,
    PartySnapshot,
)
from orders.models import OrderLine, Product
from payments.models import Allocation, Deduction, Payment
from reconciliation.models import Account, Voucher, VoucherLine

ZERO = Decimal(0)
#: Keys handed out ahead of their rows, far from the sequences' own.
_keys = count(1_000_000)


@dataclass
class Books:
    company: Company
    names: dict[str, Customer] = field(default_factory=dict)

    @classmethod
    def begin(cls, first_day: date, currency: str = "EUR", code: str = "TEST") -> "Books":
        company = create_company(
            code=code,
            name="Test",
            currency=currency,
            country="DE",
            first_day=first_day,
            by="test",
        )
        return cls(company)

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
        period, key = self.period(day), next(_keys)
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
            reference=f"P{next(_keys)}",
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
            f"O{next(_keys)}",
            customer,
            self.company.first_day,
            "EUR",
            Decimal(amount),
            Decimal(amount),
            issued_on=issued_on,
        )

    def set_off(
        self,
        credit: Payment | Invoice | OpenItem,
        debit: Payment | Invoice | OpenItem,
        day: date,
        amount: str,
        *,
        base_debit: str = "",
        base_credit: str = "",
        reverses: Allocation | None = None,
    ) -> Allocation:
        debit_item, credit_item = self.item(debit), self.item(credit)
        return Allocation.objects.create(
            company=self.company,
            customer_id=debit_item.customer_id,
            period=self.period(day),
            posted_on=day,
            debit_item=debit_item,
            credit_item=credit_item,
            debit_amount=Decimal(amount),
            credit_amount=Decimal(amount),
            base_debit=Decimal(base_debit or amount),
            base_credit=Decimal(base_credit or amount),
            rule="manual",
            reverses=reverses,
        )

    def deduct(self, invoice: Invoice, day: date, amount: str, reason: str) -> Deduction:
        item = self.item(invoice)
        return Deduction.objects.create(
            company=self.company,
            customer_id=item.customer_id,
            period=self.period(day),
            posted_on=day,
            recorded_on=day,
            item=item,
            reason=reason,
            amount=Decimal(amount),
            base_amount=Decimal(amount),
        )

    @transaction.atomic
    def voucher(self, day: date, *lines: tuple[str, str | None, str]) -> Voucher:
        """(role of the account, customer's code, amount in base currency, a debit positive)."""
        period, key = self.period(day), next(_keys)
        for number, (role, code, amount) in enumerate(lines, 1):
            account, _ = Account.objects.get_or_create(
                company=self.company, role=role, defaults={"code": role, "name": role}
            )
            VoucherLine.objects.create(
                company=self.company,
                voucher_id=key,
                period=period,
                line_number=number,
                account=account,
                customer=self.customer(code) if code else None,
                currency="EUR",
                amount=Decimal(amount),
                debit=max(Decimal(amount), ZERO),
                credit=max(-Decimal(amount), ZERO),
            )
        series = self._next("voucher_transfer", period, day)
        return Voucher.objects.create(
            id=key,
            company=self.company,
            period=period,
            kind="transfer",
            series=series,
            sequence_number=series.last_number,
            number=f"V{series.last_number}",
            posted_on=day,
            document_kind="test",
            document_id=key,
            document_number=str(key),
            total=sum((max(Decimal(amount), ZERO) for _, _, amount in lines), ZERO),
        )

    @transaction.atomic
    def lock(self, day: date) -> Period:
        """As a lock ends; what it freezes and hashes is for the test to say."""
        period = self.period(day)
        last = Seal.objects.filter(company=self.company).order_by("-position").first()
        seal = Seal(
            company=self.company,
            period=period,
            position=last.position + 1 if last else 1,
            previous=last,
            version=1,
            totals={},
            documents={},
            sealed_by=User.objects.get_or_create(username="sealer")[0],
            approved_by=User.objects.get_or_create(username="approver")[0],
        )
        seal.save()
        period.status = PeriodStatus.LOCKED
        period.save()
        return period

    def item(self, document: Payment | Invoice | OpenItem) -> OpenItem:
        if isinstance(document, OpenItem):
            return document
        if isinstance(document, Invoice):
            kind = "credit_note" if document.credits_id else "invoice"
        else:
            kind = "payment" if document.amount > 0 else "refund"
        return OpenItem.objects.get(company=self.company, kind=kind, document_id=document.pk)

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
