"""Why something cannot be done with a payment now; empty where it can."""

from django.utils.translation import gettext as _

from closing_site.customers.models import OpenItem
from closing_site.pages.formats import money_text
from payments.actions.placing import payment_item
from payments.models import Payment
from payments.recording import LOCKED, PLACED


def why_not_changed(payment: Payment) -> str:
    says = {"number": payment.reference, "period": payment.period.code}
    if payment.period.status == "locked":
        return _(LOCKED) % says + " " + _("Refund it and record it anew.")
    item = OpenItem.objects.filter(
        company=payment.company_id, kind__in=("payment", "refund"), document_id=payment.pk
    ).first()
    if item and item.settled:
        return _(PLACED) % says + " " + _("Undo that first.")
    return ""


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
