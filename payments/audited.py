"""The columns of this floor that the audit keeps, in words."""

from django.utils.translation import gettext_lazy as _

from closing_site.desk.documents.history import MONEY
from payments.models import PaymentMethod


def _method(slug: str) -> str:
    return str(dict(PaymentMethod.choices).get(slug, slug))


COLUMNS = {
    "received_on": _("Received on"),
    "amount": (_("Amount"), MONEY),
    "currency": _("Currency"),
    "method": (_("Method"), _method),
    "order_number": _("Order"),
    "invoice_number": _("Invoice"),
    "payer": _("Payer"),
    "memo": _("Memo"),
    "debit_amount": (_("Amount"), MONEY),
}
