from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closing_site.customers.models import OpenItem
from closing_site.pages import entry_fields as fields
from closing_site.pages import lists
from closing_site.pages.formats import day_text, money_text
from payments.models import Payment, PaymentMethod, RefundKind

NAMES = {
    name: name
    for name in (
        *("reference", "received_on", "amount", "currency", "method", "order_number"),
        *("invoice_number", "payer", "memo", "refund_of", "refund_kind"),
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
    refund_of = fields.text(
        _("Refund of"), help=_("Of a refund: the payment or credit note it gives back.")
    )
    refund_kind = fields.choice(_("Kind of refund"), (("", "–"), *RefundKind.choices))

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


class RefundForm(forms.Form):
    """What goes back of a payment or credit note, as a positive amount."""

    reference = fields.text(_("Reference"), required=True, help=_("The bank's number, or yours."))
    received_on = fields.day(_("Paid back on"), required=True, is_posted=True)
    amount = fields.number(_("Amount"), required=True)
    refund_kind = fields.choice(
        _("Kind of refund"),
        RefundKind.choices,
        required=True,
        help=_("Bounced: the receipt itself did not hold, as with a cheque that came back."),
    )
    method = fields.choice(_("Method"), PaymentMethod.choices, required=True)
    memo = fields.text(_("Memo"), rows=2)

    def __init__(self, hint: str, currency: str, **options: Any) -> None:
        super().__init__(**options)
        self.fields["received_on"].help_text = hint or " "
        self.fields["amount"].help_text = currency


class CustomerOfPaymentForm(forms.Form):
    customer_code = fields.suggested(_("Customer"), "suggest_customers", required=True)


class PlacingForm(forms.Form):
    """How much goes on each open item; of an invoice in another currency, whether in full."""

    def __init__(
        self,
        payment: Payment,
        items: Iterable[OpenItem],
        named: Collection[int] = (),
        **options: Any,
    ) -> None:
        """``named``: the items that the payment names, said beside them."""
        super().__init__(**options)
        for item in items:
            says = {
                "open": money_text(item.open_amount, item.currency),
                "currency": item.currency,
                "day": day_text(item.issued_on),
                "own": payment.currency,
            }
            if item.currency == payment.currency:
                help_text = _("open: %(open)s %(currency)s, of %(day)s") % says
            else:
                text = _("open: %(open)s %(currency)s, of %(day)s; enter the amount in %(own)s")
                help_text = text % says
            if item.pk in named:
                help_text = _("%(about)s · named by the payment") % {"about": help_text}
            self.fields[f"item_{item.pk}"] = fields.number(item.number, help=help_text)
            if item.currency != payment.currency:
                self.fields[f"full_{item.pk}"] = forms.BooleanField(
                    label=_("Settle in full"),
                    required=False,
                    help_text=_("What the rate leaves open or over is an exchange difference."),
                )

    @property
    def amounts(self) -> dict[int, str]:
        return {
            int(name.removeprefix("item_")): text or ""
            for name, text in self.cleaned_data.items()
            if name.startswith("item_")
        }

    @property
    def in_full(self) -> set[int]:
        return {
            int(name.removeprefix("full_"))
            for name, is_full in self.cleaned_data.items()
            if name.startswith("full_") and is_full
        }


class UndoForm(forms.Form):
    on = forms.DateField(
        label=_("Dated"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
