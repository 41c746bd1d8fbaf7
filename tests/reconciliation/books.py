"""Small books for tests: documents, what is set against them, vouchers and locks."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from closing_site.acting import acting
from closing_site.companies.actions import create_company
from closing_site.companies.models import User
from closing_site.customers.models import OpenItem
from closing_site.periods.models import Period, PeriodStatus, Seal
from invoicing.models import (
    Invoice,
)
from payments.models import Allocation, Deduction, Payment
from reconciliation.models import Account, Voucher, VoucherLine
from tests.reconciliation.documents import KEYS, Documents

ZERO = Decimal(0)


@dataclass
class Books(Documents):
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
        period, key = self.period(day), next(KEYS)
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

    def lock(self, day: date) -> Period:
        """As a lock ends; what it freezes and hashes is for the test to say."""
        period = self.period(day)
        sealer = User.objects.get_or_create(username="sealer")[0]
        last = Seal.objects.filter(company=self.company).order_by("-position").first()
        seal = Seal(
            company=self.company,
            period=period,
            position=last.position + 1 if last else 1,
            previous=last,
            version=1,
            totals={},
            documents={},
            sealed_by=sealer,
            approved_by=User.objects.get_or_create(username="approver")[0],
        )
        with acting(sealer.username):
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
