"""Payments, as the search finds them."""

from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Membership
from closing_site.desk.documents.search import Hit, Search, by_number_and_amount
from payments.models import Payment


def payments(membership: Membership, text: str) -> list[Hit]:
    seen = Payment.objects.seen_by(membership).select_related("customer")
    return [
        Hit("payment", p.reference, _payer(p), p.received_on, p.amount, p.currency)
        for p in by_number_and_amount(seen, text, "reference", "amount")
    ]


def _payer(payment: Payment) -> str:
    return payment.customer.name if payment.customer else payment.payer


SEARCHES = [Search(_("Payments"), "payment_list", payments)]
