"""What the page of a payment offers to do with it."""

from django.utils.translation import gettext_lazy as _

from closing_site.desk.documents.actions import Action
from invoicing.models import Invoice, InvoiceKind
from payments import offered
from payments.actions.placing import undoable
from payments.models import Payment


def _is_in_suspense(payment: Payment) -> bool:
    return payment.customer_id is None


def _has_customer(payment: Payment) -> bool:
    return payment.customer_id is not None


def _is_receipt(payment: Payment) -> bool:
    return payment.customer_id is not None and payment.amount > 0


def _is_credit_note(invoice: Invoice) -> bool:
    return invoice.kind == InvoiceKind.CREDIT_NOTE


def _is_placed(payment: Payment) -> bool:
    return undoable(payment).exists()


ACTIONS: dict[str, list[Action]] = {
    "payment": [
        Action(
            _("Give it a customer"),
            "payment_customer",
            shown=_is_in_suspense,
            refused=offered.why_not_changed,
            is_main=True,
        ),
        Action(
            _("Allocate by hand"),
            "payment_place",
            shown=_has_customer,
            refused=offered.why_not_placed,
            is_main=True,
        ),
        Action(_("Undo an allocation"), "payment_undo", shown=_is_placed),
        Action(_("Refund"), "payment_refund", shown=_is_receipt, refused=offered.why_not_refunded),
        Action(_("Change"), "payment_change", refused=offered.why_not_changed),
    ],
    "invoice": [
        Action(
            _("Refund"),
            "credit_note_refund",
            shown=_is_credit_note,
            refused=offered.why_credit_note_not_refunded,
        )
    ],
    "payment_list": [Action(_("New payment"), "payment_new", is_main=True)],
}
