"""Why something cannot be done with a payment now; empty where it can."""

from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from closing_site.customers.models import OpenItem, OpenItemKind
from closing_site.pages.formats import money_text
from invoicing.models import Invoice
from payments.actions.placing import payment_item
from payments.models import Allocation, Payment
from payments.recording import LOCKED, PLACED, WAS_PLACED


def why_not_changed(payment: Payment) -> str:
    says = {"number": payment.reference, "period": payment.period.code}
    anew = _("Refund it and record it anew.")
    if payment.period.status == "locked":
        return f"{_(LOCKED) % says} {anew}"
    item = OpenItem.objects.filter(
        company=payment.company_id, kind__in=("payment", "refund"), document_id=payment.pk
    ).first()
    if item is None:
        return ""
    if item.settled:
        return f"{_(PLACED) % says} {_('Undo that, then refund it and record it anew.')}"
    was_placed = Allocation.objects.filter(Q(credit_item=item.pk) | Q(debit_item=item.pk))
    return f"{_(WAS_PLACED) % says} {anew}" if was_placed.exists() else ""


def why_not_placed(payment: Payment) -> str:
    item = payment_item(payment)
    if item is None:
        return _("It has no customer yet.")
    if item.settled >= item.amount:
        amount = f"{money_text(item.amount, item.currency)} {item.currency}"
        return _("All of its %(amount)s is allocated.") % {"amount": amount}
    return ""


def why_not_refunded(payment: Payment) -> str:
    """Where all of it went back already."""
    item = payment_item(payment)
    if item is None:
        return _("It has no customer yet.")
    return _("All of it was given back.") if _given_back(item) >= item.amount else ""


def why_credit_note_not_refunded(invoice: Invoice) -> str:
    item = OpenItem.objects.get(
        company=invoice.company_id, kind=OpenItemKind.CREDIT_NOTE, document_id=invoice.pk
    )
    return _("All of it was given back.") if _given_back(item) >= item.amount else ""


def _given_back(item: OpenItem) -> Decimal:
    found = Allocation.objects.filter(
        company=item.company_id, credit_item=item, debit_item__kind=OpenItemKind.REFUND
    ).aggregate(total=Sum("credit_amount"))
    total: Decimal = found["total"] or Decimal(0)
    return total
