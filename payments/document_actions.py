"""What the page of a payment offers to do with it."""

from django.utils.translation import gettext_lazy as _

from closing_site.desk.documents.actions import Action
from payments import offered
from payments.actions.placing import undoable
from payments.models import Payment


def _is_in_suspense(payment: Payment) -> bool:
    return payment.customer_id is None


def _is_receipt(payment: Payment) -> bool:
    return payment.customer_id is not None and payment.amount > 0


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
            _("Place by hand"),
            "payment_place",
            shown=_is_receipt,
            refused=offered.why_not_placed,
            is_main=True,
        ),
        Action(_("Undo a placing"), "payment_undo", shown=_is_placed),
        Action(_("Change"), "payment_change", refused=offered.why_not_changed),
    ],
    "payment_list": [Action(_("New payment"), "payment_new", is_main=True)],
}
