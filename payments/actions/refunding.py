"""Refunds and bounces by form, from the payment or credit note that is given back."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_noop

from closing_site.cells import Unreadable
from closing_site.companies.models import Company, User
from closing_site.customers.models import OpenItem, OpenItemKind
from closing_site.pages.formats import money_text
from closing_site.periods.actions import take_periods
from closing_site.recording import Given, recording, refuse, require_confirmed
from closing_site.told import told, told_message
from invoicing.models import Invoice, InvoiceKind
from payments.actions.placing import READ, payment_item
from payments.actions.recording import record_payment
from payments.errors import NoCustomerYet, RefundsNoRefund
from payments.kinds import PAYMENTS
from payments.models import Payment, RefundKind
from payments.runs.allocating import hold_placing
from payments.runs.refunds import Refunds

MORE_THAN_UNAPPLIED = gettext_noop(
    "Only %(left)s %(currency)s of %(number)s is not used yet: the rest is taken from what it is"
    " allocated to, and is open again."
)
MORE_THAN_ALL = gettext_noop("%(number)s is of %(amount)s %(currency)s only.")


class Original(NamedTuple):
    """What a refund gives back. ``left``: what of it is unapplied."""

    number: str
    customer_code: str
    currency: str
    method: str
    amount: Decimal
    left: Decimal


def original_payment(payment: Payment) -> Original:
    """Raises NoCustomerYet, RefundsNoRefund."""
    if payment.amount < 0:
        raise RefundsNoRefund(reference=payment.reference)
    item = payment_item(payment)
    if item is None or payment.customer is None:
        raise NoCustomerYet(reference=payment.reference)
    return Original(
        payment.reference,
        payment.customer.code,
        payment.currency,
        payment.method,
        payment.amount,
        item.open_amount,
    )


def original_credit_note(invoice: Invoice) -> Original | None:
    """None where it is an invoice."""
    if invoice.kind != InvoiceKind.CREDIT_NOTE:
        return None
    item = OpenItem.objects.get(
        company=invoice.company_id, kind=OpenItemKind.CREDIT_NOTE, document_id=invoice.pk
    )
    return Original(
        invoice.number or "",
        invoice.customer.code,
        invoice.currency,
        "bank_transfer",
        item.amount,
        item.open_amount,
    )


def record_refund(
    *, company: Company, original: Original, given: Given, answer: str | None = None, by: User
) -> Payment:
    """Record what went back and set it against its original at once, as the match-run would.

    ``given`` has reference, received_on, amount (positive), method, refund_kind and memo.
    ``answer``: see require_confirmed. Raises NotTaken, Unconfirmed, RoleMayNot.
    """
    amount = READ(given.get("amount") or "")
    if isinstance(amount, Unreadable):
        raise refuse(PAYMENTS, "amount", told_message(amount.reason), given.get("amount") or "")
    shown = {"number": original.number, "currency": original.currency}
    if Decimal(amount) > original.amount:
        says = told(MORE_THAN_ALL, amount=money_text(original.amount, original.currency), **shown)
        raise refuse(PAYMENTS, "amount", says, amount)
    row = {
        **given,
        "amount": f"-{amount}",
        "customer_code": original.customer_code,
        "currency": original.currency,
        "refund_of": original.number,
    }
    with recording(company.pk, by.username):
        made = record_payment(company=company, given=row, by=by)
        if given.get("refund_kind") != RefundKind.BOUNCE and Decimal(amount) > original.left:
            left = money_text(original.left, original.currency)
            require_confirmed([told(MORE_THAN_UNAPPLIED, left=left, **shown)], answer)
        take_periods(made.period)
        hold_placing(company.pk)
        Refunds(made.period, [made.pk]).settle(of_earlier=False)
        return made
