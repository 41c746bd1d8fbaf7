"""What of a payment can be meant and is rarely meant: a person who types it is asked."""

from collections.abc import Iterator

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from closing_site.customers.models import Customer, OpenItem, OpenItemKind
from closing_site.pages.formats import money_text
from closing_site.told import told
from invoicing.models import Invoice, InvoiceKind
from orders.models import Order
from payments.models import Payment

REFUND = gettext_noop("This is a refund: %(amount)s %(currency)s goes back to the customer.")
NO_INVOICE = gettext_noop("There is no invoice %(number)s.")
OTHERS_INVOICE = gettext_noop("Invoice %(number)s is another customer's: %(customer)s.")
NO_ORDER = gettext_noop("There is no order %(number)s.")
NO_ORIGINAL = gettext_noop("The customer has no payment or credit note %(number)s.")
OTHERS_ORDER = gettext_noop("Order %(number)s is another customer's: %(customer)s.")


def questions_of(payment: Payment) -> list[str]:
    return list(_questions(payment))


def _questions(payment: Payment) -> Iterator[str]:
    if payment.amount < 0:
        amount = money_text(-payment.amount, payment.currency)
        yield told(REFUND, amount=amount, currency=payment.currency)
    if number := payment.invoice_number:
        yield from _named(payment, number, _owner_of_invoice(payment), NO_INVOICE, OTHERS_INVOICE)
    if number := payment.order_number:
        yield from _named(payment, number, _owner_of_order(payment), NO_ORDER, OTHERS_ORDER)
    if (number := payment.refund_of) and not _has_original(payment):
        yield told(NO_ORIGINAL, number=number)


def _named(
    payment: Payment, number: str, owner: str | None, missing: str, others: str
) -> Iterator[str]:
    """``owner``: the code of the customer of what it names; None: there is no such."""
    if owner is None:
        yield told(missing, number=number)
    elif payment.customer and owner != payment.customer.code:
        yield told(others, number=number, customer=owner)


def _owner_of_invoice(payment: Payment) -> str | None:
    invoices = Invoice.objects.filter(company=payment.company_id, number=payment.invoice_number)
    found: str | None = invoices.values_list("customer__code", flat=True).first()
    if found is not None:
        return found
    opening = OpenItem.objects.filter(
        company=payment.company_id,
        kind=OpenItemKind.OPENING_INVOICE,
        document_id=0,
        number=payment.invoice_number,
    )
    customers = Customer.objects.filter(pk__in=opening.values("customer"))
    return customers.values_list("code", flat=True).first()


def _has_original(refund: Payment) -> bool:
    """What it gives back is a receipt or a credit note of its customer."""
    own = {"company": refund.company_id, "customer": refund.customer_id}
    number = refund.refund_of
    opening = (OpenItemKind.OPENING_ADVANCE, OpenItemKind.OPENING_CREDIT_NOTE)
    return (
        Payment.objects.filter(**own, reference=number, amount__gt=0).exists()
        or Invoice.objects.filter(**own, number=number, kind=InvoiceKind.CREDIT_NOTE).exists()
        or OpenItem.objects.filter(**own, kind__in=opening, document_id=0, number=number).exists()
    )


def _owner_of_order(payment: Payment) -> str | None:
    """An order of a customer who is not known yet bears a code all the same."""
    orders = Order.objects.filter(company=payment.company_id, number=payment.order_number)
    return orders.values_list(Coalesce("customer__code", "customer_code"), flat=True).first()
