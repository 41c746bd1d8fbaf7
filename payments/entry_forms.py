from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import OpenItem
from closing_site.pages import entry_fields as fields
from closing_site.pages import lists
from closing_site.pages.formats import day_text, money_text
from payments.models import Payment, PaymentMethod

NAMES = {
    name: name
    for name in (
        *("reference", "received_on", "amount", "currency", "method", "order_number"),
        *("invoice_number", "payer", "memo"),
    )
}


class PaymentForm(forms.Form):
    reference = fields.text(_("Reference"), required=True, help=_("The bank's number, or yours."))
    customer_code = fields.suggested(
        _("Customer"), "suggest_customers", help=_("Blank while nobody knows: it is in suspense.")
    )
    received_on = fields.day(_("Received on"), required=True, is_posted=True)
    amount = fields.number(_("Amount"), required=True, help=_("Gross; a refund is negative."))
    currency = fields.listed(_("Currency"), "currencies", help=_("Blank is the customer's."))
    method = fields.choice(_("Method"), PaymentMethod.choices, required=True)
    order_number = fields.text(_("Order number"))
    invoice_number = fields.text(_("Invoice number"))
    payer = fields.text(_("Payer"))
    memo = fields.text(_("Memo"), rows=2, help=_("Numbers in it are looked for when matching."))

    def __init__(self, hint: str, payment: Payment | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.fields["received_on"].help_text = hint or " "
        self.lists = {"currencies": lists.currencies()}
        if payment:
            self.fields["reference"].disabled = True


def shown_of(payment: Payment) -> dict[str, str]:
    """What the form shows of a payment."""
    code = payment.customer.code if payment.customer else ""
    return {**fields.texts_of(payment, NAMES), "customer_code": code}


class CustomerOfPaymentForm(forms.Form):
    customer_code = fields.suggested(_("Customer"), "suggest_customers", required=True)


class PlacingForm(forms.Form):
    """How much goes on each open invoice."""

    def __init__(self, items: Iterable[OpenItem], **options: Any) -> None:
        super().__init__(**options)
        for item in items:
            still_open = item.amount - item.settled
            says = {
                "open": money_text(still_open, item.currency),
                "currency": item.currency,
                "day": day_text(item.issued_on),
            }
            help_text = _("open: %(open)s %(currency)s, of %(day)s") % says
            self.fields[f"item_{item.pk}"] = fields.number(item.number, help=help_text)

    @property
    def amounts(self) -> dict[int, str]:
        return {
            int(name.removeprefix("item_")): text or ""
            for name, text in self.cleaned_data.items()
            if name.startswith("item_")
        }


class UndoForm(forms.Form):
    on = forms.DateField(
        label=_("Dated"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
