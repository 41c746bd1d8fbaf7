"""Why something cannot be done with a payment now; empty where it can."""

from django.db.models import Q
from django.utils.translation import gettext as _

from closing_site.customers.models import OpenItem
from closing_site.pages.formats import money_text
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
    if payment.customer_id is None:
        return _("It has no customer yet.")
    item = payment_item(payment)
    if item is None:
        return _("A refund is not placed on invoices.")
    if item.settled >= item.amount:
        amount = f"{money_text(item.amount, item.currency)} {item.currency}"
        return _("All of its %(amount)s is placed.") % {"amount": amount}
    return ""
