from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closing_site.pages.formats import day_text
from orders.models import Deferral, DeferralKind, Delivery

#: What each kind means for the month's revenue (ACCOUNTING 1).
KINDS = [
    (DeferralKind.BILLING, _("Invoice later: the supply stays recognised")),
    (DeferralKind.AMOUNT_UNKNOWN, _("Price or quantity open: an estimate is recognised")),
    (DeferralKind.RECOGNITION, _("Refused, returned or disputed: nothing is recognised")),
]


class DeferForm(forms.Form):
    """``deliveries``: those of the order that are not confirmed; one alone is the whole order."""

    delivery: Any = forms.ModelChoiceField(
        label=_("What is deferred"), queryset=None, required=False, empty_label=_("The whole order")
    )
    kind = forms.ChoiceField(label=_("Why it is not invoiced yet"), choices=KINDS)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    expected_on = forms.DateField(
        label=_("Expected on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("When it can be invoiced."),
    )
    estimate = forms.DecimalField(
        label=_("Estimate, net"),
        required=False,
        min_value=0,
        max_digits=20,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("Of an open price or quantity, in the order's currency."),
    )

    def __init__(self, deliveries: Any, **options: Any) -> None:
        super().__init__(**options)
        field: Any = self.fields["delivery"]
        field.queryset = deliveries
        field.label_from_instance = _of_day
        if not any(not delivery.is_whole for delivery in deliveries):
            del self.fields["delivery"]


def _of_day(delivery: Delivery) -> str:
    return _("Delivery of %(day)s") % {"day": day_text(delivery.delivered_on)}


class ReleaseForm(forms.Form):
    """Which of an order's open deferrals ends."""

    deferral: Any = forms.ModelChoiceField(label=_("Deferral"), queryset=None, empty_label=None)
    reason = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, deferrals: Any, **options: Any) -> None:
        super().__init__(**options)
        field: Any = self.fields["deferral"]
        field.queryset = deferrals
        field.label_from_instance = _by_whom
        if len(deferrals) == 1:
            field.initial = deferrals[0]


def _by_whom(deferral: Deferral) -> str:
    said = f"{deferral.deferred_by.username}, {day_text(deferral.deferred_at)}: {deferral.reason}"
    return f"{_of_day(deferral.delivery)} · {said}" if deferral.delivery else said
